/// Steers how long sound waits before it is played: long enough for the network's jitter, and not longer.
///
/// Pure. It looks at how long packets waited, the shortest of each second, compares that with the goal and answers with
/// a speed for the resampler (the drift of the two clocks, and a part in proportion to the difference), or with a step
/// when packets wait far too long.
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
    private static let largestOffset = 240.0  // 0.5 % of 48 kHz: not heard
    /// 15 ms: a packet must be there up to one block (10 ms) before its first sample is played.
    private static let smallestTarget = 720
    private static let largestTarget = 9600  // 200 ms
    /// More above the goal than this cannot be taken back by the resampler in time: 80 ms.
    static let excess = 3840
    /// The target falls by so many milliseconds a second at most: what the resampler brings about.
    private static let fastestFall = 5

    /// Sample frames that packets shall wait at least.
    private(set) var target = 960
    /// Wanted on top for lip sync, in sample frames.
    var extra = 0
    private var shortest: Int?
    private var blocks = 0
    /// Seconds since the last lateness, up to the fastest way down.
    private var quietSeconds = 0
    private var offset = 0
    private var clock = SenderClockEstimator()

    /// How long packets shall wait, lip sync included.
    var goal: Int { min(target + max(extra, 0), Self.largestTarget) }

    /// Parts per million by which the far end's clock runs faster than ours, as found so far.
    var driftPartsPerMillion: Int { Int(clock.partsPerMillion.rounded()) }

    /// A packet's first sample is played so many sample frames after it came.
    ///
    /// - Parameters:
    ///   - mediaTime: when its first sample was taken on the far end's clock, nanoseconds from any start.
    ///   - arrival: when it came on ours.
    mutating func notePacket(waited: Int, mediaTime: Int64, arrival: Int64) {
        shortest = min(shortest ?? waited, waited)
        clock.note(mediaTime: mediaTime, arrival: arrival)
    }

    /// The queue ran dry and what was missing came after all, later by `frames`: more has to wait from now on.
    mutating func noteLateness(frames: Int) {
        target = min(target + min(max(frames, 240), 960), Self.largestTarget)
        quietSeconds = 0
    }

    /// Once for each block of 10 ms.
    ///
    /// - Parameter jitter: interarrival jitter in sample frames.
    mutating func nextBlock(jitter: Int) -> Decision {
        blocks += 1
        guard blocks >= Self.window else { return Decision(rateOffset: offset, discard: 0) }
        blocks = 0
        let wanted = max(Self.smallestTarget, min(jitter, Self.largestTarget))
        // Down slowly, by one millisecond after the first quiet second, so that this does not bring the next drop-out,
        // and by one more after each further one: the burst of a call's start is not heard for a minute.
        quietSeconds = wanted >= target ? 0 : min(quietSeconds + 1, Self.fastestFall)
        target = max(wanted, target - 48 * quietSeconds)
        guard let shortest else { return Decision(rateOffset: offset, discard: 0) }
        self.shortest = nil
        let error = shortest - goal
        let drift = clock.partsPerMillion * 0.048
        if error > Self.excess {
            offset = Int(drift.rounded())
            return Decision(rateOffset: offset, discard: error)
        }
        let wish = drift + Double(error) * 0.2
        offset = Int(max(-Self.largestOffset, min(Self.largestOffset, wish)).rounded())
        return Decision(rateOffset: offset, discard: 0)
    }
}
