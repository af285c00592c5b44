package import MediaTypes

/// Sizes of planes, as the pixel formats define them.
package enum FrameLayout {
    /// Bytes of one row of plane `plane`, without padding; 0 for compressed formats.
    package static func rowBytes(_ format: VideoFormat, plane: Int) -> Int {
        let half = (format.width + 1) / 2
        switch (format.pixelFormat, plane) {
        case (.nv12, 0), (.i420, 0): return format.width
        case (.nv12, 1): return half * 2
        case (.i420, 1), (.i420, 2): return half
        case (.yuyv, 0): return half * 4
        case (.xrgb8888, 0), (.argb8888, 0): return format.width * 4
        default: return 0
        }
    }

    /// Rows of plane `plane`.
    package static func rows(_ format: VideoFormat, plane: Int) -> Int {
        plane == 0 ? format.height : (format.height + 1) / 2
    }

    /// Whether each plane can be read by the CPU and is as long as the format needs.
    package static func isComplete(_ frame: VideoFrame) -> Bool {
        let format = frame.format
        guard format.width > 0, format.height > 0, format.width <= 16384, format.height <= 16384 else { return false }
        if format.pixelFormat.isCompressed { return frame.planes.0.base != nil && frame.planes.0.byteCount > 0 }
        func holds(_ plane: FramePlane, _ index: Int) -> Bool {
            let row = rowBytes(format, plane: index)
            return plane.base != nil && plane.stride >= row
                && plane.byteCount >= plane.stride * (rows(format, plane: index) - 1) + row
        }
        guard holds(frame.planes.0, 0) else { return false }
        if format.pixelFormat.planeCount > 1, !holds(frame.planes.1, 1) { return false }
        if format.pixelFormat.planeCount > 2, !holds(frame.planes.2, 2) { return false }
        return true
    }
}
