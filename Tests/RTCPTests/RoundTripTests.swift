import RTCP
import RTP
import Testing

struct RoundTripTests {
    private func block(last: UInt32, delay: UInt32) -> ReportBlock {
        ReportBlock(
            source: SSRC(1),
            reception: .init(fractionLost: 0, cumulativeLost: 0, extendedHighestSequenceNumber: 0, jitter: 0),
            lastSenderReport: last, delaySinceLastSenderReport: delay)
    }

    @Test("The example of RFC 3550 gives 6.125 s")
    func example() {
        let arrival = NTPTimestamp(rawValue: 0xB710_8000 << 16)
        let time = RoundTrip.nanoseconds(block(last: 0xB705_2000, delay: 0x0005_4000), arrival: arrival)
        #expect(time == 6_125_000_000)
    }

    @Test("Sender report, wait and answer of two real clocks")
    func simulated() throws {
        let sent = NTPTimestamp(unixNanoseconds: 1_700_000_000_123_456_789)
        let waited: Int64 = 1_234_567_890
        let arrival = NTPTimestamp(unixNanoseconds: 1_700_000_000_123_456_789 + waited + 48_000_000)
        let time = try #require(
            RoundTrip.nanoseconds(
                block(last: sent.middle, delay: RoundTrip.delay(nanoseconds: waited)), arrival: arrival))
        #expect(abs(time - 48_000_000) < 50_000)
    }

    @Test("It works over the wrap of the middle bits")
    func wrap() {
        let arrival = NTPTimestamp(rawValue: 0x1_0000_8000 << 16)
        #expect(RoundTrip.nanoseconds(block(last: 0xFFFF_8000, delay: 0x8000), arrival: arrival) == 500_000_000)
    }

    @Test("Without a sender report there is none, and a negative one is nonsense unless it is rounding")
    func none() {
        let arrival = NTPTimestamp(rawValue: 0x0001_0000 << 16)
        #expect(RoundTrip.nanoseconds(block(last: 0, delay: 0), arrival: arrival) == nil)
        #expect(RoundTrip.nanoseconds(block(last: 0x0001_0000, delay: 2), arrival: arrival) == 0)
        #expect(RoundTrip.nanoseconds(block(last: 0x0001_0000, delay: 0x8000), arrival: arrival) == nil)
    }

    @Test("Delays are clamped")
    func delay() {
        #expect(RoundTrip.delay(nanoseconds: 1_500_000_000) == 98_304)
        #expect(RoundTrip.delay(nanoseconds: -5) == 0)
        #expect(RoundTrip.delay(nanoseconds: .max) == 65_535 * 65_536)
    }
}
