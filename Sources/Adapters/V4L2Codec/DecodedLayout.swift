import MediaTypes
import V4L2Device

/// Makes frames of a decoder's buffers, of the part that shall be shown.
enum DecodedLayout {
    static func frame(
        _ pictures: VideoFormat, _ planes: [V4L2PicturePlane], _ visible: V4L2Rectangle, _ colours: V4L2Colorimetry,
        in buffer: [V4L2BufferPlane]
    ) throws -> VideoFrame {
        var result: [FramePlane] = []
        for (index, plane) in planes.enumerated() {
            guard plane.memory < buffer.count, let base = buffer[plane.memory].bytes.baseAddress,
                plane.byteCount <= buffer[plane.memory].bytes.count - plane.offset
            else { throw CodecRefusal("a buffer is smaller than its format") }
            let skipped = skipped(pictures.pixelFormat, index, visible, stride: plane.stride)
            result.append(
                FramePlane(
                    base: base + plane.offset + skipped, stride: plane.stride, byteCount: plane.byteCount - skipped,
                    dmabuf: buffer[plane.memory].dmabuf, dmabufOffset: plane.offset + skipped))
        }
        while result.count < 3 { result.append(.none) }
        let matrix: ColourMatrix =
            switch colours.matrix {
            case .bt601: .bt601
            case .bt709: .bt709
            case .other: .unspecified
            }
        return VideoFrame(
            format: pictures, planes: (result[0], result[1], result[2]), isFullRange: colours.isFullRange,
            matrix: matrix)
    }

    /// Bytes of a plane before the visible rectangle begins.
    private static func skipped(
        _ format: PixelFormat, _ plane: Int, _ visible: V4L2Rectangle, stride: Int
    ) -> Int {
        if plane == 0 { return visible.top * stride + visible.left * (format == .yuyv ? 2 : 1) }
        // Chroma has half the rows; NV12 has both components in a row, I420 one.
        return visible.top / 2 * stride + (format == .nv12 ? visible.left / 2 * 2 : visible.left / 2)
    }
}
