/// The round trip that a report block about our stream proves (RFC 3550 §6.4.1, figure 2).
package enum RoundTrip {
    /// A result as far below zero as clocks that tick in 65536ths of a second can make it counts as zero.
    private static let tolerance: Int32 = 66

    /// Nanoseconds from our sender report to the other side and back; nil without a sender report or with nonsense.
    ///
    /// - Parameter arrival: NTP time at which the block came, from the clock that made the sender reports.
    package static func nanoseconds(_ block: ReportBlock, arrival: NTPTimestamp) -> Int64? {
        guard block.lastSenderReport != 0 else { return nil }
        let units = Int32(
            bitPattern: arrival.middle &- block.lastSenderReport &- block.delaySinceLastSenderReport)
        guard units >= -tolerance else { return nil }
        return Int64(max(0, units)) * 1_000_000_000 / 65_536
    }

    /// The middle NTP bits of a span, for a block's delay since the last sender report; clamped to 18 hours.
    package static func delay(nanoseconds: Int64) -> UInt32 {
        let clamped = max(0, min(65_535 * 1_000_000_000, nanoseconds))
        return UInt32(clamping: clamped / 1_000_000_000 * 65_536 + clamped % 1_000_000_000 * 65_536 / 1_000_000_000)
    }
}
