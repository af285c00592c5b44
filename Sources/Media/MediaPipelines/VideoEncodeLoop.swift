import LinuxSystem
import MediaTypes
import RTP
import RTPPayload
import RealtimeSupport

/// The encode thread's loop and all that it owns. Confined to that thread.
struct VideoEncodeLoop: ~Copyable {
    /// What the control side wants now.
    struct Wanted {
        var bitrate: Int
        var keyFrame: Bool
        var isPaused: Bool
    }

    /// No picture for this long: the far end gets the slate.
    static let cameraPatience: Int64 = 400_000_000
    /// The first picture may take this long, since the camera starts with the call.
    static let firstPatience: Int64 = 250_000_000
    static let slateInterval: Int64 = 200_000_000
    /// A picture inside the encoder for longer than this is a stall.
    static let stallLimit: Int64 = 500_000_000
    /// A second key frame after this long, for a far end that lost the first.
    static let repeatedKeyFrame: Int64 = 1_200_000_000

    private let configuration: VideoSendConfiguration
    private let encoders: [EncoderChoice]
    private let slate: @Sendable (VideoFormat) -> FrameHandle?
    private let events: @Sendable (MediaEvent) -> Void
    private let statistics: VideoSendStatistics
    private let sender: VideoPacketSender

    private var encoder: (any VideoEncoder)?
    private var fallback: EncoderFallback
    private var converter = FrameConverter()
    private var format: VideoFormat
    private var bitrate = 0
    private var keyFramePending = true
    private var started: Int64 = 0
    private var lastPicture: Int64 = 0
    private var nextSlate: Int64 = 0
    private var reopenAt: Int64 = 0
    private var secondKeyFrameDone = false
    private var lastTimestamp: Int64 = 0

    init(
        configuration: VideoSendConfiguration, encoders: [EncoderChoice],
        slate: @escaping @Sendable (VideoFormat) -> FrameHandle?, events: @escaping @Sendable (MediaEvent) -> Void,
        statistics: VideoSendStatistics, stream: RTPSendStream
    ) {
        self.configuration = configuration
        self.encoders = encoders
        self.slate = slate
        self.events = events
        self.statistics = statistics
        sender = VideoPacketSender(configuration: configuration, stream: stream, statistics: statistics, events: events)
        fallback = EncoderFallback(choiceCount: encoders.count)
        format = VideoFormat(.nv12, width: configuration.maximumSize.width, height: configuration.maximumSize.height)
    }

    mutating func run(_ thread: MediaThread, inbox: FrameInbox, doorbell: Doorbell, wanted: () -> Wanted) {
        var set = PollSet(count: 3)
        set.watch(0, thread.stopDescriptor, for: .readable)
        set.watch(1, doorbell.descriptor, for: .readable)
        started = MonotonicTime.now.nanoseconds
        nextSlate = started + Self.firstPatience
        while !thread.isStopping {
            let output = encoder?.outputDescriptor
            set.watch(2, output?.descriptor, for: output?.interest ?? [])
            // A failing poll would be a defect of this loop; it is bounded by the time-out of the next turn.
            _ = try? set.wait(nanoseconds: timeout(at: MonotonicTime.now.nanoseconds))
            thread.beat()
            if !set.readiness(1).isEmpty { doorbell.drain() }
            let now = MonotonicTime.now.nanoseconds
            takeOutputs(now)
            let want = wanted()
            if want.keyFrame { keyFramePending = true }
            apply(bitrate: want.bitrate, now)
            if let frame = inbox.takeNewest() {
                cameraFrame(frame, paused: want.isPaused, now)
            } else if now >= nextSlate {
                slateDue(paused: want.isPaused, now)
            }
            watchForStall(now)
        }
        encoder = nil
    }

    /// Nanoseconds until something is due without an event.
    private func timeout(at now: Int64) -> Int64 {
        var due = nextSlate
        if let encoder, encoder.pending.count > 0 {
            due = min(due, encoder.pending.since.nanoseconds + Self.stallLimit)
        }
        return max(due - now, 0)
    }

    // MARK: - Real-time

    private mutating func cameraFrame(_ frame: consuming FrameHandle, paused: Bool, _ now: Int64) {
        lastPicture = now
        nextSlate = now + Self.cameraPatience
        if statistics.showsSlate {
            statistics.setSlate(false)
            keyFramePending = true
            events(.slate(false))
        }
        statistics.capturedFrames.add()
        if paused { return }
        statistics.captureToEncoder.record(nanoseconds: now - frame.value.captureTime.nanoseconds)
        if frame.value.format.pixelFormat == .h264 {
            passThrough(frame, now)
        } else {
            encode(frame, now)
        }
    }

    /// A camera that encodes by itself: its access unit goes out as it is.
    private mutating func passThrough(_ frame: borrowing FrameHandle, _ now: Int64) {
        let value = frame.value
        sender.send(
            EncodedAccessUnit(
                bytes: value.planes.0.bytes, captureTime: value.captureTime, submitTime: value.readyTime,
                isKeyFrame: VideoPacketSender.isKeyFrame(value.planes.0.bytes)))
        keyFramePending = false
    }

    private mutating func encode(_ frame: consuming FrameHandle, _ now: Int64) {
        let wanted = FrameConverter.target(
            for: frame.value.format, maximum: configuration.maximumSize, encoder: encoder?.capabilities.inputFormats)
        if wanted != frame.value.format {
            statistics.copiedFrames.add()
            guard let converted = converter.convert(frame, to: wanted) else {
                statistics.skippedFrames.add()
                return
            }
            submit(converted, now)
        } else {
            submit(frame, now)
        }
    }

    private mutating func submit(_ frame: borrowing FrameHandle, _ now: Int64) {
        if frame.value.format != format || encoder == nil {
            format = frame.value.format
            guard now >= reopenAt, openEncoder(now) else {
                statistics.skippedFrames.add()
                return
            }
        }
        guard let encoder else { return }
        if !secondKeyFrameDone, now - started > Self.repeatedKeyFrame {
            secondKeyFrameDone = true
            keyFramePending = true
        }
        do {
            switch try encoder.submit(frame, forceKeyFrame: keyFramePending) {
            case .accepted: keyFramePending = false
            case .full: statistics.skippedFrames.add()
            }
        } catch {
            encoderFailed(error, now)
            return
        }
        takeOutputs(now)
    }

    private mutating func takeOutputs(_ now: Int64) {
        guard let encoder else { return }
        let sender = sender
        do {
            while try encoder.takeOutput({ sender.send($0) }) {}
        } catch {
            encoderFailed(error, now)
        }
    }

    private mutating func watchForStall(_ now: Int64) {
        guard let encoder, encoder.pending.count > 0 else { return }
        let waited = now - encoder.pending.since.nanoseconds
        guard waited >= Self.stallLimit else { return }
        encoderFailed(
            DeviceError(
                .stalled, device: encoder.capabilities.name,
                detail: "no output for \(waited / 1_000_000) ms with \(encoder.pending.count) pictures inside"), now)
    }

    // MARK: - Set-up and repair

    private mutating func slateDue(paused: Bool, _ now: Int64) {
        nextSlate = now + Self.slateInterval
        if !statistics.showsSlate {
            statistics.setSlate(true)
            keyFramePending = true
            events(.slate(true))
        }
        if paused { return }
        guard let frame = slate(slateFormat) else { return }
        statistics.slateFrames.add()
        encode(frame, now)
    }

    /// The slate keeps the running encoder's size, so that the camera comes back without a new one.
    private var slateFormat: VideoFormat {
        let running = encoder?.configuration.format ?? format
        return VideoFormat(.nv12, width: running.width, height: running.height)
    }

    private mutating func openEncoder(_ now: Int64) -> Bool {
        encoder = nil
        guard encoders.indices.contains(fallback.current) else { return false }
        let choice = encoders[fallback.current]
        let wanted = VideoEncoderConfiguration(
            format: format, frameRate: configuration.frameRate,
            bitrate: BitsPerSecond(bitrate > 0 ? bitrate : configuration.bitrate.value),
            profileLevelID: configuration.profileLevelID,
            maximumSliceBytes: configuration.packetization == .singleNALUnit ? configuration.maximumPayloadSize : nil)
        do {
            let opened = try choice.open(wanted)
            encoder = opened
            keyFramePending = true
            statistics.setEncoder(opened.capabilities, opened.configuration)
            events(.encoderOpened(opened.capabilities))
            return true
        } catch {
            encoderFailed(error, now)
            return false
        }
    }

    private mutating func encoderFailed(_ error: DeviceError, _ now: Int64) {
        encoder = nil
        statistics.encoderRestarts.add()
        let next = fallback.failed(at: now, isStall: error.kind == .stalled)
        keyFramePending = true
        // The same device is asked again after a short rest; another one at the next picture.
        reopenAt = now + 50_000_000
        events(.encoderFailed(error, replacement: encoders.indices.contains(next) ? encoders[next].name : "none"))
    }

    private mutating func apply(bitrate wanted: Int, _ now: Int64) {
        if wanted == bitrate { return }
        bitrate = wanted
        guard let encoder else { return }
        do {
            if try !encoder.setBitrate(BitsPerSecond(wanted)) { _ = openEncoder(now) }
        } catch {
            encoderFailed(error, now)
        }
    }
}
