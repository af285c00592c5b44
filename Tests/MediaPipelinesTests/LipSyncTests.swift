import FuzzSupport
import LinuxSystem
import RTCP
import RTP
import Testing

@testable import MediaPipelines

@Suite("Lip sync")
struct LipSyncTests {
    private let millisecond: Int64 = 1_000_000
    private let start = MonotonicTime(nanoseconds: 10_000_000_000)

    private func report(ntp: Int64, rtp: UInt32) -> SenderReport {
        SenderReport(
            sender: SSRC(1), ntpTimestamp: NTPTimestamp(unixNanoseconds: ntp), rtpTimestamp: RTPTimestamp(rtp),
            packetCount: 0, octetCount: 0)
    }

    @Test("A picture's sound is found through both reports, over the wrap of the timestamps")
    func soundTime() throws {
        let clock = LipSyncClock()
        let playout = AudioPlayout(timestamp: RTPTimestamp(4_294_967_000), time: start)
        #expect(clock.soundTime(ofVideo: RTPTimestamp(0), playout: playout) == nil)
        let base: Int64 = 1_700_000_000_000_000_000
        clock.setVideo(report(ntp: base, rtp: 90_000), rate: .video)
        #expect(clock.soundTime(ofVideo: RTPTimestamp(0), playout: playout) == nil)
        clock.setAudio(report(ntp: base, rtp: 4_294_967_000), rate: .opus)
        // A picture taken 100 ms after both reports, when the sound of the reports is heard now.
        let time = try #require(clock.soundTime(ofVideo: RTPTimestamp(99_000), playout: playout))
        #expect(abs(time - start.advanced(byNanoseconds: 100 * millisecond)) < 1000)
        // The same moment of sound, asked for by a timestamp behind the wrap.
        let later = AudioPlayout(timestamp: RTPTimestamp(4504), time: start.advanced(byNanoseconds: 100 * millisecond))
        let same = try #require(clock.soundTime(ofVideo: RTPTimestamp(99_000), playout: later))
        #expect(abs(same - start.advanced(byNanoseconds: 100 * millisecond)) < 100_000)
        #expect(
            clock.soundTime(
                ofVideo: RTPTimestamp(99_000), playout: AudioPlayout(timestamp: RTPTimestamp(0), time: .zero)) == nil)
    }

    @Test("A picture that is early waits, but may lead a little")
    func hold() throws {
        var policy = LipSyncPolicy()
        let early = try taken(
            policy.schedule(now: start, soundTime: start + .milliseconds(100), displayDelay: 10 * millisecond))
        #expect(early.hold == 55 * millisecond && early.skew == -35 * millisecond)
        let leading = try taken(
            policy.schedule(now: start, soundTime: start + .milliseconds(30), displayDelay: 10 * millisecond))
        #expect(leading.hold == 0 && leading.skew == -20 * millisecond)
        let far = try taken(policy.schedule(now: start, soundTime: start + .milliseconds(900), displayDelay: 0))
        #expect(far.hold == LipSyncPolicy.longestHold)
    }

    @Test("Clocks that are seconds apart are not believed, and leave the sound alone")
    func nonsense() {
        var policy = LipSyncPolicy()
        for step in 0..<1000 {
            let now = start.advanced(byNanoseconds: Int64(step) * 33 * millisecond)
            #expect(
                policy.schedule(now: now, soundTime: now.advanced(byNanoseconds: -5_000_000_000), displayDelay: 0)
                    == nil)
        }
        #expect(policy.soundDelay == 0)
    }

    @Test("Reports and times made up by a stranger never trap")
    func hostile() {
        var random = SplitMix64(seed: 6)
        let clock = LipSyncClock()
        var policy = LipSyncPolicy()
        func any<Number: FixedWidthInteger>() -> Number { Number.random(in: .min...(.max), using: &random) }
        for _ in 0..<20_000 {
            let video = SenderReport(
                sender: SSRC(1), ntpTimestamp: NTPTimestamp(rawValue: any()),
                rtpTimestamp: RTPTimestamp(any() as UInt32),
                packetCount: 0, octetCount: 0)
            clock.setVideo(video, rate: .video)
            clock.setAudio(
                SenderReport(
                    sender: SSRC(2), ntpTimestamp: NTPTimestamp(rawValue: any()),
                    rtpTimestamp: RTPTimestamp(any() as UInt32), packetCount: 0, octetCount: 0), rate: .opus)
            let playout = AudioPlayout(
                timestamp: RTPTimestamp(any() as UInt32), time: MonotonicTime(nanoseconds: any()))
            guard let time = clock.soundTime(ofVideo: RTPTimestamp(any() as UInt32), playout: playout) else { continue }
            if let decision = policy.schedule(now: MonotonicTime(nanoseconds: any()), soundTime: time, displayDelay: 0)
            {
                #expect(decision.hold >= 0 && decision.hold <= LipSyncPolicy.longestHold)
            }
        }
        #expect(policy.soundDelay >= 0 && policy.soundDelay <= LipSyncPolicy.longestSoundDelay)
    }

    /// Pictures that come `late` nanoseconds behind their sound; the sound follows the wish with what the resampler does.
    private func settle(
        _ policy: inout LipSyncPolicy, late: Int64, applied: inout Double, seconds: Int, from time: inout Int64
    ) -> [Int64] {
        var skews: [Int64] = []
        for _ in 0..<(seconds * 30) {
            time += 33_333_333
            let wish = Double(policy.soundDelay)
            // A fifth of the difference each second, 5 ms at most.
            applied += max(-5e6, min(5e6, (wish - applied) * 0.2)) / 30
            let now = MonotonicTime(nanoseconds: time)
            let soundTime = now.advanced(byNanoseconds: -late + Int64(applied))
            if let decision = policy.schedule(now: now, soundTime: soundTime, displayDelay: 0) {
                skews.append(decision.skew)
            }
        }
        return skews
    }

    @Test("Sound waits for pictures that are late for good, without running away, and comes back")
    func soundDelay() {
        var policy = LipSyncPolicy()
        var applied = 0.0
        var time: Int64 = 1_000_000_000
        let late = settle(&policy, late: 80 * millisecond, applied: &applied, seconds: 60, from: &time)
        #expect(late.suffix(300).allSatisfy { abs($0) <= 40 * millisecond })
        #expect(policy.soundDelay > 40 * millisecond && policy.soundDelay < 110 * millisecond)
        let back = settle(&policy, late: 0, applied: &applied, seconds: 60, from: &time)
        #expect(back.suffix(300).allSatisfy { $0 > -45 * millisecond && $0 < 20 * millisecond })
        #expect(policy.soundDelay < 45 * millisecond)
        #expect(late.count == 1800 && back.count == 1800)
    }

    @Test("Sound waits for pictures that are a little late, until they lead it by a little")
    func smallDelay() {
        var policy = LipSyncPolicy()
        var applied = 0.0
        var time: Int64 = 1_000_000_000
        let late = settle(&policy, late: 10 * millisecond, applied: &applied, seconds: 60, from: &time)
        #expect(late.suffix(300).allSatisfy { (-25 * millisecond)...0 ~= $0 })
    }

    @Test("Sound never waits longer than the bound")
    func bound() {
        var policy = LipSyncPolicy()
        var applied = 0.0
        var time: Int64 = 1_000_000_000
        _ = settle(&policy, late: 600 * millisecond, applied: &applied, seconds: 120, from: &time)
        #expect(policy.soundDelay == LipSyncPolicy.longestSoundDelay)
    }
}
