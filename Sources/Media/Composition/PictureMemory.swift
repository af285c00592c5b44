package import MediaTypes
import RealtimeSupport

/// Memory for one uncompressed picture: rows aligned to 64 bytes, planes one after the other.
package final class PictureMemory: @unchecked Sendable {
    // @unchecked: plain memory; who may touch it when is settled by its user (one thread, or a pool's counts).
    private let bytes: UnsafeMutableRawPointer
    /// The picture's planes; valid while this object lives.
    package let frame: VideoFrame

    /// - Parameter format: an uncompressed one, 1 to 16384 pixels each way.
    package init(_ format: VideoFormat) {
        precondition(
            !format.pixelFormat.isCompressed && (1...16384).contains(format.width)
                && (1...16384).contains(format.height), "a picture of pixels")
        var total = 0
        let spans = (0..<format.pixelFormat.planeCount).map { plane in
            let stride = (FrameLayout.rowBytes(format, plane: plane) + 63) & ~63
            let size = stride * FrameLayout.rows(format, plane: plane)
            defer { total += size }
            return (offset: total, stride: stride, size: size)
        }
        // SIMD code of the converters may read a little beyond the last row.
        let memory = UnsafeMutableRawPointer.allocate(byteCount: total + 64, alignment: 64)
        bytes = memory
        func plane(_ index: Int) -> FramePlane {
            guard index < spans.count else { return .none }
            let span = spans[index]
            return FramePlane(base: memory + span.offset, stride: span.stride, byteCount: span.size)
        }
        frame = VideoFrame(format: format, planes: (plane(0), plane(1), plane(2)))
    }

    deinit { bytes.deallocate() }

    /// Fills the picture with one luma and neutral chroma, or one grey.
    package func clear(luma: UInt8 = 16) {
        let format = frame.format
        for (index, plane) in [frame.planes.0, frame.planes.1, frame.planes.2].enumerated() {
            guard let base = plane.base else { continue }
            switch format.pixelFormat {
            case .nv12, .i420:
                base.initializeMemory(
                    as: UInt8.self, repeating: index == 0 ? luma : 128, count: plane.byteCount)
            case .yuyv:
                base.initializeMemory(
                    as: UInt16.self, repeating: UInt16(128) << 8 | UInt16(luma), count: plane.byteCount / 2)
            default: base.initializeMemory(as: UInt8.self, repeating: luma, count: plane.byteCount)
            }
        }
    }

    /// A pool of pictures in plain memory, for producers that make them by CPU.
    package static func pool(_ format: VideoFormat, count: Int) -> FramePool {
        let pictures = (0..<count).map { _ in PictureMemory(format) }
        return FramePool(pictures.map(\.frame), owner: Pictures(pictures))
    }

    private final class Pictures: Sendable {
        let all: [PictureMemory]
        init(_ all: [PictureMemory]) { self.all = all }
    }
}
