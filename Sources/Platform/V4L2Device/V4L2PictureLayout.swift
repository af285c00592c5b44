/// Where one plane of a picture lies in a buffer.
package struct V4L2PicturePlane: Sendable, Hashable {
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

extension V4L2Format {
    /// Where the picture's planes lie; nil when the format is not known or its buffers cannot hold the picture.
    ///
    /// Planes that share one piece of memory follow each other without a gap, each as high as the format says
    /// (the kernel's documentation of V4L2_PIX_FMT_NV12 and V4L2_PIX_FMT_YUV420). A bit stream is the whole buffer;
    /// each frame says how much of it is used.
    package var picturePlanes: [V4L2PicturePlane]? {
        guard let first = planes.first, width > 0, height > 0 else { return nil }
        let half = (height + 1) / 2
        let isSeparate = planes.count > 1
        let chromaStride = isSeparate ? planes[1].stride : first.stride
        // Rows, and bytes from row to row, of each plane.
        let shapes: [(stride: Int, rows: Int, least: Int)]
        switch fourCC {
        case .nv12, .nv12Multi:
            shapes = [(first.stride, height, width), (chromaStride, half, (width + 1) / 2 * 2)]
        case .yuv420, .yuv420Multi:
            let stride = isSeparate ? chromaStride : chromaStride / 2
            shapes = [(first.stride, height, width)] + Array(repeating: (stride, half, (width + 1) / 2), count: 2)
        case .yuyv:
            shapes = [(first.stride, height, width * 2)]
        case .mjpeg, .jpeg, .h264, .fwht:
            return [V4L2PicturePlane(memory: 0, offset: 0, stride: 0, byteCount: first.byteCount)]
        default:
            return nil
        }
        if isSeparate && planes.count != shapes.count { return nil }
        var result: [V4L2PicturePlane] = []
        var offset = 0
        for (index, shape) in shapes.enumerated() {
            guard shape.stride >= shape.least else { return nil }
            let (byteCount, overflow) = shape.stride.multipliedReportingOverflow(by: shape.rows)
            let memory = isSeparate ? index : 0
            guard !overflow, byteCount <= planes[memory].byteCount - offset else { return nil }
            result.append(
                V4L2PicturePlane(memory: memory, offset: offset, stride: shape.stride, byteCount: byteCount))
            offset = isSeparate ? 0 : offset + byteCount
        }
        return result
    }
}
