import FuzzSupport
import RTCP
import RTP
import Testing

struct NTPTimestampTests {
    @Test("1970 and half a second later")
    func epoch() {
        let epoch: UInt64 = 2_208_988_800 << 32
        let half: UInt64 = 0x8000_0000
        #expect(NTPTimestamp(unixNanoseconds: 0).rawValue == epoch)
        #expect(NTPTimestamp(unixNanoseconds: 500_000_000).rawValue == epoch + half)
        #expect(NTPTimestamp(unixNanoseconds: -500_000_000).rawValue == epoch - half)
        #expect(NTPTimestamp(rawValue: 0x1234_5678_9ABC_DEF0).middle == 0x5678_9ABC)
    }

    @Test("Nanoseconds survive the way there and back, past the wrap of 2036 too")
    func roundTrip() {
        var random = SplitMix64(seed: 1900)
        for _ in 0..<10_000 {
            let time = Int64.random(in: 0...4_000_000_000_000_000_000, using: &random)
            #expect(NTPTimestamp(unixNanoseconds: time).unixNanoseconds == time)
        }
    }

    @Test("Extreme values do not trap")
    func extremes() {
        for value in [Int64.min, -1, 0, .max] { _ = NTPTimestamp(unixNanoseconds: value).unixNanoseconds }
        for value in [UInt64.min, 1, 1 << 63, .max] { _ = NTPTimestamp(rawValue: value).unixNanoseconds }
        _ = NTPClock(unixOffsetNanoseconds: .max).timestamp(nanoseconds: .max)
    }

    @Test("The clock of a call adds one offset")
    func clock() {
        let clock = NTPClock(unixOffsetNanoseconds: 1_700_000_000_000_000_000)
        #expect(clock.timestamp(nanoseconds: 250).unixNanoseconds == 1_700_000_000_000_000_250)
    }

    @Test("Two streams line up by their sender reports")
    func lipSync() throws {
        let start: Int64 = 1_700_000_000_000_000_000
        let video = SenderReport(
            sender: SSRC(1), ntpTimestamp: NTPTimestamp(unixNanoseconds: start),
            rtpTimestamp: RTPTimestamp(0xFFFF_FFF0),
            packetCount: 0, octetCount: 0)
        let audio = SenderReport(
            sender: SSRC(2), ntpTimestamp: NTPTimestamp(unixNanoseconds: start + 3_000_000_000),
            rtpTimestamp: RTPTimestamp(1000), packetCount: 0, octetCount: 0)
        let videoClock = SenderClock(report: video, rate: .video)
        let audioClock = SenderClock(report: audio, rate: .opus)
        // A picture and a sound of the same instant, ten seconds after the first report.
        let picture = videoClock.unixNanoseconds(of: RTPTimestamp(0xFFFF_FFF0).advanced(by: 900_000))
        let sound = audioClock.unixNanoseconds(of: RTPTimestamp(1000).advanced(by: 336_000))
        #expect(picture == start + 10_000_000_000)
        #expect(sound == picture)
        // Older than the report.
        #expect(audioClock.unixNanoseconds(of: RTPTimestamp(1000).advanced(by: -48_000)) == start + 2_000_000_000)
    }
}
