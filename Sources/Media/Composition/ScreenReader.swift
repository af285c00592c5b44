import CYUV
package import MediaTypes

/// Puts pictures of overlay planes into a copy of the screen, as the hardware mixes them. For captures only: it
/// allocates.
package enum ScreenReader {
    /// Paints the part `source` of a picture over `destination` of the XRGB8888 screen at `pixels`; ARGB8888 is blended,
    /// and neither scaled nor mirrored.
    package static func paint(
        _ frame: VideoFrame, source: Rect, destination: Rect, isMirrored: Bool = false,
        onto pixels: UnsafeMutableRawPointer, stride: Int
    ) {
        guard !destination.isEmpty, !source.isEmpty else { return }
        let target = pixels + destination.y * stride + destination.x * 4
        if frame.format.pixelFormat == .argb8888 {
            blend(frame, source: source, destination: destination, onto: target, stride: stride)
            return
        }
        var picture = frame
        var part = source
        let shown = VideoFormat(frame.format.pixelFormat, width: destination.width, height: destination.height)
        let isScaled = source.width != destination.width || source.height != destination.height
        let scaled = isScaled ? PictureMemory(shown) : nil
        if let scaled {
            guard PictureConverter.scale(picture, part: part, into: scaled.frame) == .converted else { return }
            picture = scaled.frame
            part = Rect(width: shown.width, height: shown.height)
        }
        let mirrored = isMirrored ? PictureMemory(shown) : nil
        if let mirrored {
            guard PictureConverter.mirror(picture, part: part, into: mirrored.frame) == .converted else { return }
            picture = mirrored.frame
            part = Rect(width: shown.width, height: shown.height)
        }
        picture.matrix = frame.matrix.resolved(height: frame.format.height)
        picture.isFullRange = frame.isFullRange
        _ = PictureConverter.paint(picture, part: part, at: target, stride: stride)
        withExtendedLifetime((scaled, mirrored)) {}
    }

    private static func blend(
        _ frame: VideoFrame, source: Rect, destination: Rect, onto target: UnsafeMutableRawPointer, stride: Int
    ) {
        guard FrameLayout.isComplete(frame), let base = frame.planes.0.base,
            Rect(width: frame.format.width, height: frame.format.height).contains(source)
        else { return }
        let layer = (base + source.y * frame.planes.0.stride + source.x * 4).assumingMemoryBound(to: UInt8.self)
        let below = target.assumingMemoryBound(to: UInt8.self)
        ARGBBlend(
            layer, Int32(clamping: frame.planes.0.stride), below, Int32(clamping: stride), below,
            Int32(clamping: stride), Int32(clamping: min(source.width, destination.width)),
            Int32(clamping: min(source.height, destination.height)))
    }
}
