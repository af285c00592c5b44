/// Steers how much sound waits before it is played: enough for the network's jitter, and not more.
///
/// Pure. It looks at the lowest level of each second, compares it with the target and answers with a speed for the
/// resampler (a clock that drifts is met the same way), or with a step when the level is far too high.
struct PlayoutDelayController: Sendable {
    /// What shall happen with the next block.
    struct Decision: Equatable, Sendable {
        /// Hertz by which the playback rate is raised (positive: sound is played faster to shorten the queue).
        var rateOffset: Int
        /// Sample frames to be thrown away now, because the queue grew by a burst.
        var discard: Int
    }

    /// Blocks in one look: one second.
    private static let window = 100
    private static let largestOffset = 240  // 0.5 % of 48 kHz: not heard
    private static let smallestTarget = 960  // 20 ms
    private static let largestTarget = 9600  // 200 ms
    private static let excess = 3840  // 80 ms over the target is more than the resampler can take back in time

    /// Sample frames that shall be left in the queue at its lowest.
    private(set) var target = 1200
    /// Wanted on top for lip sync, in sample frames.
    var extra = 0
    private var lowest = Int.max
    private var blocks = 0
    private var offset = 0
    private var underruns = 0

    /// - Parameters:
    ///   - level: sample frames in queue before the block is taken.
    ///   - jitter: interarrival jitter in sample frames.
    ///   - ranDry: the queue had not enough for this block.
    mutating func observe(level: Int, jitter: Int, ranDry: Bool) -> Decision {
        if ranDry {
            underruns += 1
            target = min(target + 480, Self.largestTarget)
        }
        lowest = min(lowest, level)
        blocks += 1
        guard blocks >= Self.window else { return Decision(rateOffset: offset, discard: 0) }
        let wanted = max(Self.smallestTarget, min(jitter * 3, Self.largestTarget))
        // Down slowly, one millisecond a second, so that one quiet second does not bring the next drop-out.
        if underruns == 0, target > wanted { target = max(wanted, target - 48) }
        if target < wanted { target = wanted }
        let goal = min(target + extra, Self.largestTarget)
        let error = lowest - goal
        var discard = 0
        if error > Self.excess {
            discard = error
            offset = 0
        } else if abs(error) < 120 {
            offset = 0
        } else {
            // The whole error within two seconds, as far as the bound allows.
            offset = max(-Self.largestOffset, min(Self.largestOffset, error / 2))
        }
        lowest = .max
        blocks = 0
        underruns = 0
        return Decision(rateOffset: offset, discard: discard)
    }
}
