package import LinuxSystem
package import MediaTypes
import RealtimeSupport

/// A loudspeaker on an ALSA card: 48 kHz, the same sound on all its channels.
///
/// The card's buffer is kept as empty as it can be (`PlaybackFill`): two blocks (20 ms) at first, up to `bufferBlocks`
/// − 1 on a busy machine, which then has a little more delay instead of clicks. An under-run is counted
/// and the card prepared again; it starts by itself with the next blocks. A card that was unplugged is `.gone`.
/// Opened, used and closed on one thread.
package final class ALSAPlayback: AudioSink {
    package let name: String
    /// Under-runs and sleeps of the system since the card was opened.
    package private(set) var underruns: UInt64 = 0
    private let stream: PCMStream
    private let mixer: MixerVolume?
    private var poll = PollSet(count: 2)
    private var isStarted = false
    /// Sample frames written since the start.
    private var position: Int64 = 0
    private var fill: PlaybackFill

    /// Opens the card and agrees on a format with it.
    ///
    /// - Parameters:
    ///   - channels: nil: two, or as near to it as the card can.
    ///   - periodFrames: how often the card shall tell of its position, in sample frames.
    ///   - bufferBlocks: the card's buffer in blocks of 10 ms, 3 to 64.
    ///   - targetBlocks: how many of them are filled at first, 2 or more.
    ///   - mixers: names of the card's volume control, the first that is there, else any; none: `setVolume` does nothing.
    package init(
        _ address: PCMAddress, channels: Int? = nil, periodFrames: Int = AudioFormat.blockFrames,
        bufferBlocks: Int = 6, targetBlocks: Int = 2, mixers: [String] = []
    ) throws(DeviceError) {
        let blocks = min(max(bufferBlocks, 3), 64)
        stream = try PCMStream(
            address,
            PCMStream.Request(
                isCapture: false, channels: channels, periodFrames: periodFrames,
                bufferFrames: blocks * AudioFormat.blockFrames))
        mixer = MixerVolume(card: address.card, names: mixers, isCapture: false)
        name = stream.name
        // A card that reports its position rarely must hold a whole period beside the block that is written.
        let least = stream.periodFrames + AudioFormat.blockFrames
        let wanted = max(max(targetBlocks, 2) * AudioFormat.blockFrames, least)
        let most = min(max(stream.bufferFrames - AudioFormat.blockFrames, wanted), stream.bufferFrames)
        fill = PlaybackFill(frames: wanted, most: most)
    }

    /// What was agreed with the card, such as "S16, 2 channels, period 480, buffer 2880".
    package var negotiated: String { stream.summary }

    package func start() throws(DeviceError) {
        if isStarted { return }
        let (descriptor, interest) = try stream.descriptor()
        poll.watch(1, descriptor, for: interest)
        try applyTarget()
        try stream.prepare()
        position = 0
        isStarted = true
    }

    package func stop() {
        if isStarted { stream.drop() }
        isStarted = false
    }

    package func clock() -> DeviceClockReading? {
        guard isStarted, let now = stream.position() else { return nil }
        let queued = Int64(max(stream.bufferFrames - now.available, 0))
        return DeviceClockReading(sampleFrames: position - queued, time: now.time)
    }

    package func setVolume(_ percent: Int) -> Bool {
        mixer?.set(percent: percent) ?? false
    }

    /// Starts with two blocks, and asks for the next when the buffer has room for it within the target.
    private func applyTarget() throws(DeviceError) {
        let space = stream.bufferFrames - fill.frames + AudioFormat.blockFrames
        try stream.setThresholds(start: min(fill.frames, 2 * AudioFormat.blockFrames), wake: space)
    }

    // MARK: - Real-time

    package func waitForSpace(
        wake: BorrowedDescriptor, timeout: Int64
    ) throws(DeviceError) -> AudioWriteReadiness {
        guard isStarted else { throw DeviceError(.failed, device: name, detail: "waitForSpace before start") }
        let limit = MonotonicTime.now.advanced(byNanoseconds: max(timeout, 0))
        poll.watch(0, wake, for: .readable)
        var condition = try stream.condition()
        while true {
            guard case .available(let available) = condition else { return try prepareAgain(after: condition) }
            let queued = stream.bufferFrames - available
            if queued + AudioFormat.blockFrames <= fill.frames {
                return .ready(delayFrames: stream.delay() ?? max(queued, 0))
            }
            let left = limit - MonotonicTime.now
            if left <= 0 { return .timedOut }
            do {
                _ = try poll.wait(nanoseconds: left)
            } catch {
                throw DeviceError(device: name, error)
            }
            let isTroubled = !poll.readiness(1).isDisjoint(with: .trouble)
            condition = isTroubled ? try stream.conditionAfterTrouble() : try stream.condition()
            guard case .available(let now) = condition else { continue }
            if stream.bufferFrames - now + AudioFormat.blockFrames <= fill.frames { continue }
            if !poll.readiness(0).isEmpty { return .woken }
            // An error on the descriptor that the stream's state does not explain would be polled for ever.
            if isTroubled {
                throw DeviceError(.failed, device: name, detail: "poll: error on the card's descriptor")
            }
        }
    }

    package func write(_ block: UnsafeBufferPointer<Int16>) throws(DeviceError) {
        guard isStarted else { throw DeviceError(.failed, device: name, detail: "write before start") }
        let outcome = try stream.write(block)
        switch outcome {
        case .available(let count):
            position += Int64(count)
            if fill.wroteBlock() { try applyTarget() }
        case .xrun, .suspended:
            _ = try prepareAgain(after: outcome)
            if case .available(let count) = try stream.write(block) { position += Int64(count) }
        }
    }

    private func prepareAgain(after condition: PCMStream.Condition) throws(DeviceError) -> AudioWriteReadiness {
        underruns &+= 1
        try stream.recover(from: condition)
        if condition == .xrun, fill.underran() { try applyTarget() }
        return .underrun
    }
}
