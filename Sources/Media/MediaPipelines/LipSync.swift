package import LinuxSystem
package import RTCP
package import RTP
import RealtimeSupport

/// The clocks of one far end's streams, shared by the threads that play them: written by the network thread
/// (sender reports), read by the decode thread.
package final class LipSyncClock: Sendable {
    private struct Reference: BitwiseCopyable {
        var unixNanoseconds: Int64 = 0
        var timestamp = RTPTimestamp(0)
        var hertz: UInt32 = 0

        /// The far end's wall clock at `timestamp`, nanoseconds since 1970; nil before the first report.
        func wallClock(at other: RTPTimestamp) -> Int64? {
            guard let rate = ClockRate(hertz: hertz) else { return nil }
            return unixNanoseconds &+ rate.nanoseconds(ticks: timestamp.distance(to: other))
        }
    }

    private let video = AtomicSnapshot(Reference())
    private let audio = AtomicSnapshot(Reference())
    private let wallClockOffset: Int64

    /// - Parameter wallClockOffset: nanoseconds to add to CLOCK_MONOTONIC to get those since 1970.
    package init(wallClockOffset: Int64 = wallClockNanoseconds() - MonotonicTime.now.nanoseconds) {
        self.wallClockOffset = wallClockOffset
    }

    /// Network thread: the picture stream's sender report has come.
    package func setVideo(_ report: SenderReport, rate: ClockRate) { video.store(Self.reference(report, rate)) }

    /// Network thread: the sound stream's sender report has come.
    package func setAudio(_ report: SenderReport, rate: ClockRate) { audio.store(Self.reference(report, rate)) }

    private static func reference(_ report: SenderReport, _ rate: ClockRate) -> Reference {
        Reference(
            unixNanoseconds: report.ntpTimestamp.unixNanoseconds, timestamp: report.rtpTimestamp, hertz: rate.hertz)
    }

    /// When the far end captured a picture, on our CLOCK_MONOTONIC, as far as the wall clocks of both ends agree (NTP);
    /// nil before the first report.
    package func captureTime(ofVideo timestamp: RTPTimestamp) -> MonotonicTime? {
        video.load().wallClock(at: timestamp).map { MonotonicTime(nanoseconds: $0 &- wallClockOffset) }
    }

    /// When the sound that belongs to a picture is heard, on CLOCK_MONOTONIC; nil before both reports have come.
    package func soundTime(ofVideo timestamp: RTPTimestamp, playout: AudioPlayout) -> MonotonicTime? {
        guard playout.time.nanoseconds != 0,
            let picture = video.load().wallClock(at: timestamp),
            let sound = audio.load().wallClock(at: playout.timestamp)
        else { return nil }
        return playout.time.advanced(byNanoseconds: picture &- sound)
    }
}

/// How long a decoded picture waits for its sound, and how much the sound shall wait for the picture.
///
/// Pure. Viewers notice sound that is early from 45 ms and late from 125 ms (ITU-R BT.1359), so a picture may lead by
/// `lead` without being held: that keeps the picture's delay low.
package struct LipSyncPolicy: Sendable {
    /// The picture may be this much ahead of its sound.
    package static let lead: Int64 = 35_000_000
    /// Never hold a picture for longer, whatever the clocks say.
    package static let longestHold: Int64 = 200_000_000
    /// Sound is never delayed by more than this for the picture's sake.
    package static let longestSoundDelay: Int64 = 150_000_000
    /// Clocks that are further apart than this are nonsense, whatever the reports say.
    package static let believable: Int64 = 1_000_000_000
    /// The sound is delayed until pictures come this much before it on average, so that one that is late by chance is not
    /// late against its sound at once, and comes back when they come earlier than the second.
    private static let wantedLead: Int64 = 5_000_000
    private static let ampleLead: Int64 = 20_000_000
    /// Nanoseconds of sound delay per nanosecond: what the resampler brings about (0.5 %), so that the wish never
    /// runs ahead of what is heard.
    private static let changeDivisor: Int64 = 250

    /// Sound delay asked for now, nanoseconds.
    package private(set) var soundDelay: Int64 = 0
    private var smoothed: Int64?
    private var last: MonotonicTime?

    package init() {}

    /// - Parameters:
    ///   - now: when the picture is decoded.
    ///   - soundTime: when its sound is heard (see `LipSyncClock`).
    ///   - displayDelay: from hand-over to the screen, nanoseconds.
    /// - Returns: for how long the picture waits, and the skew that is left, both in nanoseconds (positive: picture later
    ///   than sound); nil when the clocks cannot be believed.
    package mutating func schedule(
        now: MonotonicTime, soundTime: MonotonicTime, displayDelay: Int64
    ) -> (hold: Int64, skew: Int64)? {
        let raw = now.advanced(byNanoseconds: displayDelay) - soundTime
        guard raw > -Self.believable, raw < Self.believable else { return nil }
        let hold = max(0, min(-raw - Self.lead, Self.longestHold))
        let skew = raw + hold
        let average = smoothed.map { $0 + (skew - $0) / 32 } ?? skew
        smoothed = average
        let elapsed = max(0, min(last.map { now - $0 } ?? 0, 1_000_000_000))
        last = now
        // The sound waits when pictures are late for good; it comes back when they are not.
        if average > -Self.wantedLead {
            soundDelay = min(soundDelay + elapsed / Self.changeDivisor, Self.longestSoundDelay)
        } else if hold > 0 || average < -Self.ampleLead, soundDelay > 0 {
            soundDelay = max(0, soundDelay - elapsed / Self.changeDivisor)
        }
        return (hold, skew)
    }
}
