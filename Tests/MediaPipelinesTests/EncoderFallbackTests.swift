import MediaPipelines
import Testing

@Suite("Encoder fallback")
struct EncoderFallbackTests {
    private let second: Int64 = 1_000_000_000

    @Test("The first failure gives the same encoder a second chance, the next one the next choice")
    func secondChance() {
        var fallback = EncoderFallback(choiceCount: 2)
        #expect(fallback.failed(at: 0, isStall: false) == 0)
        #expect(fallback.rest == 50_000_000)
        #expect(fallback.failed(at: second, isStall: false) == 1)
        #expect(fallback.rest == 0 && fallback.current == 1)
    }

    @Test("A stall brings the next choice at once")
    func stall() {
        var fallback = EncoderFallback(choiceCount: 3)
        #expect(fallback.failed(at: 0, isStall: true) == 1)
        #expect(fallback.failed(at: 1, isStall: true) == 2)
        #expect(fallback.rest == 0)
    }

    @Test("Failures that lie far apart do not add up")
    func forgets() {
        var fallback = EncoderFallback(choiceCount: 2)
        #expect(fallback.failed(at: 0, isStall: false) == 0)
        #expect(fallback.failed(at: 31 * second, isStall: false) == 0)
        #expect(fallback.failed(at: 62 * second, isStall: false) == 0)
        #expect(fallback.failed(at: 63 * second, isStall: false) == 1)
    }

    @Test("The last choice stays, and rests longer each time, up to two seconds")
    func last() {
        var fallback = EncoderFallback(choiceCount: 1)
        var rests: [Int64] = []
        for step in 0..<20 {
            #expect(fallback.failed(at: Int64(step) * second, isStall: step % 2 == 0) == 0)
            rests.append(fallback.rest / 1_000_000)
        }
        #expect(Array(rests.prefix(7)) == [50, 100, 200, 400, 800, 1600, 2000])
        #expect(rests.suffix(10).allSatisfy { $0 == 2000 })
        _ = fallback.failed(at: 100 * second, isStall: false)
        #expect(fallback.rest == 50_000_000)
    }

    @Test("Without any choice nothing traps")
    func none() {
        var fallback = EncoderFallback(choiceCount: 0)
        #expect(fallback.failed(at: .max, isStall: true) == 0)
        #expect(fallback.failed(at: .min, isStall: false) == 0)
    }
}
