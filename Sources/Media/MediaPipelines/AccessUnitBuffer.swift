import LinuxSystem
import RTP
import RealtimeSupport

/// Room for one received access unit, and what is known of it. A slot of a pool.
struct AccessUnitBuffer: @unchecked Sendable {
    // @unchecked: the memory is guarded by the pool's reference count.
    let memory: UnsafeMutableRawBufferPointer
    /// Where the access unit lies in it.
    var range = 0..<0
    var timestamp = RTPTimestamp(0)
    var isKeyFrame = false
    /// Something of it, or of what it refers to, is missing.
    var isDamaged = false
    /// When its first packet came.
    var firstArrival = MonotonicTime.zero

    /// The access unit in Annex-B form.
    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(memory)[range.clamped(to: 0..<memory.count)])
    }
}

typealias AccessUnitPool = SharedSlotPool<AccessUnitBuffer>
typealias AccessUnitHandle = SlotHandle<AccessUnitBuffer>

/// Owns the memory of the access-unit pool; the pages are touched only as far as pictures are large.
final class AccessUnitMemory: Sendable {
    static let unitBytes = 512 * 1024
    static let unitCount = 6

    /// Six units of 512 KiB: a 1080p key frame at 8 Mbit/s is about 200 KiB.
    static func makePool() -> AccessUnitPool {
        let memory = AccessUnitMemory()
        let slots = (0..<unitCount).map {
            AccessUnitBuffer(
                memory: UnsafeMutableRawBufferPointer(
                    rebasing: memory.buffer[($0 * unitBytes)..<(($0 + 1) * unitBytes)]))
        }
        return AccessUnitPool(slots, owner: memory)
    }

    private nonisolated(unsafe) let buffer: UnsafeMutableRawBufferPointer

    private init() {
        buffer = .allocate(byteCount: Self.unitBytes * Self.unitCount, alignment: 64)
    }

    deinit { buffer.deallocate() }
}
