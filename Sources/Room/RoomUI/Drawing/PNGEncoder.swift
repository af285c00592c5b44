import CPango

/// A picture that could not be written as PNG.
package struct PNGError: Error, Equatable, CustomStringConvertible {
    package let description: String
}

/// Pictures of the screen as PNG (cairo). Takes a few hundred milliseconds for a large one: not on a media thread.
package enum PNGEncoder {
    /// - Parameter pixels: XRGB8888, `height × stride` bytes, stride a multiple of four.
    package static func encode(
        _ pixels: [UInt8], width: Int, height: Int, stride: Int
    ) throws(PNGError) -> [UInt8] {
        var status = CAIRO_STATUS_INVALID_SIZE
        let sink = Sink()
        if width > 0, height > 0, stride >= width * 4, pixels.count >= height * stride {
            var copy = pixels
            copy.withUnsafeMutableBytes { bytes in
                guard let base = bytes.baseAddress else { return }
                let surface = cairo_image_surface_create_for_data(
                    base.assumingMemoryBound(to: UInt8.self), CAIRO_FORMAT_RGB24, Int32(clamping: width),
                    Int32(clamping: height), Int32(clamping: stride))
                status = cairo_surface_write_to_png_stream(
                    surface, takeBytes, Unmanaged.passUnretained(sink).toOpaque())
                cairo_surface_finish(surface)
                cairo_surface_destroy(surface)
            }
        }
        guard status == CAIRO_STATUS_SUCCESS else {
            let words = cairo_status_to_string(status).map { String(cString: $0) } ?? "status \(status.rawValue)"
            throw PNGError(description: "cairo_surface_write_to_png_stream(\(width)x\(height)): \(words)")
        }
        return sink.bytes
    }
}

private final class Sink {
    var bytes: [UInt8] = []
}

private func takeBytes(
    _ closure: UnsafeMutableRawPointer?, _ data: UnsafePointer<UInt8>?, _ length: UInt32
) -> cairo_status_t {
    guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
    Unmanaged<Sink>.fromOpaque(closure).takeUnretainedValue().bytes
        .append(contentsOf: UnsafeBufferPointer(start: data, count: Int(length)))
    return CAIRO_STATUS_SUCCESS
}
