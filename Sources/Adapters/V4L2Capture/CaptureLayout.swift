package import MediaTypes
package import V4L2Device

/// Where the planes of a picture lie in a driver's buffer. Pure.
package enum CaptureLayout {
    /// Where one plane lies.
    package struct Plane: Sendable, Equatable {
        /// Which of the buffer's memory planes it is in.
        package var memory: Int
        package var offset: Int
        package var stride: Int
        package var byteCount: Int

        package init(memory: Int, offset: Int, stride: Int, byteCount: Int) {
            self.memory = memory
            self.offset = offset
            self.stride = stride
            self.byteCount = byteCount
        }
    }

    /// The planes of pictures in `pixelFormat`, as the negotiated `format` lays them out; nil when it cannot hold them.
    ///
    /// Planes that share one piece of memory follow each other without a gap, each as high as the format says
    /// (the kernel's documentation of V4L2_PIX_FMT_NV12 and V4L2_PIX_FMT_YUV420). A bit stream's length is that of the
    /// whole buffer; each frame says how much of it is used.
    package static func planes(_ pixelFormat: PixelFormat, _ format: V4L2Format) -> [Plane]? {
        guard let first = format.planes.first, format.width > 0, format.height > 0 else { return nil }
        if pixelFormat.isCompressed {
            return [Plane(memory: 0, offset: 0, stride: 0, byteCount: first.byteCount)]
        }
        let width = format.width
        let height = format.height
        let half = (height + 1) / 2
        let isSeparate = format.planes.count > 1
        // Rows, and bytes from row to row, of each plane.
        let shapes: [(stride: Int, rows: Int, least: Int)]
        switch pixelFormat {
        case .nv12:
            let stride = isSeparate ? format.planes[1].stride : first.stride
            shapes = [(first.stride, height, width), (stride, half, (width + 1) / 2 * 2)]
        case .i420:
            let stride = isSeparate ? format.planes[1].stride : first.stride / 2
            shapes = [(first.stride, height, width)] + Array(repeating: (stride, half, (width + 1) / 2), count: 2)
        case .yuyv:
            shapes = [(first.stride, height, width * 2)]
        case .mjpeg, .h264, .xrgb8888, .argb8888:
            return nil
        }
        if isSeparate && format.planes.count != shapes.count { return nil }
        var planes: [Plane] = []
        var offset = 0
        for (index, shape) in shapes.enumerated() {
            guard shape.stride >= shape.least else { return nil }
            let (byteCount, overflow) = shape.stride.multipliedReportingOverflow(by: shape.rows)
            let memory = isSeparate ? index : 0
            guard !overflow, byteCount <= format.planes[memory].byteCount - offset else { return nil }
            planes.append(Plane(memory: memory, offset: offset, stride: shape.stride, byteCount: byteCount))
            offset = isSeparate ? 0 : offset + byteCount
        }
        return planes
    }

    /// A frame in `buffer`, with its planes at their place; nil when the buffer is smaller than the format says.
    static func frame(
        _ format: VideoFormat, _ planes: [Plane], in buffer: [V4L2BufferPlane], isFullRange: Bool
    ) -> VideoFrame? {
        var result: [FramePlane] = []
        for plane in planes {
            guard plane.memory < buffer.count else { return nil }
            let memory = buffer[plane.memory]
            guard plane.offset + plane.byteCount <= memory.bytes.count, let base = memory.bytes.baseAddress else {
                return nil
            }
            result.append(
                FramePlane(
                    base: base + plane.offset, stride: plane.stride, byteCount: plane.byteCount,
                    dmabuf: memory.dmabuf, dmabufOffset: plane.offset))
        }
        while result.count < 3 { result.append(.none) }
        return VideoFrame(format: format, planes: (result[0], result[1], result[2]), isFullRange: isFullRange)
    }
}
