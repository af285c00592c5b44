import CLinux
import Glibc

/// A point on CLOCK_MONOTONIC, the clock of V4L2, DRM and ALSA timestamps in this project.
package struct MonotonicTime: Sendable, Hashable, Comparable, BitwiseCopyable {
    /// Nanoseconds since the clock's start.
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// From a kernel `timeval` (seconds and microseconds).
    package init(seconds: Int, microseconds: Int) {
        nanoseconds = Int64(seconds) &* 1_000_000_000 &+ Int64(microseconds) &* 1000
    }

    /// From a kernel `timespec` (seconds and nanoseconds).
    package init(seconds: Int, nanoseconds: Int) {
        self.nanoseconds = Int64(seconds) &* 1_000_000_000 &+ Int64(nanoseconds)
    }

    /// The clock read now.
    package static var now: MonotonicTime {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(seconds: time.tv_sec, nanoseconds: time.tv_nsec)
    }

    package static let zero = MonotonicTime(nanoseconds: 0)

    package static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Nanoseconds from `right` to `left`.
    package static func - (left: Self, right: Self) -> Int64 { left.nanoseconds &- right.nanoseconds }

    package static func + (left: Self, right: Duration) -> Self {
        Self(nanoseconds: left.nanoseconds &+ right.nanoseconds)
    }

    package func advanced(byNanoseconds delta: Int64) -> Self { Self(nanoseconds: nanoseconds &+ delta) }
}

extension Duration {
    /// Whole nanoseconds, clamped to what 64 bits hold.
    package var nanoseconds: Int64 {
        let parts = components
        let (product, overflow) = parts.seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return parts.seconds < 0 ? .min : .max }
        return product &+ parts.attoseconds / 1_000_000_000
    }
}

/// The wall clock (CLOCK_REALTIME) in nanoseconds since 1970, for NTP timestamps and logs.
package func wallClockNanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
}
