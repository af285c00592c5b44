import CYUV
package import MediaTypes

/// Turns pictures into other formats and sizes by CPU (libyuv). No state; any thread.
///
/// libyuv takes a few kilobytes from malloc in JPEG decoding and in scaling by odd factors, and nothing otherwise.
package enum PictureConverter {
    /// Converts `source` into the pixels of `destination`, which has the same size, and copies what is known about
    /// the picture (times, sequence, matrix, range).
    ///
    /// To NV12 and I420 from NV12, I420, YUYV, MJPEG, XRGB8888 and ARGB8888. RGB becomes BT.601, studio range.
    /// Real-time safe, JPEG excepted.
    package static func convert(_ source: VideoFrame, into destination: inout VideoFrame) -> ConversionResult {
        destination.captureTime = source.captureTime
        destination.readyTime = source.readyTime
        destination.sequence = source.sequence
        destination.isFullRange = source.isFullRange
        destination.matrix = source.matrix.resolved(height: source.format.height)
        guard FrameLayout.isComplete(source), FrameLayout.isComplete(destination) else { return .damaged }
        let width = Int32(source.format.width)
        let height = Int32(source.format.height)
        guard destination.format.width == source.format.width, destination.format.height == source.format.height
        else { return .unsupported }
        guard let from = Planes(source), let to = Planes(destination) else { return .damaged }
        let status: Int32
        switch (source.format.pixelFormat, destination.format.pixelFormat) {
        case (.nv12, .nv12):
            status = NV12Copy(
                from.first, from.firstStride, from.second, from.secondStride, to.first, to.firstStride, to.second,
                to.secondStride, width, height)
        case (.i420, .i420):
            status = I420Copy(
                from.first, from.firstStride, from.second, from.secondStride, from.third, from.thirdStride, to.first,
                to.firstStride, to.second, to.secondStride, to.third, to.thirdStride, width, height)
        case (.i420, .nv12):
            status = I420ToNV12(
                from.first, from.firstStride, from.second, from.secondStride, from.third, from.thirdStride, to.first,
                to.firstStride, to.second, to.secondStride, width, height)
        case (.nv12, .i420):
            status = NV12ToI420(
                from.first, from.firstStride, from.second, from.secondStride, to.first, to.firstStride, to.second,
                to.secondStride, to.third, to.thirdStride, width, height)
        case (.yuyv, .nv12):
            status = YUY2ToNV12(
                from.first, from.firstStride, to.first, to.firstStride, to.second, to.secondStride, width, height)
        case (.yuyv, .i420):
            status = YUY2ToI420(
                from.first, from.firstStride, to.first, to.firstStride, to.second, to.secondStride, to.third,
                to.thirdStride, width, height)
        case (.xrgb8888, .nv12), (.argb8888, .nv12):
            destination.markAsStudio601()
            status = ARGBToNV12(
                from.first, from.firstStride, to.first, to.firstStride, to.second, to.secondStride, width, height)
        case (.xrgb8888, .i420), (.argb8888, .i420):
            destination.markAsStudio601()
            status = ARGBToI420(
                from.first, from.firstStride, to.first, to.firstStride, to.second, to.secondStride, to.third,
                to.thirdStride, width, height)
        case (.mjpeg, .nv12), (.mjpeg, .i420):
            // JFIF: BT.601 matrix, full range.
            destination.matrix = .bt601
            destination.isFullRange = true
            return decodeJPEG(source.planes.0, to, isNV12: destination.format.pixelFormat == .nv12, width, height)
        default:
            return .unsupported
        }
        return status == 0 ? .converted : .damaged
    }

    /// Scales the part `part` (even origin) of an NV12 or I420 picture to the whole of `destination`, which has the
    /// same pixel format. Real-time safe.
    package static func scale(
        _ source: VideoFrame, part: Rect, into destination: VideoFrame
    ) -> ConversionResult {
        guard source.format.pixelFormat == destination.format.pixelFormat else { return .unsupported }
        guard FrameLayout.isComplete(source), FrameLayout.isComplete(destination),
            Rect(width: source.format.width, height: source.format.height).contains(part), !part.isEmpty,
            let from = Planes(source), let to = Planes(destination)
        else { return .damaged }
        let isNV12 = source.format.pixelFormat == .nv12
        let chroma = part.y / 2 * Int(from.secondStride) + (isNV12 ? part.x : part.x / 2)
        let luma = from.first + part.y * Int(from.firstStride) + part.x
        let width = Int32(part.width)
        let height = Int32(part.height)
        let toWidth = Int32(destination.format.width)
        let toHeight = Int32(destination.format.height)
        // libyuv takes the box filter back to a cheaper one where that looks the same.
        let status: Int32
        switch source.format.pixelFormat {
        case .nv12:
            status = NV12Scale(
                luma, from.firstStride, from.second + chroma, from.secondStride, width, height, to.first,
                to.firstStride, to.second, to.secondStride, toWidth, toHeight, kFilterBox)
        case .i420:
            let thirdChroma = part.y / 2 * Int(from.thirdStride) + part.x / 2
            status = I420Scale(
                luma, from.firstStride, from.second + chroma, from.secondStride, from.third + thirdChroma,
                from.thirdStride, width, height, to.first, to.firstStride, to.second, to.secondStride, to.third,
                to.thirdStride, toWidth, toHeight, kFilterBox)
        default:
            return .unsupported
        }
        return status == 0 ? .converted : .damaged
    }

    /// Copies the part `part` (even origin) of an NV12 or I420 picture with left and right swapped to `destination`,
    /// which has the part's size and the same pixel format. Real-time safe.
    package static func mirror(
        _ source: VideoFrame, part: Rect, into destination: VideoFrame
    ) -> ConversionResult {
        guard source.format.pixelFormat == destination.format.pixelFormat,
            destination.format.width == part.width, destination.format.height == part.height
        else { return .unsupported }
        guard FrameLayout.isComplete(source), FrameLayout.isComplete(destination),
            Rect(width: source.format.width, height: source.format.height).contains(part), !part.isEmpty,
            let from = Planes(source), let to = Planes(destination)
        else { return .damaged }
        let isNV12 = source.format.pixelFormat == .nv12
        let luma = from.first + part.y * Int(from.firstStride) + part.x
        let chroma = from.second + part.y / 2 * Int(from.secondStride) + (isNV12 ? part.x : part.x / 2)
        let width = Int32(part.width)
        let height = Int32(part.height)
        let status: Int32
        switch source.format.pixelFormat {
        case .nv12:
            status = NV12Mirror(
                luma, from.firstStride, chroma, from.secondStride, to.first, to.firstStride, to.second,
                to.secondStride, width, height)
        case .i420:
            let third = from.third + part.y / 2 * Int(from.thirdStride) + part.x / 2
            status = I420Mirror(
                luma, from.firstStride, chroma, from.secondStride, third, from.thirdStride, to.first, to.firstStride,
                to.second, to.secondStride, to.third, to.thirdStride, width, height)
        default:
            return .unsupported
        }
        return status == 0 ? .converted : .damaged
    }

    /// Converts the part `part` (even origin) of an NV12 or I420 picture to XRGB8888 at `pixels`, `stride` bytes
    /// from row to row. Real-time safe.
    package static func paint(
        _ source: VideoFrame, part: Rect, at pixels: UnsafeMutableRawPointer, stride: Int
    ) -> ConversionResult {
        guard let from = Planes(source),
            Rect(width: source.format.width, height: source.format.height).contains(part), !part.isEmpty
        else { return .damaged }
        let constants = convene_yuv_constants(
            source.matrix.resolved(height: source.format.height) == .bt709 ? 1 : 0, source.isFullRange ? 1 : 0)
        let isNV12 = source.format.pixelFormat == .nv12
        let luma = from.first + part.y * Int(from.firstStride) + part.x
        let chroma = from.second + part.y / 2 * Int(from.secondStride) + (isNV12 ? part.x : part.x / 2)
        let target = pixels.assumingMemoryBound(to: UInt8.self)
        let status: Int32
        switch source.format.pixelFormat {
        case .nv12:
            status = NV12ToARGBMatrix(
                luma, from.firstStride, chroma, from.secondStride, target, Int32(stride), constants,
                Int32(part.width), Int32(part.height))
        case .i420:
            let third = from.third + part.y / 2 * Int(from.thirdStride) + part.x / 2
            status = I420ToARGBMatrix(
                luma, from.firstStride, chroma, from.secondStride, third, from.thirdStride, target, Int32(stride),
                constants, Int32(part.width), Int32(part.height))
        default:
            return .unsupported
        }
        return status == 0 ? .converted : .damaged
    }

    /// Copies the part `part` of the user interface's layer to an ARGB8888 picture of that size. Real-time safe.
    package static func copy(
        _ layer: UserInterfaceSurface, part: Rect, into destination: VideoFrame
    ) -> ConversionResult {
        guard destination.format == VideoFormat(.argb8888, width: part.width, height: part.height) else {
            return .unsupported
        }
        guard FrameLayout.isComplete(destination), let to = Planes(destination), !part.isEmpty,
            Rect(width: layer.width, height: layer.height).contains(part)
        else { return .damaged }
        CopyPlane(
            (layer.base + part.y * layer.stride + part.x * 4).assumingMemoryBound(to: UInt8.self),
            Int32(clamping: layer.stride), to.first, to.firstStride, Int32(clamping: part.width * 4),
            Int32(clamping: part.height))
        return .converted
    }

    private static func decodeJPEG(
        _ sample: FramePlane, _ to: Planes, isNV12: Bool, _ width: Int32, _ height: Int32
    ) -> ConversionResult {
        guard let bytes = sample.base?.assumingMemoryBound(to: UInt8.self) else { return .damaged }
        // libyuv would crop or leave pixels untouched when the picture has another size than was negotiated.
        var jpegWidth: Int32 = 0
        var jpegHeight: Int32 = 0
        guard MJPGSize(bytes, sample.byteCount, &jpegWidth, &jpegHeight) == 0, jpegWidth == width,
            jpegHeight == height
        else { return .damaged }
        let status =
            isNV12
            ? MJPGToNV12(
                bytes, sample.byteCount, to.first, to.firstStride, to.second, to.secondStride, width, height, width,
                height)
            : MJPGToI420(
                bytes, sample.byteCount, to.first, to.firstStride, to.second, to.secondStride, to.third,
                to.thirdStride, width, height, width, height)
        return status == 0 ? .converted : .damaged
    }
}

extension VideoFrame {
    fileprivate mutating func markAsStudio601() {
        matrix = .bt601
        isFullRange = false
    }
}

/// A frame's planes as libyuv takes them; planes that the format lacks repeat the first.
private struct Planes {
    let first: UnsafeMutablePointer<UInt8>
    let second: UnsafeMutablePointer<UInt8>
    let third: UnsafeMutablePointer<UInt8>
    let firstStride: Int32
    let secondStride: Int32
    let thirdStride: Int32

    init?(_ frame: VideoFrame) {
        guard let base = frame.planes.0.base else { return nil }
        first = base.assumingMemoryBound(to: UInt8.self)
        second = (frame.planes.1.base ?? base).assumingMemoryBound(to: UInt8.self)
        third = (frame.planes.2.base ?? base).assumingMemoryBound(to: UInt8.self)
        firstStride = Int32(clamping: frame.planes.0.stride)
        secondStride = Int32(clamping: frame.planes.1.stride)
        thirdStride = Int32(clamping: frame.planes.2.stride)
    }
}
