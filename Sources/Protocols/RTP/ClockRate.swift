/// The number of RTP timestamp ticks in a second; never zero.
package struct ClockRate: Hashable, Sendable {
    /// Ticks a second.
    package let hertz: UInt32

    /// Nil for a rate of zero, which an SDP body can claim.
    package init?(hertz: UInt32) {
        guard hertz > 0 else { return nil }
        self.hertz = hertz
    }

    private init(constant: UInt32) {
        hertz = constant
    }

    /// 90 kHz, the clock of every video payload (RFC 6184 §8.2.1).
    package static let video = ClockRate(constant: 90_000)
    /// 48 kHz, the clock of Opus whatever its sampling rate (RFC 7587 §4.1).
    package static let opus = ClockRate(constant: 48_000)
    /// 8 kHz, the clock of G.711 (RFC 3551 §4.5.14) and, by its error, of G.722.
    package static let narrowband = ClockRate(constant: 8_000)

    /// Whole ticks in a time given in nanoseconds, rounded toward zero; wraps after centuries.
    package func ticks(nanoseconds: Int64) -> Int64 {
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return seconds &* Int64(hertz) &+ rest &* Int64(hertz) / 1_000_000_000
    }

    /// Nanoseconds that a number of ticks lasts, rounded toward zero; wraps after centuries.
    package func nanoseconds(ticks: Int64) -> Int64 {
        let (seconds, rest) = ticks.quotientAndRemainder(dividingBy: Int64(hertz))
        return seconds &* 1_000_000_000 &+ rest &* 1_000_000_000 / Int64(hertz)
    }
}
