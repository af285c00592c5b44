/// Fills gaps in a voice at 8 kHz by going on with its last pitch period, fading out over 60 ms, and blends into the
/// sound that comes after (the idea of ITU-T G.711 Appendix I).
struct WaveformConcealment: ~Copyable {
    private static let historyCount = 320
    /// Pitch of 66 to 200 Hz, in samples.
    private static let shortestPeriod = 40
    private static let longestPeriod = 120
    /// How much of the past is compared with itself.
    private static let comparedCount = 160
    private static let blendCount = 32
    private static let fadeCount = 480

    /// The last 40 ms that were heard, oldest first.
    private let history = SampleBuffer(count: historyCount)
    private var period = 0
    /// Samples filled since the last real one; 0 outside of a gap.
    private var filled = 0

    // MARK: - Real-time

    /// Takes what was really received, and softens the step from what was filled in before it.
    mutating func heard(_ samples: UnsafeMutableBufferPointer<Int16>) {
        if filled > 0 {
            let count = min(Self.blendCount, samples.count)
            for index in 0..<count {
                let guess = Int32(guess(at: filled + index))
                let weight = Int32(index + 1)
                let mixed = (guess * (Int32(count) + 1 - weight) + Int32(samples[index]) * weight) / (Int32(count) + 1)
                samples[index] = Int16(clamping: mixed)
            }
            filled = 0
        }
        remember(samples)
    }

    /// Fills a gap, or more of the same one.
    mutating func fill(_ samples: UnsafeMutableBufferPointer<Int16>) {
        if filled == 0 { period = findPeriod() }
        for index in samples.indices { samples[index] = guess(at: filled + index) }
        filled = min(filled + samples.count, 1 << 20)
    }

    private func guess(at position: Int) -> Int16 {
        let left = Self.fadeCount - position
        guard left > 0, period > 0 else { return 0 }
        let sample = Int32(history.all[Self.historyCount - period + position % period])
        // Whole for the first 10 ms.
        let full = Self.fadeCount - 80
        return left >= full ? Int16(clamping: sample) : Int16(clamping: sample * Int32(left) / Int32(full))
    }

    private mutating func remember(_ samples: UnsafeMutableBufferPointer<Int16>) {
        let all = history.all
        let kept = max(Self.historyCount - samples.count, 0)
        for index in 0..<kept { all[index] = all[Self.historyCount - kept + index] }
        let taken = Self.historyCount - kept
        for index in 0..<taken { all[kept + index] = samples[samples.count - taken + index] }
    }

    /// The distance at which the last 20 ms are most like what was before them.
    private func findPeriod() -> Int {
        let all = history.all
        let start = Self.historyCount - Self.comparedCount
        var best = Self.longestPeriod
        var bestScore = -1.0
        for period in Self.shortestPeriod...Self.longestPeriod {
            var product = 0.0
            var energy = 1.0
            for index in start..<Self.historyCount {
                let past = Double(all[index - period])
                product += Double(all[index]) * past
                energy += past * past
            }
            let score = product > 0 ? product * product / energy : 0
            if score > bestScore { (best, bestScore) = (period, score) }
        }
        return best
    }
}
