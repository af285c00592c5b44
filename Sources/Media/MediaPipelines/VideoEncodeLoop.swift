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
    /// An encoder that has been given pictures for so long, and so many, without output has stalled. The count spares
    /// one that keeps a few pictures while they come slowly (slate) or not at all (hold).
    static let stallLimit: Int64 = 500_000_000
    static let stallPictures = 6
    /// A second key frame after this long, for a far end that lost the first.
    static let repeatedKeyFrame: Int64 = 1_200_000_000
    /// Key frames are no closer than this, however often they are asked for.
    static let keyFrameSpacing: Int64 = 100_000_000
    /// A camera that encodes by itself is asked for one again after this long.
    static let cameraAskSpacing: Int64 = 300_000_000
    /// Wake-ups for output in a row that found none, before the descriptor is mistrusted; and the wait from then on.
    private static let fruitlessLimit = 3
    private static let fruitlessWait: Int64 = 5_000_000

    private let configuration: VideoSendConfiguration
    private let encoders: [EncoderChoice]
    private let slate: @Sendable (VideoFormat) -> FrameHandle?
    private let askCamera: @Sendable () -> Void
    private let events: @Sendable (MediaEvent) -> Void
    private let statistics: VideoSendStatistics
    private let sender: VideoPacketSender

    private var encoder: (any VideoEncoder)?
    private var fallback: EncoderFallback
    private var converter = FrameConverter()
    private var format: VideoFormat
    private var colours = PictureColours()
    private var bitrate = 0
    private var keyFramePending = true
    private var lastKeyFrame: Int64 = 0
    private var started: Int64 = 0
    private var nextSlate: Int64 = 0
    private var reopenAt: Int64 = 0
    private var secondKeyFrameDone = false
    /// Pictures given to the encoder since its last output, and when the first of them was.
    private var inputs = 0
    private var firstInput: Int64 = 0
    private var outputs: UInt64 = 0
    private var fruitless = 0
    /// A camera that encodes by itself sends nothing before its next key frame.
    private var awaitsCameraKeyFrame = true
    /// The camera encodes by itself: each of its pictures is needed for the next one.
    private var passesThrough = false
    /// The device's number of the last picture that was passed through.
    private var passedSequence: UInt64 = 0

    init(
        configuration: VideoSendConfiguration, encoders: [EncoderChoice],
        slate: @escaping @Sendable (VideoFormat) -> FrameHandle?, askCamera: @escaping @Sendable () -> Void,
        events: @escaping @Sendable (MediaEvent) -> Void, statistics: VideoSendStatistics, stream: RTPSendStream
    ) {
        self.configuration = configuration
        self.encoders = encoders
        self.slate = slate
        self.askCamera = askCamera
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
            wait(&set)
            thread.beat()
            if !set.readiness(1).isEmpty { doorbell.drain() }
            let now = MonotonicTime.now.nanoseconds
            let before = outputs
            takeOutputs(now)
            fruitless = set.readiness(2).isEmpty || outputs != before ? 0 : fruitless + 1
            let want = wanted()
            if want.keyFrame || isSecondKeyFrameDue(now) { keyFramePending = true }
            apply(bitrate: want.bitrate, now)
            if let frame = passesThrough ? inbox.takeOldest() : inbox.takeNewest() {
                cameraFrame(frame, paused: want.isPaused, now)
                while passesThrough, let next = inbox.takeOldest() { cameraFrame(next, paused: want.isPaused, now) }
            } else if now >= nextSlate {
                slateDue(paused: want.isPaused, now)
            }
            watchForStall(now)
        }
        encoder = nil
    }

    /// Until a picture, an output, a wish or the slate is due. A descriptor that is ready again and again though there
    /// is nothing to take (POLLERR) would keep the thread busy: it is then looked at now and then only.
    private func wait(_ set: inout PollSet) {
        var due = max(nextSlate - MonotonicTime.now.nanoseconds, 0)
        var output = encoder?.outputDescriptor
        if fruitless >= Self.fruitlessLimit {
            if inputs > 0 { due = min(due, Self.fruitlessWait) }
            output = nil
        }
        set.watch(2, output?.descriptor, for: output?.interest ?? [])
        // A failing poll would be a defect of this loop; it is bounded by the time-out of the next turn.
        _ = try? set.wait(nanoseconds: due)
    }

    // MARK: - Real-time

    private mutating func cameraFrame(_ frame: consuming FrameHandle, paused: Bool, _ now: Int64) {
        statistics.capturedFrames.add()
        passesThrough = frame.value.format.pixelFormat == .h264
        if paused {
            nextSlate = now + Self.cameraPatience
            return
        }
        statistics.captureToEncoder.record(nanoseconds: now - frame.value.captureTime.nanoseconds)
        // A picture that cannot be used is as good as none.
        guard passesThrough ? passThrough(frame, now) : encode(frame, now) else { return }
        nextSlate = now + Self.cameraPatience
        if statistics.showsSlate {
            statistics.setSlate(false)
            keyFramePending = true
            events(.slate(false))
        }
    }

    /// A camera that encodes by itself: its access unit goes out as it is, from a key frame on.
    private mutating func passThrough(_ frame: borrowing FrameHandle, _ now: Int64) -> Bool {
        let value = frame.value
        let isKeyFrame = VideoPacketSender.isKeyFrame(value.planes.0.bytes)
        // One was lost before it came here, so that no packet of it is missed: the far end cannot know.
        if value.sequence != passedSequence &+ 1 { keyFramePending = true }
        passedSequence = value.sequence
        if keyFramePending || awaitsCameraKeyFrame, !isKeyFrame, now - lastKeyFrame >= Self.cameraAskSpacing {
            lastKeyFrame = now
            askCamera()
        }
        if isKeyFrame {
            awaitsCameraKeyFrame = false
            keyFramePending = false
        }
        guard !awaitsCameraKeyFrame else { return false }
        sender.send(
            EncodedAccessUnit(
                bytes: value.planes.0.bytes, captureTime: value.captureTime, submitTime: value.readyTime,
                isKeyFrame: isKeyFrame))
        return true
    }

    private mutating func encode(
        _ frame: consuming FrameHandle, stamp: MonotonicTime? = nil, _ now: Int64
    ) -> Bool {
        let wanted = FrameConverter.target(
            for: frame.value.format, maximum: configuration.maximumSize,
            running: encoder == nil ? nil : format.pixelFormat)
        guard stamp != nil || wanted != frame.value.format else {
            submit(frame, now)
            return true
        }
        if stamp == nil { statistics.copiedFrames.add() }
        guard let converted = converter.convert(frame, to: wanted, stamp: stamp) else {
            statistics.skippedFrames.add()
            // All copies may be inside an encoder that has stalled.
            if encoder != nil { countInput(now) }
            return false
        }
        submit(converted, now)
        return true
    }

    private mutating func submit(_ frame: borrowing FrameHandle, _ now: Int64) {
        if frame.value.format != format || encoder == nil {
            format = frame.value.format
            colours = frame.value.colours
            guard now >= reopenAt, openEncoder(now) else {
                statistics.skippedFrames.add()
                return
            }
        }
        guard let encoder else { return }
        let force = keyFramePending && now - lastKeyFrame >= Self.keyFrameSpacing
        countInput(now)
        do {
            switch try encoder.submit(frame, forceKeyFrame: force) {
            case .accepted:
                if force {
                    keyFramePending = false
                    lastKeyFrame = now
                }
            case .full: statistics.skippedFrames.add()
            }
        } catch {
            encoderFailed(error, now)
            return
        }
        takeOutputs(now)
    }

    private mutating func isSecondKeyFrameDue(_ now: Int64) -> Bool {
        if secondKeyFrameDone || now - started <= Self.repeatedKeyFrame { return false }
        secondKeyFrameDone = true
        return true
    }

    private mutating func countInput(_ now: Int64) {
        if inputs == 0 { firstInput = now }
        inputs += 1
    }

    private mutating func takeOutputs(_ now: Int64) {
        guard let encoder else { return }
        let sender = sender
        do {
            while try encoder.takeOutput({ sender.send($0) }) {
                outputs &+= 1
                inputs = 0
            }
        } catch {
            encoderFailed(error, now)
        }
    }

    private mutating func watchForStall(_ now: Int64) {
        guard let encoder, inputs >= Self.stallPictures, now - firstInput >= Self.stallLimit else { return }
        encoderFailed(
            DeviceError(
                .stalled, device: encoder.capabilities.name,
                detail: "no output for \((now - firstInput) / 1_000_000) ms after \(inputs) pictures"), now)
    }

    // MARK: - Set-up and repair

    private mutating func slateDue(paused: Bool, _ now: Int64) {
        nextSlate = now + Self.slateInterval
        if paused { return }
        if !statistics.showsSlate {
            statistics.setSlate(true)
            keyFramePending = true
            awaitsCameraKeyFrame = true
            events(.slate(true))
        }
        guard let frame = slate(slateFormat) else { return }
        statistics.slateFrames.add()
        // The same picture may be lent again and again: what is sent is a copy that was made now.
        _ = encode(frame, stamp: MonotonicTime(nanoseconds: now), now)
    }

    /// The slate has the running encoder's size, so that the camera comes back without a new one.
    private var slateFormat: VideoFormat { VideoFormat(.nv12, width: format.width, height: format.height) }

    /// Opens the encoder for a camera whose first picture is still to come.
    mutating func prepare(for camera: CameraPictures) {
        passesThrough = camera.format.pixelFormat == .h264
        if passesThrough { return }
        colours = camera.colours
        bitrate = configuration.bitrate.value
        format = FrameConverter.target(for: camera.format, maximum: configuration.maximumSize, running: nil)
        _ = openEncoder(MonotonicTime.now.nanoseconds)
    }

    /// Opens the encoder in use, or else the next at once that is not to be waited for.
    private mutating func openEncoder(_ now: Int64) -> Bool {
        repeat {
            if openCurrentEncoder(now) { return true }
        } while fallback.rest == 0 && encoders.indices.contains(fallback.current)
        return false
    }

    private mutating func openCurrentEncoder(_ now: Int64) -> Bool {
        encoder = nil
        inputs = 0
        fruitless = 0
        guard encoders.indices.contains(fallback.current) else { return false }
        let choice = encoders[fallback.current]
        let wanted = VideoEncoderConfiguration(
            format: format, frameRate: configuration.frameRate,
            bitrate: BitsPerSecond(bitrate > 0 ? bitrate : configuration.bitrate.value),
            profileLevelID: configuration.profileLevelID,
            maximumSliceBytes: configuration.packetization == .singleNALUnit ? configuration.maximumPayloadSize : nil,
            colours: colours)
        do {
            let opened = try choice.open(wanted)
            encoder = opened
            opened.lendBeginning { [sender] in sender.send($0) }
            keyFramePending = true
            lastKeyFrame = 0
            let capabilities = opened.capabilities
            statistics.setEncoder(capabilities, opened.configuration)
            events(.encoderOpened(capabilities))
            return true
        } catch {
            encoderFailed(error, now)
            return false
        }
    }

    private mutating func encoderFailed(_ error: DeviceError, _ now: Int64) {
        let isUnsuited = encoder == nil && error.kind == .unsupported
        encoder = nil
        sender.giveUpBegun()
        inputs = 0
        fruitless = 0
        if !isUnsuited { statistics.encoderRestarts.add() }
        // What cannot be done at all is no better at a second try.
        let next = fallback.failed(at: now, isStall: error.kind == .stalled || error.kind == .unsupported)
        keyFramePending = true
        reopenAt = now + fallback.rest
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
