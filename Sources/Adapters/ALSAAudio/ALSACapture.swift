package import LinuxSystem
package import MediaTypes
import RealtimeSupport

/// A microphone on an ALSA card: 48 kHz, all its channels mixed into one.
///
/// An over-run is counted and the card started again; a card that was unplugged is `.gone`, and a new object is needed
/// when it is back. Opened, used and closed on one thread.
package final class ALSACapture: AudioSource {
    package let name: String
    /// Over-runs and sleeps of the system since the card was opened.
    package private(set) var overruns: UInt64 = 0
    private let stream: PCMStream
    private let mixer: MixerVolume?
    private var poll = PollSet(count: 2)
    private var isStarted = false
    /// Sample frames read since the start.
    private var position: Int64 = 0
    /// When the sample after the last one read was taken.
    private var nextSampleTime = MonotonicTime.zero

    /// Opens the card and agrees on a format with it.
    ///
    /// - Parameters:
    ///   - channels: nil: as few as the card offers.
    ///   - periodFrames: how often the card shall tell of its position, in sample frames.
    ///   - bufferBlocks: how many blocks of 10 ms the reader may be late, 4 to 64.
    ///   - mixers: names of the card's volume control, the first that is there, else any; none: its level is left alone.
    ///     A card that is switched off or stands at its lowest is woken; any other level stays until `setVolume`.
    package init(
        _ address: PCMAddress, channels: Int? = nil, periodFrames: Int = AudioFormat.blockFrames,
        bufferBlocks: Int = 8, mixers: [String] = []
    ) throws(DeviceError) {
        let blocks = min(max(bufferBlocks, 4), 64)
        stream = try PCMStream(
            address,
            PCMStream.Request(
                isCapture: true, channels: channels, periodFrames: periodFrames,
                bufferFrames: blocks * AudioFormat.blockFrames))
        mixer = MixerVolume(card: address.card, names: mixers, isCapture: true)
        mixer?.wake()
        name = stream.name
    }

    /// What was agreed with the card, such as "S16, 2 channels, period 480, buffer 3840".
    package var negotiated: String { stream.summary }

    package func start() throws(DeviceError) {
        if isStarted { return }
        let (descriptor, interest) = try stream.descriptor()
        poll.watch(1, descriptor, for: interest)
        // Started by hand: reading alone would start it late. Woken when a block is there.
        try stream.setThresholds(start: stream.bufferFrames, wake: AudioFormat.blockFrames)
        try stream.prepare()
        try stream.start()
        position = 0
        nextSampleTime = .now
        isStarted = true
    }

    package func stop() {
        if isStarted { stream.drop() }
        isStarted = false
    }

    package func clock() -> DeviceClockReading? {
        guard isStarted, let now = stream.position() else { return nil }
        return DeviceClockReading(sampleFrames: position + Int64(now.available), time: now.time)
    }

    package func setVolume(_ percent: Int) -> Bool {
        mixer?.set(percent: percent) ?? false
    }

    // MARK: - Real-time

    package func read(
        into block: UnsafeMutableBufferPointer<Int16>, wake: BorrowedDescriptor, timeout: Int64
    ) throws(DeviceError) -> AudioReadResult {
        guard isStarted else {
            throw DeviceError(.failed, device: name, detail: "read before start")
        }
        let limit = MonotonicTime.now.advanced(byNanoseconds: max(timeout, 0))
        poll.watch(0, wake, for: .readable)
        var condition = try stream.condition()
        while true {
            guard case .available(let available) = condition else { return try startAgain(after: condition) }
            if available >= AudioFormat.blockFrames {
                let captureTime = timeOfFirst(available: available)
                condition = try stream.read(into: block)
                guard case .available(let count) = condition else { continue }
                position += Int64(count)
                nextSampleTime = captureTime + Self.duration(of: count)
                return .block(captureTime: captureTime)
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
            if !poll.readiness(0).isEmpty, case .available(let count) = condition, count < AudioFormat.blockFrames {
                return .woken
            }
            // An error on the descriptor that the stream's state does not explain would be polled for ever.
            if isTroubled, case .available(let count) = condition, count < AudioFormat.blockFrames {
                throw DeviceError(.failed, device: name, detail: "poll: error on the card's descriptor")
            }
        }
    }

    /// When the first sample that can be read was taken.
    private func timeOfFirst(available: Int) -> MonotonicTime {
        guard let report = stream.timestamp() else {
            return MonotonicTime.now.advanced(byNanoseconds: -Self.duration(of: available).nanoseconds)
        }
        return report.time.advanced(byNanoseconds: -Self.duration(of: report.available).nanoseconds)
    }

    private func startAgain(after condition: PCMStream.Condition) throws(DeviceError) -> AudioReadResult {
        overruns &+= 1
        try stream.recover(from: condition)
        try stream.start()
        let now = MonotonicTime.now
        let lost = max((now - nextSampleTime) / 1000 * Int64(AudioFormat.sampleRate) / 1_000_000, 0)
        nextSampleTime = now
        return .overrun(lostFrames: Int(clamping: lost))
    }

    private static func duration(of frames: Int) -> Duration {
        .nanoseconds(Int64(frames) * 1_000_000_000 / Int64(AudioFormat.sampleRate))
    }
}
