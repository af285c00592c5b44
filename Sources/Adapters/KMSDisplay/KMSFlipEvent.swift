import CDRM
import Glibc
import LinuxSystem
import MediaTypes

/// A page flip as the kernel reports it (drm_event_vblank).
struct KMSFlipEvent {
    let token: UInt64
    /// When the first line was sent, on CLOCK_MONOTONIC.
    let time: MonotonicTime
    let sequence: UInt32

    // MARK: - Real-time

    /// The next flip that has come; nil when none is there. Events of other kinds are skipped.
    ///
    /// The kernel gives whole events only, and as many as fit: one is asked for at a time.
    static func next(_ card: KMSCard) throws(DeviceError) -> KMSFlipEvent? {
        var event = drm_event_vblank()
        while true {
            let count = withUnsafeMutableBytes(of: &event) { read(card.raw, $0.baseAddress, $0.count) }
            if count < 0 {
                let number = errno
                if number == EAGAIN { return nil }
                if number == EINTR { continue }
                throw card.error("read(flip events)", errno: number)
            }
            if count == 0 { return nil }
            guard count == MemoryLayout<drm_event_vblank>.size, event.base.type == UInt32(DRM_EVENT_FLIP_COMPLETE)
            else {
                continue
            }
            return KMSFlipEvent(
                token: event.user_data,
                time: MonotonicTime(seconds: Int(event.tv_sec), microseconds: Int(event.tv_usec)),
                sequence: event.sequence)
        }
    }
}
