internal import CALSA
import LinuxSystem
import MediaTypes

/// One direction of a sound card, open at 48 kHz in interleaved samples; closed when its owner ends.
///
struct PCMStream: ~Copyable {
    /// What is asked of the card.
    struct Request {
        var isCapture: Bool
        /// nil: as few as the card has for capture, two for playback.
        var channels: Int?
        /// The card interrupts about this often.
        var periodFrames = AudioFormat.blockFrames
        var bufferFrames: Int
    }

    private let handle: PCMHandle
    /// For messages, such as "sound card Loopback,0,0 (capture)".
    let name: String
    let format: SampleFormat
    let channels: Int
    let periodFrames: Int
    let bufferFrames: Int
    /// One block in the card's layout.
    private let scratch: UnsafeMutableRawPointer
    private let status: StreamStatus
    private let software: SoftwareParameters

    init(_ address: PCMAddress, _ request: Request) throws(DeviceError) {
        PCMStream.silence
        let name =
            "sound card \(address.card),\(address.device),\(address.subdevice)"
            + (request.isCapture ? " (capture)" : " (playback)")
        let card = try SoundCard.find(address.card)
        let handle = try PCMHandle(address, card: card, isCapture: request.isCapture, name: name)
        let setup = try HardwareSetup(handle.raw, request, name: name)
        let status = try StreamStatus(name: name)
        let software = try SoftwareParameters(name: name)
        self.handle = handle
        self.status = status
        self.software = software
        self.name = name
        format = setup.format
        channels = setup.channels
        periodFrames = setup.periodFrames
        bufferFrames = setup.bufferFrames
        scratch = .allocate(
            byteCount: AudioFormat.blockFrames * setup.channels * setup.format.bytesPerSample, alignment: 64)
    }

    deinit { scratch.deallocate() }

    private static let silence: Void = convene_alsa_silence()

    /// Throws for a negative result of one of the library's calls.
    @discardableResult
    func check(_ result: Int32, _ operation: @autoclosure () -> String) throws(DeviceError) -> Int32 {
        if result >= 0 { return result }
        throw DeviceError(device: name, SystemError(operation: operation(), errno: -result))
    }

    /// When the stream starts by itself, and when it wakes its reader or writer.
    func setThresholds(start: Int, wake: Int) throws(DeviceError) {
        let (pcm, raw) = (handle.raw, software.raw)
        try check(snd_pcm_sw_params_current(pcm, raw), "snd_pcm_sw_params_current")
        try check(
            snd_pcm_sw_params_set_start_threshold(pcm, raw, snd_pcm_uframes_t(max(start, 1))),
            "snd_pcm_sw_params_set_start_threshold(\(start))")
        try check(
            snd_pcm_sw_params_set_stop_threshold(pcm, raw, snd_pcm_uframes_t(bufferFrames)),
            "snd_pcm_sw_params_set_stop_threshold(\(bufferFrames))")
        try check(
            snd_pcm_sw_params_set_avail_min(pcm, raw, snd_pcm_uframes_t(max(wake, 1))),
            "snd_pcm_sw_params_set_avail_min(\(wake))")
        try check(
            snd_pcm_sw_params_set_tstamp_mode(pcm, raw, SND_PCM_TSTAMP_ENABLE), "snd_pcm_sw_params_set_tstamp_mode")
        try check(
            snd_pcm_sw_params_set_tstamp_type(pcm, raw, SND_PCM_TSTAMP_TYPE_MONOTONIC),
            "snd_pcm_sw_params_set_tstamp_type")
        try check(snd_pcm_sw_params(pcm, raw), "snd_pcm_sw_params")
    }

    func prepare() throws(DeviceError) { try check(snd_pcm_prepare(handle.raw), "snd_pcm_prepare") }
    func start() throws(DeviceError) { try check(snd_pcm_start(handle.raw), "snd_pcm_start") }
    /// Stops at once; what is in the buffer is lost. Fails only when the card is gone already.
    func drop() { _ = snd_pcm_drop(handle.raw) }

    /// What to poll; nil when the library has no single descriptor for the stream.
    func descriptor() throws(DeviceError) -> (descriptor: BorrowedDescriptor, interest: Readiness) {
        var entry = pollfd()
        let count = snd_pcm_poll_descriptors(handle.raw, &entry, 1)
        guard count == 1 else {
            throw DeviceError(.unsupported, device: name, detail: "snd_pcm_poll_descriptors: \(count) descriptors")
        }
        return (BorrowedDescriptor(rawValue: entry.fd), Readiness(rawValue: entry.events))
    }

    // MARK: - Real-time

    enum Condition: Equatable {
        /// Sample frames that can be read or written.
        case available(Int)
        /// EPIPE: an over-run or under-run.
        case xrun
        /// ESTRPIPE: the system slept.
        case suspended
    }

    /// Throws `.gone` when the card is no longer there.
    func condition() throws(DeviceError) -> Condition {
        try sort(snd_pcm_avail_update(handle.raw), "snd_pcm_avail_update")
    }

    private func sort(
        _ result: snd_pcm_sframes_t, _ operation: @autoclosure () -> String
    ) throws(DeviceError) -> Condition {
        if result >= 0 { return .available(Int(result)) }
        switch Int32(truncatingIfNeeded: -result) {
        case EPIPE: return .xrun
        case ESTRPIPE: return .suspended
        case EAGAIN: return .available(0)
        // The library says EBADFD for a stream that the kernel has cut off.
        case EBADFD where snd_pcm_state(handle.raw) == SND_PCM_STATE_DISCONNECTED: throw gone(operation())
        case let code: throw DeviceError(device: name, SystemError(operation: operation(), errno: code))
        }
    }

    /// What poll(2) meant by an error on the descriptor.
    func conditionAfterTrouble() throws(DeviceError) -> Condition {
        switch snd_pcm_state(handle.raw) {
        case SND_PCM_STATE_DISCONNECTED: throw gone("poll")
        case SND_PCM_STATE_XRUN: return .xrun
        case SND_PCM_STATE_SUSPENDED: return .suspended
        default: return try condition()
        }
    }

    private func gone(_ operation: String) -> DeviceError {
        DeviceError(device: name, SystemError(operation: operation, errno: ENODEV))
    }

    /// Reads one block, down-mixed. Only when a block is available.
    func read(into block: UnsafeMutableBufferPointer<Int16>) throws(DeviceError) -> Condition {
        let count = min(block.count, AudioFormat.blockFrames)
        let outcome = try sort(snd_pcm_readi(handle.raw, scratch, snd_pcm_uframes_t(count)), "snd_pcm_readi")
        if case .available(let read) = outcome {
            let part = UnsafeMutableBufferPointer(rebasing: block[..<min(read, count)])
            format.downMix(scratch, channels: channels, into: part)
        }
        return outcome
    }

    /// Writes one block to all channels. Only when there is space for it.
    func write(_ block: UnsafeBufferPointer<Int16>) throws(DeviceError) -> Condition {
        let part = UnsafeBufferPointer(rebasing: block.prefix(AudioFormat.blockFrames))
        format.spread(part, channels: channels, into: scratch)
        return try sort(snd_pcm_writei(handle.raw, scratch, snd_pcm_uframes_t(part.count)), "snd_pcm_writei")
    }

    /// Sample frames that could be read or written at the time when the card last reported its position.
    func timestamp() -> (available: Int, time: MonotonicTime)? {
        var available: snd_pcm_uframes_t = 0
        var time = snd_htimestamp_t()
        guard snd_pcm_htimestamp(handle.raw, &available, &time) == 0, time.tv_sec != 0 || time.tv_nsec != 0 else {
            return nil
        }
        return (Int(available), MonotonicTime(seconds: time.tv_sec, nanoseconds: time.tv_nsec))
    }

    /// Asks the card for its position now: sample frames to read or write, the delay to or from the converter beyond
    /// the buffer included, and when that was.
    func position() -> (available: Int, delay: Int, time: MonotonicTime)? {
        guard snd_pcm_status(handle.raw, status.raw) == 0, snd_pcm_status_get_state(status.raw) == SND_PCM_STATE_RUNNING
        else {
            return nil
        }
        var time = snd_htimestamp_t()
        snd_pcm_status_get_htstamp(status.raw, &time)
        return (
            Int(snd_pcm_status_get_avail(status.raw)), Int(snd_pcm_status_get_delay(status.raw)),
            MonotonicTime(seconds: time.tv_sec, nanoseconds: time.tv_nsec)
        )
    }

    /// Sample frames until one that is written now is heard; nil when the card cannot tell.
    func delay() -> Int? {
        var frames: snd_pcm_sframes_t = 0
        return snd_pcm_delay(handle.raw, &frames) == 0 ? max(Int(frames), 0) : nil
    }

    var isRunning: Bool { snd_pcm_state(handle.raw) == SND_PCM_STATE_RUNNING }

    /// Makes a stream usable again after an xrun or a sleep; it is then prepared, not running.
    func recover(from condition: Condition) throws(DeviceError) {
        // Cards that can go on where they were are prepared all the same, since what they held is old by now: not by
        // snd_pcm_resume, after which they run, and a running stream cannot be prepared (EBUSY).
        if condition == .suspended { drop() }
        if snd_pcm_state(handle.raw) == SND_PCM_STATE_DISCONNECTED { throw gone("snd_pcm_prepare") }
        try prepare()
    }
}

extension PCMStream {
    /// What was agreed with the card, for status.
    var summary: String { "\(format.name), \(channels) channels, period \(periodFrames), buffer \(bufferFrames)" }
}

/// Room for the library's report of a stream's state, made once.
private struct StreamStatus: ~Copyable {
    let raw: OpaquePointer

    init(name: String) throws(DeviceError) {
        var made: OpaquePointer?
        guard snd_pcm_status_malloc(&made) == 0, let made else {
            throw DeviceError(.failed, device: name, detail: "snd_pcm_status_malloc: Cannot allocate memory")
        }
        raw = made
    }

    deinit { snd_pcm_status_free(raw) }
}

/// Room for the thresholds that are set, made once.
private struct SoftwareParameters: ~Copyable {
    let raw: OpaquePointer

    init(name: String) throws(DeviceError) {
        var made: OpaquePointer?
        guard snd_pcm_sw_params_malloc(&made) == 0, let made else {
            throw DeviceError(.failed, device: name, detail: "snd_pcm_sw_params_malloc: Cannot allocate memory")
        }
        raw = made
    }

    deinit { snd_pcm_sw_params_free(raw) }
}
