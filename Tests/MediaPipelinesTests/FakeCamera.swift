import Composition
import LinuxSystem
import MediaTypes
import RealtimeSupport
import Synchronization

/// Makes pictures of one brightness, as a camera would on its thread.
final class PictureSource {
    private let pool: FramePool
    private var sequence: UInt64 = 0
    private let owner: Bytes?

    init(_ format: VideoFormat = VideoFormat(.nv12, width: 128, height: 72), count: Int = 6) {
        if format.pixelFormat.isCompressed {
            let memory = Bytes(count)
            owner = memory
            pool = FramePool(
                memory.units.map {
                    VideoFrame(
                        format: format,
                        planes: (FramePlane(base: $0, stride: 0, byteCount: 0), .none, .none))
                }, owner: memory)
        } else {
            owner = nil
            pool = PictureMemory.pool(format, count: count)
        }
    }

    /// Slots that came back.
    var free: Int { pool.returnedCount }

    func picture(luma: UInt8, at time: MonotonicTime = .now) -> FrameHandle? {
        guard let slot = pool.takeReturned() else { return nil }
        sequence += 1
        pool.update(slot) { frame in
            if let base = frame.planes.0.base {
                base.initializeMemory(as: UInt8.self, repeating: luma, count: frame.planes.0.byteCount)
            }
            frame.captureTime = time
            frame.readyTime = time
            frame.sequence = sequence
        }
        return pool.lend(slot)
    }

    /// A picture that the camera encoded itself.
    func encoded(number: UInt32, isKeyFrame: Bool) -> FrameHandle? {
        guard let slot = pool.takeReturned() else { return nil }
        let unit = FakeUnit()
        unit.fill(number: number, luma: 77, isKeyFrame: isKeyFrame, byteCount: 300)
        pool.update(slot) { frame in
            frame.planes.0.base?.copyMemory(
                from: unit.bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 16)!, byteCount: unit.bytes.count)
            frame.planes.0.byteCount = unit.bytes.count
            frame.captureTime = .now
            frame.readyTime = .now
            frame.sequence = UInt64(number)
        }
        return pool.lend(slot)
    }

    private final class Bytes: @unchecked Sendable {
        // @unchecked: plain memory of one test.
        let units: [UnsafeMutableRawPointer]
        init(_ count: Int) { units = (0..<count).map { _ in .allocate(byteCount: 4096, alignment: 16) } }
        deinit { for unit in units { unit.deallocate() } }
    }
}
