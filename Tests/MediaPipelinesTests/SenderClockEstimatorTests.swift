import FuzzSupport
import Testing

@testable import MediaPipelines

@Suite("Clock of the far end")
struct SenderClockEstimatorTests {
    private func estimate(drift: Double, jitter: Double, seconds: Int, step: (Int, Int64) = (.max, 0)) -> Double {
        var random = SplitMix64(seed: 9)
        var estimator = SenderClockEstimator()
        for packet in 0..<(seconds * 50) {
            let media = Int64(packet) * 20_000_000
            var arrival = Int64(
                Double(media) / (1 + drift * 1e-6) + Double.random(in: 0...jitter, using: &random) * 1e9)
            if packet >= step.0 { arrival += step.1 }
            estimator.note(mediaTime: media &+ 77, arrival: arrival)
        }
        return estimator.partsPerMillion
    }

    @Test("Drift is found through jitter of 40 ms", arguments: [-100.0, -20, 0, 35, 250])
    func drift(_ partsPerMillion: Double) {
        #expect(abs(estimate(drift: partsPerMillion, jitter: 0.04, seconds: 300) - partsPerMillion) < 15)
        #expect(abs(estimate(drift: partsPerMillion, jitter: 0, seconds: 40) - partsPerMillion) < 1)
    }

    @Test("A longer route is no drift")
    func route() {
        #expect(abs(estimate(drift: 50, jitter: 0.01, seconds: 300, step: (7000, 80_000_000)) - 50) < 20)
    }

    @Test("Nothing is known at first, and nonsense does not trap")
    func nonsense() {
        #expect(estimate(drift: 100, jitter: 0, seconds: 8) == 0)
        var random = SplitMix64(seed: 2)
        var estimator = SenderClockEstimator()
        for _ in 0..<20_000 {
            estimator.note(
                mediaTime: .random(in: .min...(.max), using: &random), arrival: .random(in: 0...(.max), using: &random))
        }
        #expect(abs(estimator.partsPerMillion) <= 500)
    }
}
