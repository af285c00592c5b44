package import MediaTypes

/// Puts pictures of overlay planes into a copy of the screen, as the hardware mixes them. For captures only: it
/// allocates.
package enum ScreenReader {
    /// Paints the part `source` of a picture over `destination` of the XRGB8888 screen at `pixels`.
    package static func paint(
        _ frame: VideoFrame, source: Rect, destination: Rect, onto pixels: UnsafeMutableRawPointer, stride: Int
    ) {
        guard !destination.isEmpty, !source.isEmpty else { return }
        let target = pixels + destination.y * stride + destination.x * 4
        if source.width == destination.width, source.height == destination.height {
            _ = PictureConverter.paint(frame, part: source, at: target, stride: stride)
            return
        }
        let scaled = PictureMemory(
            VideoFormat(frame.format.pixelFormat, width: destination.width, height: destination.height))
        guard PictureConverter.scale(frame, part: source, into: scaled.frame) == .converted else { return }
        var picture = scaled.frame
        picture.matrix = frame.matrix.resolved(height: frame.format.height)
        picture.isFullRange = frame.isFullRange
        _ = PictureConverter.paint(
            picture, part: Rect(width: destination.width, height: destination.height), at: target, stride: stride)
    }
}
