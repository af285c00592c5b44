import FuzzSupport
import LinuxSystem
import MediaTypes
import Testing

@testable import MediaPipelines

@Suite("Clock of a sound card")
struct ClockEstimatorTests {
    private func reading(_ seconds: Double, partsPerMillion: Double, noise: Double = 0) -> DeviceClockReading {
        DeviceClockReading(
            sampleFrames: Int64((seconds * 48_000 * (1 + partsPerMillion * 1e-6) + noise).rounded()),
            time: MonotonicTime(nanoseconds: 5_000_000_000 + Int64(seconds * 1e9)))
    }

    @Test("A card that runs fast or slow is measured within 5 ppm, noise and all", arguments: [-120.0, 0, 40, 300])
    func measures(_ truth: Double) {
        var random = SplitMix64(seed: 1)
        var estimator = ClockEstimator()
        var ratio = ClockRatio(partsPerMillion: 0, isKnown: false)
        for second in 0..<120 {
            let noise = Double.random(in: -24...24, using: &random)  // half a millisecond
            ratio = estimator.add(reading(Double(second), partsPerMillion: truth, noise: noise))
        }
        #expect(ratio.isKnown && abs(ratio.partsPerMillion - truth) < 5)
    }

    @Test("Nothing is known before eight readings, nor after a reset")
    func unknown() {
        var estimator = ClockEstimator()
        for second in 0..<8 { #expect(!estimator.add(reading(Double(second), partsPerMillion: 50)).isKnown) }
        #expect(estimator.add(reading(8, partsPerMillion: 50)).isKnown)
        estimator.reset()
        #expect(!estimator.add(reading(9, partsPerMillion: 50)).isKnown)
    }

    @Test("A change of the rate is followed within two minutes")
    func follows() {
        var estimator = ClockEstimator()
        var ratio = ClockRatio(partsPerMillion: 0, isKnown: false)
        var frames = 0.0
        for second in 0..<600 {
            let truth = second < 300 ? 50.0 : -50
            frames += 48_000 * (1 + truth * 1e-6)
            ratio = estimator.add(
                DeviceClockReading(
                    sampleFrames: Int64(frames), time: MonotonicTime(nanoseconds: Int64(second + 1) * 1_000_000_000)))
        }
        #expect(abs(ratio.partsPerMillion + 50) < 10)
    }

    @Test("Readings at one moment do not divide by zero")
    func noTime() {
        var estimator = ClockEstimator()
        for _ in 0..<20 { #expect(!estimator.add(reading(1, partsPerMillion: 0)).isKnown) }
    }

    @Test("Volume in per cent is straight in decibels, with silence at 0")
    func gain() {
        #expect(AudioGain.factor(percent: 0) == 0 && AudioGain.factor(percent: -5) == 0)
        #expect(AudioGain.factor(percent: 100) == 256 && AudioGain.factor(percent: 500) == 256)
        // −20 dB at half.
        #expect(AudioGain.factor(percent: 50) == 26)
        #expect(AudioGain.factor(percent: 1) == 3)
        let factors = (0...100).map { AudioGain.factor(percent: $0) }
        #expect(factors == factors.sorted())
    }
}
