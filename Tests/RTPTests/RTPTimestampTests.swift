import RTP
import Testing

struct RTPTimestampTests {
    @Test("Timestamps wrap around")
    func wrap() {
        let near = RTPTimestamp(0xFFFF_FF00)
        #expect(near.advanced(by: 3000).rawValue == 2744)
        #expect(near.distance(to: near.advanced(by: 3000)) == 3000)
        #expect(near.advanced(by: 3000).distance(to: near) == -3000)
    }

    @Test(
        "Ticks and nanoseconds agree at the usual rates",
        arguments: [(ClockRate.video, Int64(90_000)), (.opus, 48_000), (.narrowband, 8_000)])
    func rates(rate: ClockRate, hertz: Int64) {
        #expect(rate.ticks(nanoseconds: 1_000_000_000) == hertz)
        #expect(rate.ticks(nanoseconds: -20_000_000) == -hertz / 50)
        #expect(rate.nanoseconds(ticks: hertz * 3 + hertz / 4) == 3_250_000_000)
        // Ten years of uptime must not overflow.
        #expect(rate.ticks(nanoseconds: 315_360_000_000_000_000) == 315_360_000 * hertz)
    }

    @Test("Extreme values wrap instead of trapping", arguments: [Int64.min, .min + 1, -1, 0, 1, .max])
    func extremes(value: Int64) throws {
        for hertz in [1, 8_000, 90_000, UInt32.max] {
            let rate = try #require(ClockRate(hertz: hertz))
            _ = rate.ticks(nanoseconds: value)
            _ = rate.nanoseconds(ticks: value)
        }
        #expect(ClockRate(hertz: 0) == nil)
    }

    @Test("The clock of a stream runs on from its random offset through the wrap")
    func clock() {
        let clock = RTPClock(rate: .video, offset: RTPTimestamp(0xFFFF_FFF0))
        #expect(clock.timestamp(nanoseconds: 0).rawValue == 0xFFFF_FFF0)
        #expect(clock.timestamp(nanoseconds: 1_000_000).rawValue == 74)
    }

    @Test("Unwrapped timestamps grow through the wrap, and late ones keep their place")
    func unwrap() {
        var unwrapper = TimestampUnwrapper()
        let start = RTPTimestamp(0xFFFF_0000)
        #expect(unwrapper.unwrap(start) == 0xFFFF_0000)
        var total: Int64 = 0
        for _ in 0..<10 {
            total += 0x4000_0000
            #expect(unwrapper.unwrap(start.advanced(by: total)) == 0xFFFF_0000 + total)
            #expect(unwrapper.unwrap(start.advanced(by: total - 90_000)) == 0xFFFF_0000 + total - 90_000)
        }
        #expect(unwrapper.newest == 0xFFFF_0000 + total)
    }
}
