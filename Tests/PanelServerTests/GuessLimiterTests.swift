import Testing

@testable import PanelServer

@Suite struct GuessLimiterTests {
    @Test("The first failures cost nothing, each further one doubles the wait up to the longest")
    func doubling() {
        var limiter = GuessLimiter()
        var now: Int64 = 0
        for _ in 0..<4 { limiter.failed("192.0.2.7", now: now) }
        #expect(limiter.wait(for: "192.0.2.7", now: now) == 0)
        var waits: [Int64] = []
        for _ in 0..<8 {
            limiter.failed("192.0.2.7", now: now)
            let wait = limiter.wait(for: "192.0.2.7", now: now)
            waits.append(wait)
            now += wait
        }
        #expect(waits == [15, 30, 60, 120, 240, 480, 900, 900])
    }

    @Test("Another address is not held up until all together have failed often")
    func addresses() {
        var limiter = GuessLimiter()
        for _ in 0..<6 { limiter.failed("192.0.2.7", now: 0) }
        #expect(limiter.wait(for: "192.0.2.7", now: 0) > 0)
        #expect(limiter.wait(for: "192.0.2.8", now: 0) == 0)
        for number in 0..<8 { limiter.failed("198.51.100.\(number)", now: 0) }
        #expect(limiter.wait(for: "192.0.2.8", now: 0) > 0)
    }

    @Test("A right guess clears its own address only")
    func success() {
        var limiter = GuessLimiter()
        for _ in 0..<6 { limiter.failed("a", now: 0) }
        for _ in 0..<6 { limiter.failed("b", now: 0) }
        limiter.succeeded("a")
        #expect(limiter.wait(for: "b", now: 0) > 0)
    }

    @Test("Ten thousand addresses take no more memory than a few hundred, and are still held up together")
    func manyAddresses() {
        var limiter = GuessLimiter()
        for number in 0..<10_000 { limiter.failed("\(number)", now: 5) }
        #expect(limiter.wait(for: "new", now: 5) == 900)
    }

    @Test("After an hour of rest all is forgotten")
    func memory() {
        var limiter = GuessLimiter()
        for _ in 0..<20 { limiter.failed("a", now: 0) }
        limiter.failed("a", now: 4000)
        #expect(limiter.wait(for: "a", now: 4000) == 0)
    }
}

@Suite struct PairingCodeTests {
    @Test("A code lets in once")
    func once() {
        var code = PairingCode()
        code.begin("123456", now: 0)
        #expect(code.check(" 123 456 ", now: 10) == .right)
        #expect(code.check("123456", now: 10) == .noCode)
    }

    @Test("Three wrong guesses void it")
    func guesses() {
        var code = PairingCode()
        code.begin("123456", now: 0)
        #expect(code.check("000000", now: 1) == .wrong)
        #expect(code.check("", now: 1) == .wrong)
        #expect(code.check("1234567", now: 1) == .noCode)
        #expect(code.check("123456", now: 1) == .noCode)
        #expect(code.current(now: 1) == nil)
    }

    @Test("It is over after two minutes, and no code is right before one is out")
    func time() {
        var code = PairingCode()
        #expect(code.check("", now: 0) == .noCode)
        code.begin("123456", now: 0)
        #expect(code.current(now: 119)?.seconds == 1)
        #expect(code.check("123456", now: 120) == .noCode)
    }

    @Test("Codes are decimal, of the length asked for, and differ")
    func making() {
        let codes = (0..<200).map { _ in Secrets.code(digits: 6) }
        #expect(codes.allSatisfy { $0.utf8.count == 6 && $0.allSatisfy(\.isNumber) })
        #expect(Set(codes).count > 190)
        #expect(Set(codes.joined()).count == 10)
    }
}
