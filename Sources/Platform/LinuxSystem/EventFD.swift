import CLinux
import Glibc

/// A wake-up that one thread sends to another (eventfd(2)); any thread may signal, one drains.
package struct EventFD: ~Copyable, Sendable {
    private let descriptor: FileDescriptor

    package init() throws(SystemError) {
        descriptor = FileDescriptor(
            owning: try retryingOnInterrupt("eventfd") { eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)) })
    }

    package var borrowed: BorrowedDescriptor { descriptor.borrowed }

    /// Makes the descriptor readable. Real-time safe.
    package func signal() { borrowed.signalEvent() }

    /// Takes all signals back, so that the descriptor is not readable until the next one. Real-time safe.
    package func drain() { borrowed.drainEvent() }
}

extension BorrowedDescriptor {
    /// Signals an eventfd. Real-time safe.
    package func signalEvent() {
        var one: UInt64 = 1
        // EAGAIN means the counter is full, so that the descriptor is readable already.
        _ = write(rawValue, &one, MemoryLayout<UInt64>.size)
    }

    /// Reads an eventfd's or timerfd's counter; 0 when nothing had come. Real-time safe.
    @discardableResult
    package func drainEvent() -> UInt64 {
        var count: UInt64 = 0
        return read(rawValue, &count, MemoryLayout<UInt64>.size) == MemoryLayout<UInt64>.size ? count : 0
    }
}

/// A timer that can be polled (timerfd(2)) on CLOCK_MONOTONIC.
package struct TimerFD: ~Copyable, Sendable {
    private let descriptor: FileDescriptor

    package init() throws(SystemError) {
        descriptor = FileDescriptor(
            owning: try retryingOnInterrupt("timerfd_create") {
                timerfd_create(CLOCK_MONOTONIC, Int32(TFD_CLOEXEC | TFD_NONBLOCK))
            })
    }

    package var borrowed: BorrowedDescriptor { descriptor.borrowed }

    /// Expires at `time`, and then each `interval` when one is given. A time gone by expires at once.
    package func arm(at time: MonotonicTime, interval: Duration = .zero) throws(SystemError) {
        let first = max(time.nanoseconds, 1)
        let repeated = max(interval.nanoseconds, 0)
        var value = itimerspec(
            it_interval: timespec(tv_sec: Int(repeated / 1_000_000_000), tv_nsec: Int(repeated % 1_000_000_000)),
            it_value: timespec(tv_sec: Int(first / 1_000_000_000), tv_nsec: Int(first % 1_000_000_000)))
        let raw = borrowed.rawValue
        try retryingOnInterrupt("timerfd_settime") {
            timerfd_settime(raw, Int32(TFD_TIMER_ABSTIME), &value, nil)
        }
    }

    /// Never expires until it is armed again.
    package func disarm() throws(SystemError) {
        var value = itimerspec()
        let raw = borrowed.rawValue
        try retryingOnInterrupt("timerfd_settime") { timerfd_settime(raw, 0, &value, nil) }
    }

    /// How often the timer expired since it was read last; 0 when it has not. Real-time safe.
    package func expirations() -> UInt64 { borrowed.drainEvent() }
}
