import LinuxSystem
import MediaTypes
import RTP
import RealtimeSupport

/// The decode thread's loop and all that it owns. Confined to that thread.
struct VideoDecodeLoop: ~Copyable {
    /// A decoder that has been given access units for so long, and so many, without a picture has stalled.
    private static let stallLimit: Int64 = 500_000_000
    private static let stallUnits = 6
    /// Wake-ups for pictures in a row that found none, before the descriptor is mistrusted; and the wait from then on.
    private static let fruitlessLimit = 3
    private static let fruitlessWait: Int64 = 5_000_000
    /// A far end's picture that is older than this, or of the future, says that the wall clocks do not agree.
    private static let believableAge: Int64 = 5_000_000_000
    /// From hand-over to the screen: composition and half a vertical blank at 60 Hz.
    private static let displayDelay: Int64 = 12_000_000

    /// What travels beside an access unit through the decoder, found again by its tag.
    private struct Companion: BitwiseCopyable {
        var tag: Int64 = 0
        var timestamp = RTPTimestamp(0)
        var firstArrival = MonotonicTime.zero
        var submitted = MonotonicTime.zero
    }

    private let decoders: [DecoderChoice]
    private let output: FrameInbox
    private let lipSync: LipSyncClock
    private let sound: AudioReceivePipeline?
    private let statistics: VideoReceiveStatistics
    private let requester: KeyFrameRequester
    private let events: @Sendable (MediaEvent) -> Void

    private var decoder: (any VideoDecoder)?
    private var fallback: EncoderFallback
    private var policy = LipSyncPolicy()
    private var companions = InlineArray<64, Companion>(repeating: Companion())
    private var tag: Int64 = 0
    /// An access unit that found the decoder full; it is given again when the decoder has room.
    private var refused: AccessUnitHandle?
    /// Nothing can be decoded before a key frame.
    private var waitsForKeyFrame = true
    /// What is shown is damaged until the next key frame.
    private var isDamaged = false
    private var reopenAt: Int64 = 0
    /// Access units given to the decoder since its last picture, and when the first of them was.
    private var inputs = 0
    private var firstInput: Int64 = 0
    private var fruitless = 0
    private var seenFirst = false

    init(
        decoders: [DecoderChoice], output: FrameInbox, lipSync: LipSyncClock, sound: AudioReceivePipeline?,
        statistics: VideoReceiveStatistics, requester: KeyFrameRequester,
        events: @escaping @Sendable (MediaEvent) -> Void
    ) {
        self.decoders = decoders
        self.output = output
        self.lipSync = lipSync
        self.sound = sound
        self.statistics = statistics
        self.requester = requester
        self.events = events
        fallback = EncoderFallback(choiceCount: decoders.count)
    }

    mutating func run(_ thread: MediaThread, units: SPSCRing<AccessUnitHandle>, doorbell: Doorbell) {
        var set = PollSet(count: 3)
        set.watch(0, thread.stopDescriptor, for: .readable)
        set.watch(1, doorbell.descriptor, for: .readable)
        while !thread.isStopping {
            wait(&set)
            thread.beat()
            if !set.readiness(1).isEmpty { doorbell.drain() }
            let wasReady = !set.readiness(2).isEmpty
            fruitless = takeFrames() || !wasReady ? 0 : fruitless + 1
            if let unit = refused.take() { take(unit) }
            // Each counts: where decoding is slower than the pictures come, the ring is never empty.
            while refused == nil, !thread.isStopping, let unit = units.pop() {
                take(unit)
                thread.beat()
            }
            watchForStall(MonotonicTime.now.nanoseconds)
        }
        refused = nil
        decoder = nil
    }

    /// Until a unit or a picture is there. A descriptor that is ready again and again though there is nothing to take
    /// would keep the thread busy: it is then looked at now and then only.
    private mutating func wait(_ set: inout PollSet) {
        var output = decoder?.outputDescriptor
        var limit: Int64?
        if fruitless >= Self.fruitlessLimit {
            limit = inputs > 0 ? Self.fruitlessWait : nil
            output = nil
        } else if output != nil, inputs >= Self.stallUnits {
            limit = max(firstInput + Self.stallLimit - MonotonicTime.now.nanoseconds, 0)
        }
        set.watch(2, output?.descriptor, for: output?.interest ?? [])
        // A failing poll would be a defect of this loop; the next access unit rings.
        _ = try? set.wait(nanoseconds: limit)
    }

    // MARK: - Real-time

    private mutating func take(_ unit: consuming AccessUnitHandle) {
        let value = unit.value
        let now = MonotonicTime.now
        if decoder == nil {
            guard now.nanoseconds >= reopenAt else {
                statistics.undecodedUnits.add()
                return
            }
            openDecoder(now.nanoseconds)
        }
        if waitsForKeyFrame, !value.isKeyFrame {
            statistics.undecodedUnits.add()
            requester.ask(at: now.nanoseconds)
            return
        }
        guard let decoder else { return }
        // A damaged picture is decoded too: concealment shows more than a frozen screen does.
        if value.isKeyFrame || value.isDamaged { isDamaged = value.isDamaged }
        if inputs == 0 { firstInput = now.nanoseconds }
        inputs += 1
        tag &+= 1
        companions[Int(tag & 63)] = Companion(
            tag: tag, timestamp: value.timestamp, firstArrival: value.firstArrival, submitted: now)
        do {
            switch try decoder.decode(value.bytes, captureTime: Self.time(ofTag: tag), isKeyFrame: value.isKeyFrame) {
            case .accepted:
                if value.isKeyFrame { waitsForKeyFrame = false }
            case .full:
                refused = consume unit
                return
            case .needsKeyFrame:
                inputs = 0
                isDamaged = true
            }
        } catch {
            decoderFailed(error, now.nanoseconds)
            return
        }
        if isDamaged { requester.ask(at: now.nanoseconds) }
        _ = takeFrames()
    }

    /// - Returns: whether a picture came out.
    private mutating func takeFrames() -> Bool {
        guard let decoder else { return false }
        var hasFrame = false
        do {
            while let frame = try decoder.takeFrame() {
                hasFrame = true
                inputs = 0
                show(frame)
            }
        } catch {
            decoderFailed(error, MonotonicTime.now.nanoseconds)
        }
        return hasFrame
    }

    private mutating func show(_ frame: consuming FrameHandle) {
        let now = MonotonicTime.now
        statistics.decodedFrames.add()
        let value = frame.value
        statistics.setPictureSize(width: value.format.width, height: value.format.height)
        if !seenFirst {
            seenFirst = true
            events(.firstVideoFrameDecoded)
        }
        let tag = Self.tag(of: value.captureTime)
        let companion = companions[Int(tag & 63)]
        guard companion.tag == tag else {
            output.offer(frame)
            return
        }
        statistics.receivedToDecoded.record(nanoseconds: now - companion.firstArrival)
        statistics.decode.record(nanoseconds: now - companion.submitted)
        let captured = captureTime(companion.timestamp, now)
        guard let sound, let soundTime = lipSync.soundTime(ofVideo: companion.timestamp, playout: sound.playout),
            let decision = policy.schedule(now: now, soundTime: soundTime, displayDelay: Self.displayDelay)
        else {
            output.offer(frame, captured: captured)
            return
        }
        statistics.setSkew(decision.skew)
        statistics.held.record(nanoseconds: decision.hold)
        sound.setExtraDelay(sampleFrames: Int(policy.soundDelay * 48 / 1_000_000))
        output.offer(
            frame,
            notBefore: decision.hold > 0 ? now.advanced(byNanoseconds: decision.hold + Self.displayDelay) : .zero,
            captured: captured)
    }

    /// When the far end captured a picture; `.zero` while that is unknown or cannot be.
    private func captureTime(_ timestamp: RTPTimestamp, _ now: MonotonicTime) -> MonotonicTime {
        guard let time = lipSync.captureTime(ofVideo: timestamp) else { return .zero }
        let age = now - time
        return age > 0 && age < Self.believableAge ? time : .zero
    }

    /// Whole microseconds, since drivers keep no more of a time.
    private static func time(ofTag tag: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: tag &* 1000) }

    private static func tag(of time: MonotonicTime) -> Int64 { time.nanoseconds / 1000 }

    // MARK: - Set-up and repair

    private mutating func openDecoder(_ now: Int64) {
        guard decoders.indices.contains(fallback.current) else { return }
        do {
            let opened = try decoders[fallback.current].open()
            decoder = opened
            waitsForKeyFrame = true
            let capabilities = opened.capabilities
            statistics.setDecoder(capabilities)
            events(.decoderOpened(capabilities))
        } catch {
            decoderFailed(error, now)
        }
    }

    private mutating func decoderFailed(_ error: DeviceError, _ now: Int64) {
        decoder = nil
        refused = nil
        inputs = 0
        fruitless = 0
        statistics.decoderRestarts.add()
        waitsForKeyFrame = true
        let next = fallback.failed(at: now, isStall: error.kind == .stalled)
        reopenAt = now + fallback.rest
        events(.decoderFailed(error, replacement: decoders.indices.contains(next) ? decoders[next].name : "none"))
        requester.ask(at: now)
    }

    /// Only a decoder with a descriptor can stall: others decode within the call.
    private mutating func watchForStall(_ now: Int64) {
        guard let decoder, decoder.outputDescriptor != nil, inputs >= Self.stallUnits else { return }
        let waited = now - firstInput
        guard waited >= Self.stallLimit else { return }
        decoderFailed(
            DeviceError(
                .stalled, device: decoder.capabilities.name,
                detail: "no picture for \(waited / 1_000_000) ms after \(inputs) access units"), now)
    }
}
