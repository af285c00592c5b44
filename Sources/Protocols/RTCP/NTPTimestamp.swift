/// A wall-clock instant as RTCP carries it: seconds since 1900 in 32.32 fixed point (RFC 3550 §4).
package struct NTPTimestamp: RawRepresentable, Hashable, Sendable {
    package var rawValue: UInt64

    /// Seconds from 1900 to 1970.
    private static let unixEpoch: Int64 = 2_208_988_800

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// An instant in nanoseconds since 1970.
    package init(unixNanoseconds: Int64) {
        var (seconds, rest) = unixNanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        if rest < 0 {
            seconds -= 1
            rest += 1_000_000_000
        }
        let whole = UInt64(truncatingIfNeeded: seconds &+ NTPTimestamp.unixEpoch)
        // Rounded up, so that turning back and cutting off gives the same nanosecond.
        let fraction = ((UInt64(rest) << 32) + 999_999_999) / 1_000_000_000
        rawValue = whole << 32 &+ fraction
    }

    /// Nanoseconds since 1970; the first bit tells 1968...2036 from 2036...2104 (RFC 4330 §3).
    package var unixNanoseconds: Int64 {
        var seconds = Int64(rawValue >> 32)
        if rawValue >> 63 == 0 { seconds += 1 << 32 }
        let fraction = Int64(((rawValue & 0xFFFF_FFFF) * 1_000_000_000) >> 32)
        return (seconds - NTPTimestamp.unixEpoch) * 1_000_000_000 + fraction
    }

    /// The middle 32 bits, in 65536ths of a second, as report blocks quote it (RFC 3550 §6.4.1, LSR).
    package var middle: UInt32 { UInt32(truncatingIfNeeded: rawValue >> 16) }
}

/// Turns local monotonic time into NTP time, with an offset that never changes during a call: a step of the system
/// clock must not move lip sync.
package struct NTPClock: Hashable, Sendable {
    /// Nanoseconds to add to monotonic time to get nanoseconds since 1970.
    package let unixOffsetNanoseconds: Int64

    package init(unixOffsetNanoseconds: Int64) {
        self.unixOffsetNanoseconds = unixOffsetNanoseconds
    }

    /// The NTP time of a monotonic instant.
    package func timestamp(nanoseconds: Int64) -> NTPTimestamp {
        NTPTimestamp(unixNanoseconds: nanoseconds &+ unixOffsetNanoseconds)
    }
}
