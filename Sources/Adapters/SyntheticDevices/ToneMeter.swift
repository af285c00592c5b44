import Glibc
import MediaTypes

/// Measures how much of a sound is one tone (Goertzel's algorithm).
package enum ToneMeter {
    /// The peak of the sine at `frequency` within samples at 48 kHz, 0 to 1 of full scale.
    ///
    /// Neighbouring tones are told apart when they differ by more than about 2 × 48,000 / count hertz.
    package static func peak(of frequency: Double, in samples: [Int16]) -> Double {
        guard samples.count > 1 else { return 0 }
        let angle = 2 * Double.pi * frequency / Double(AudioFormat.sampleRate)
        let factor = 2 * cos(angle)
        var before = 0.0
        var last = 0.0
        var weight = 0.0
        for (index, sample) in samples.enumerated() {
            // A Hann window keeps tones that do not fit the length from smearing.
            let window = 0.5 - 0.5 * cos(2 * Double.pi * Double(index) / Double(samples.count - 1))
            (before, last) = (last, Double(sample) * window + factor * last - before)
            weight += window
        }
        let power = max(last * last + before * before - factor * last * before, 0)
        return 2 * power.squareRoot() / weight / 32767
    }

    /// What share of the sound's power lies in the tone at `frequency`, 0 to 1.
    package static func share(of frequency: Double, in samples: [Int16]) -> Double {
        var energy = 0.0
        for sample in samples { energy += Double(sample) * Double(sample) }
        let power = energy / Double(max(samples.count, 1)) / (32767 * 32767)
        guard power > 0 else { return 0 }
        let peak = peak(of: frequency, in: samples)
        return min(peak * peak / 2 / power, 1)
    }

    /// Where sound first reaches `level` (0 to 1) after at least 20 ms below a quarter of it; nil if it never does.
    package static func onset(in samples: [Int16], level: Double) -> Int? {
        let loud = Int(level * 32767)
        let quiet = loud / 4
        var quietCount = 0
        for (index, sample) in samples.enumerated() {
            let magnitude = abs(Int(sample))
            if magnitude >= loud, quietCount >= AudioFormat.sampleRate / 50 { return index }
            // The rise itself lies between the two levels.
            if magnitude < quiet { quietCount += 1 } else if magnitude >= loud { quietCount = 0 }
        }
        return nil
    }
}
