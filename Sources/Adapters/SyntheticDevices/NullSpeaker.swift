package import LinuxSystem
package import MediaTypes
import Synchronization

/// A loudspeaker that is none: takes sound at the pace of a clock of its own and, when told to, remembers it.
///
/// It behaves like a sound card with a buffer of three blocks, of which it asks for the next when one is free.
package final class NullSpeaker: AudioSink {
    package let name: String
    /// What was played last, for tests; nil unless asked for.
    package let recording: SpeakerRecording?
    private let faults: SyntheticFaults?
    private let blockTime: Int64
    /// When the first sample was played; nil before that and after an under-run.
    private var origin: MonotonicTime?
    private var isStarted = false
    private var written: Int64 = 0
    private var playedBefore: Int64 = 0
    private var poll = PollSet(count: 2)

    private static let blockFrames = Int64(AudioFormat.blockFrames)
    private static let bufferBlocks: Int64 = 3

    /// - Parameters:
    ///   - drift: how much faster this clock runs than the system's, in parts per million.
    ///   - remembering: how much of what was played is kept; zero: nothing.
    package init(
        name: String = "null speaker", drift: Int = 0, remembering: Duration = .zero, faults: SyntheticFaults? = nil
    ) throws(DeviceError) {
        self.name = name
        self.faults = faults
        let drift = min(max(drift, -100_000), 100_000)
        blockTime = 10_000_000 * 1_000_000 / Int64(1_000_000 + drift)
        let kept = Int(min(remembering / .seconds(1), 600) * Double(AudioFormat.sampleRate))
        recording = kept > 0 ? SpeakerRecording(capacity: kept) : nil
        if faults?.isUnplugged == true { throw Self.gone(name) }
    }

    package func start() throws(DeviceError) {
        if faults?.isUnplugged == true { throw Self.gone(name) }
        isStarted = true
    }

    package func stop() {
        isStarted = false
        origin = nil
        playedBefore = 0
        written = 0
    }

    package func clock() -> DeviceClockReading? {
        guard let origin else { return nil }
        let now = MonotonicTime.now
        return DeviceClockReading(sampleFrames: playedBefore + min(played(since: origin, at: now), written), time: now)
    }

    package func setVolume(_ percent: Int) -> Bool { false }

    private static func gone(_ name: String) -> DeviceError {
        DeviceError(.gone, device: name, detail: "unplugged (simulated)")
    }

    // MARK: - Real-time

    package func waitForSpace(
        wake: BorrowedDescriptor, timeout: Int64
    ) throws(DeviceError) -> AudioWriteReadiness {
        let limit = MonotonicTime.now.advanced(byNanoseconds: max(timeout, 0))
        poll.watch(0, wake, for: .readable)
        poll.watch(1, faults?.descriptor, for: .readable)
        while true {
            if faults?.isUnplugged == true {
                stop()
                throw Self.gone(name)
            }
            let now = MonotonicTime.now
            let isRunning = isStarted && faults?.isStalled != true
            var untilSpace: Int64 = .max
            if isRunning {
                guard let origin else { return .ready(delayFrames: Int(written)) }
                let delay = written - played(since: origin, at: now)
                if delay < 0 {
                    playedBefore += written
                    written = 0
                    self.origin = nil
                    return .underrun
                }
                if delay <= (Self.bufferBlocks - 1) * Self.blockFrames { return .ready(delayFrames: Int(delay)) }
                let excess = delay - (Self.bufferBlocks - 1) * Self.blockFrames
                untilSpace = max(excess * blockTime / Self.blockFrames, 1000)
            }
            if now >= limit { return .timedOut }
            do {
                _ = try poll.wait(nanoseconds: min(limit - now, untilSpace))
            } catch {
                throw DeviceError(device: name, error)
            }
            if !poll.readiness(1).isEmpty { faults?.acknowledge() }
            if !poll.readiness(0).isEmpty { return .woken }
        }
    }

    package func write(_ block: UnsafeBufferPointer<Int16>) throws(DeviceError) {
        if faults?.isUnplugged == true {
            stop()
            throw Self.gone(name)
        }
        let now = MonotonicTime.now
        if origin == nil { origin = now }
        recording?.append(block, heardAt: now.advanced(byNanoseconds: delay(at: now) * blockTime / Self.blockFrames))
        written += Int64(block.count)
    }

    private func played(since origin: MonotonicTime, at time: MonotonicTime) -> Int64 {
        (time - origin) * Self.blockFrames / blockTime
    }

    private func delay(at now: MonotonicTime) -> Int64 {
        guard let origin else { return 0 }
        return max(written - played(since: origin, at: now), 0)
    }
}
