import Glibc

/// Tells how much of a sound is one tone (Goertzel's algorithm).
package struct ToneDetector: Sendable {
    /// The tone looked for, in hertz.
    package let frequency: Double
    /// Samples a second.
    package let sampleRate: Double

    package init(frequency: Double, sampleRate: Double) {
        self.frequency = frequency
        self.sampleRate = sampleRate
    }

    /// The part of the samples' energy that lies at the tone, 0 (none or silence) to 1 (nothing else).
    ///
    /// Taken over windows of 20 ms, of which the median counts, so that one gap or click decides nothing.
    package func share(of samples: [Float]) -> Double {
        let shares = windowShares(of: samples)
        return shares.isEmpty ? 0 : shares.sorted()[shares.count / 2]
    }

    /// The share for each full window of 20 ms, in order.
    package func windowShares(of samples: [Float]) -> [Double] {
        let window = max(1, Int(sampleRate / 50))
        return stride(from: 0, through: samples.count - window, by: window).map { start in
            energyShare(of: samples[start..<start + window])
        }
    }

    /// The share for all of some samples, 0 below -80 dBFS.
    package func energyShare(of window: ArraySlice<Float>) -> Double {
        let coefficient = 2 * cos(2 * Double.pi * frequency / sampleRate)
        var (previous, beforePrevious, energy) = (0.0, 0.0, 0.0)
        for sample in window {
            let value = Double(sample)
            energy += value * value
            (previous, beforePrevious) = (value + coefficient * previous - beforePrevious, previous)
        }
        // Below -80 dBFS there is nothing to hear a tone in.
        guard energy / Double(window.count) > 1e-8 else { return 0 }
        let power = previous * previous + beforePrevious * beforePrevious - coefficient * previous * beforePrevious
        return min(1, 2 * power / (energy * Double(window.count)))
    }
}
