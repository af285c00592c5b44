/// How much faster a far end's sample clock runs than ours, from when its packets come.
///
/// Pure. Jitter only ever makes packets later, so the least transit time of each ten seconds moves as the clocks do.
struct SenderClockEstimator: Sendable {
    private static let window: Int64 = 10_000_000_000
    /// More is not a clock but a new route, or a sender that began anew.
    private static let believable = 500.0
    /// Windows that the answer is the mean of, about.
    private static let memory = 12

    /// Parts per million; 0 until two windows have gone by.
    private(set) var partsPerMillion = 0.0
    private var windows = 0
    private var windowStart: Int64?
    private var least: (transit: Int64, time: Int64)?
    private var earlier: (transit: Int64, time: Int64)?

    // MARK: - Real-time

    /// Notes a packet whose first sample stands for `mediaTime` on the sender's clock and that came at `arrival` on
    /// ours, both in nanoseconds from any start.
    mutating func note(mediaTime: Int64, arrival: Int64) {
        let transit = arrival &- mediaTime
        if let start = windowStart, arrival &- start >= Self.window || arrival < start { close() }
        if windowStart == nil { windowStart = arrival }
        if let least, least.transit <= transit { return }
        least = (transit, arrival)
    }

    private mutating func close() {
        windowStart = nil
        guard let current = least else { return }
        least = nil
        defer { earlier = current }
        guard let earlier, current.time > earlier.time else { return }
        let slope = Double(earlier.transit &- current.transit) / Double(current.time &- earlier.time) * 1e6
        guard slope.magnitude < Self.believable else { return }
        windows = min(windows + 1, Self.memory)
        partsPerMillion += (slope - partsPerMillion) / Double(windows)
    }
}
