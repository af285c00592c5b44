import MediaTypes
import V4L2Device

/// Makes frames of a driver's buffers.
enum CaptureLayout {
    /// A frame in `buffer`, with its planes at their place; nil when the buffer is smaller than the format says.
    static func frame(
        _ format: VideoFormat, _ planes: [V4L2PicturePlane], in buffer: [V4L2BufferPlane], isFullRange: Bool,
        matrix: ColourMatrix
    ) -> VideoFrame? {
        var result: [FramePlane] = []
        for plane in planes {
            guard plane.memory < buffer.count else { return nil }
            let memory = buffer[plane.memory]
            guard plane.byteCount <= memory.bytes.count - plane.offset, let base = memory.bytes.baseAddress else {
                return nil
            }
            result.append(
                FramePlane(
                    base: base + plane.offset, stride: plane.stride, byteCount: plane.byteCount,
                    dmabuf: memory.dmabuf, dmabufOffset: plane.offset))
        }
        while result.count < 3 { result.append(.none) }
        return VideoFrame(
            format: format, planes: (result[0], result[1], result[2]), isFullRange: isFullRange, matrix: matrix)
    }
}
