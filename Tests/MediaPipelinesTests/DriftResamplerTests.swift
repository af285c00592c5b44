import Glibc
import Testing

@testable import MediaPipelines

@Suite("Drift resampler")
struct DriftResamplerTests {
    /// Runs the tone through the resampler in blocks of 480, with the offset that `offsets` wants at each block.
    private func run(_ blocks: Int, offsets: (Int) -> Int) -> (output: [Int16], used: Int, shortest: Int) {
        var resampler = DriftResampler()
        var output: [Int16] = []
        var used = 0
        var shortest = Int.max
        var block = [Int16](repeating: 0, count: 480)
        var input = [Int16](repeating: 0, count: 600)
        for number in 0..<blocks {
            resampler.setOffset(offsets(number))
            let needed = resampler.inputNeeded(for: 480)
            input.withUnsafeMutableBufferPointer { TestTone.fill(.init(rebasing: $0[..<needed]), from: used) }
            let moved = input.withUnsafeBufferPointer { source in
                block.withUnsafeMutableBufferPointer { resampler.process(.init(rebasing: source[..<needed]), into: $0) }
            }
            used += moved.used
            shortest = min(shortest, moved.written)
            output += block
        }
        return (output, used, shortest)
    }

    private func worstJump(_ samples: [Int16]) -> Double {
        var worst = 0.0
        for index in 2..<samples.count {
            let rest =
                Double(samples[index]) - 1.9960534568565433 * Double(samples[index - 1]) + Double(samples[index - 2])
            worst = max(worst, rest.magnitude)
        }
        return worst
    }

    @Test("A block is always full with the input that was asked for, at every speed", arguments: [0, 240, -240, 7])
    func full(_ offset: Int) {
        let outcome = run(200, offsets: { _ in offset })
        #expect(outcome.shortest == 480)
        let expected = 200.0 * 480 * Double(48_000 + offset) / 48_000
        #expect(abs(Double(outcome.used) - expected) < 60)
    }

    @Test("Changes of speed leave no jump in the tone")
    func smooth() {
        let outcome = run(300, offsets: { ($0 / 20 * 37) % 480 - 240 })
        #expect(outcome.shortest == 480)
        #expect(worstJump(Array(outcome.output.dropFirst(480))) < 60)
    }

    @Test("At the nominal speed the tone is as it was")
    func transparent() {
        let outcome = run(50, offsets: { _ in 0 })
        var expected = [Int16](repeating: 0, count: 480)
        expected.withUnsafeMutableBufferPointer { TestTone.fill($0, from: 480 * 40) }
        let part = outcome.output[(480 * 40)..<(480 * 41)]
        let worst = zip(part, expected).map { abs(Int($0) - Int($1)) }.max() ?? .max
        #expect(worst <= 40)
    }

    @Test("What is wrong in a stretched tone is 70 dB below it", arguments: [0, 2, 24, -240])
    func clean(_ offset: Int) {
        let outcome = run(100, offsets: { _ in offset })
        let samples = outcome.output[(480 * 10)...].map(Double.init)
        // The tone that fits best, of the frequency that it has to have; what is left is wrong.
        let step = 2 * Double.pi * 480 / 48_000 * Double(48_000 + offset) / 48_000
        let waves = samples.indices.map { (sine: sin(step * Double($0)), cosine: cos(step * Double($0))) }
        func sum(_ product: (Int) -> Double) -> Double { samples.indices.reduce(0) { $0 + product($1) } }
        let (ss, cc) = (sum { waves[$0].sine * waves[$0].sine }, sum { waves[$0].cosine * waves[$0].cosine })
        let sc = sum { waves[$0].sine * waves[$0].cosine }
        let (xs, xc) = (sum { samples[$0] * waves[$0].sine }, sum { samples[$0] * waves[$0].cosine })
        let scale = ss * cc - sc * sc
        let (a, b) = ((xs * cc - xc * sc) / scale, (xc * ss - xs * sc) / scale)
        let tone = sum { samples[$0] * samples[$0] }
        let wrong = sum {
            let rest = samples[$0] - a * waves[$0].sine - b * waves[$0].cosine
            return rest * rest
        }
        #expect(wrong < tone * 1e-7, "\(10 * log10(tone / wrong)) dB")
    }
}
