import MediaTypes

/// Steers how long sound waits before it is played: long enough for the network's jitter, and not longer.
///
/// Pure. It looks at how long packets waited, the shortest of each second, compares that with what they have to and answers
/// with a speed for the resampler (the drift of the two clocks, and a part in proportion to the difference), or with a
/// step when packets wait far too long.
///
/// A packet is taken when what is left of those before is less than a block, and its first sample is played after that
/// rest. So it waits for the block's turn (its slack, which has to hold the network's jitter) and then for the rest, which
/// is of no use. Packets come and blocks go at the same pace: the slack can only be changed by whole blocks, the rest is
/// played down to almost nothing. On average that is half a block less than a fixed wait would be.
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
    /// 15 ms: a slack of 5 ms, and a rest of up to a block.
    private static let smallestTarget = 720
    private static let largestTarget = 9600  // 200 ms
    private static let block = AudioFormat.blockFrames
    /// Of the rest so much stays, 1 ms, so that rounding and drift never take it below nothing.
    private static let smallestRest = 48
    /// A slack that was enough may fall so far, 2 ms, before another block is asked for.
    private static let hysteresis = 96
    /// More above the goal than this cannot be taken back by the resampler in time: 80 ms.
    static let excess = 3840
    /// The target falls by so many milliseconds a second at most: what the resampler brings about.
    private static let fastestFall = 5

    /// Sample frames that packets shall wait at least.
    private(set) var target = 960
    /// Wanted on top for lip sync, in sample frames.
    var extra = 0
    /// Of this look, the packet with the least slack: that, and the rest it waited for.
    private var tightest: (slack: Int, rest: Int)?
    private var shortest: Int?
    /// The slack of the last look was what it should be.
    private var isSettled = false
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
    ///   - rest: sample frames of the packets before that are played first, part of `waited`.
    ///   - mediaTime: when its first sample was taken on the far end's clock, nanoseconds from any start.
    ///   - arrival: when it came on ours.
    mutating func notePacket(waited: Int, rest: Int, mediaTime: Int64, arrival: Int64) {
        shortest = min(shortest ?? waited, waited)
        let slack = waited - rest
        if slack < tightest?.slack ?? .max { tightest = (slack, rest) }
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
        guard let shortest, let tightest else { return Decision(rateOffset: offset, discard: 0) }
        self.shortest = nil
        self.tightest = nil
        let drift = clock.partsPerMillion * 0.048
        if shortest - goal > Self.excess {
            isSettled = false
            offset = Int(drift.rounded())
            return Decision(rateOffset: offset, discard: shortest - goal)
        }
        let wish = drift + Double(excessWait(tightest)) * 0.2
        offset = Int(max(-Self.largestOffset, min(Self.largestOffset, wish)).rounded())
        return Decision(rateOffset: offset, discard: 0)
    }

    /// By how much a packet waits longer than it has to: as a rest, or by whole blocks; negative when its slack is too
    /// small.
    private mutating func excessWait(_ packet: (slack: Int, rest: Int)) -> Int {
        let needed = goal - Self.block
        let least = isSettled ? needed - Self.hysteresis : needed
        isSettled = packet.slack >= least && packet.slack < needed + Self.block
        let surplus = packet.slack - needed
        // Rounded down, so that too little of it is a block too few.
        let blocks = isSettled ? 0 : surplus >= 0 ? surplus / Self.block : (surplus + 1) / Self.block - 1
        return packet.rest - Self.smallestRest + blocks * Self.block
    }
}
