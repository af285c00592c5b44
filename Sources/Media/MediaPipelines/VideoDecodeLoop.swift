import LinuxSystem
import MediaTypes
import RTP
import RealtimeSupport

/// The decode thread's loop and all that it owns. Confined to that thread.
struct VideoDecodeLoop: ~Copyable {
    private static let stallLimit: Int64 = 500_000_000
    private static let requestInterval: Int64 = 300_000_000
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
    private let requestKeyFrame: @Sendable () -> Void
    private let events: @Sendable (MediaEvent) -> Void

    private var decoder: (any VideoDecoder)?
    private var fallback: EncoderFallback
    private var policy = LipSyncPolicy()
    private var companions = InlineArray<64, Companion>(repeating: Companion())
    private var tag: Int64 = 0
    private var waitsForKeyFrame = true
    private var lastRequest: Int64 = 0
    private var reopenAt: Int64 = 0
    private var seenFirst = false

    init(
        decoders: [DecoderChoice], output: FrameInbox, lipSync: LipSyncClock, sound: AudioReceivePipeline?,
        statistics: VideoReceiveStatistics, requestKeyFrame: @escaping @Sendable () -> Void,
        events: @escaping @Sendable (MediaEvent) -> Void
    ) {
        self.decoders = decoders
        self.output = output
        self.lipSync = lipSync
        self.sound = sound
        self.statistics = statistics
        self.requestKeyFrame = requestKeyFrame
        self.events = events
        fallback = EncoderFallback(choiceCount: decoders.count)
    }

    mutating func run(_ thread: MediaThread, units: SPSCRing<AccessUnitHandle>, doorbell: Doorbell) {
        var set = PollSet(count: 3)
        set.watch(0, thread.stopDescriptor, for: .readable)
        set.watch(1, doorbell.descriptor, for: .readable)
        openDecoder(MonotonicTime.now.nanoseconds)
        while !thread.isStopping {
            let ready = decoder?.outputDescriptor
            set.watch(2, ready?.descriptor, for: ready?.interest ?? [])
            _ = try? set.wait(nanoseconds: timeout(at: MonotonicTime.now.nanoseconds))
            thread.beat()
            if !set.readiness(1).isEmpty { doorbell.drain() }
            takeFrames()
            while let unit = units.pop() { take(unit) }
            watchForStall(MonotonicTime.now.nanoseconds)
        }
        decoder = nil
    }

    private func timeout(at now: Int64) -> Int64? {
        guard let decoder, decoder.pending.count > 0, decoder.outputDescriptor != nil else { return nil }
        return max(decoder.pending.since.nanoseconds + Self.stallLimit - now, 0)
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
            askForKeyFrame(now.nanoseconds)
            return
        }
        // A damaged picture is decoded too: concealment shows more than a frozen screen does.
        if value.isDamaged { askForKeyFrame(now.nanoseconds) }
        guard let decoder else { return }
        tag &+= 1
        let index = Int(tag & 63)
        companions[index] = Companion(
            tag: tag, timestamp: value.timestamp, firstArrival: value.firstArrival, submitted: now)
        do {
            let bytes = UnsafeRawBufferPointer(rebasing: value.bytes[..<min(value.byteCount, value.bytes.count)])
            switch try decoder.decode(bytes, captureTime: MonotonicTime(nanoseconds: tag), isKeyFrame: value.isKeyFrame)
            {
            case .accepted:
                if value.isKeyFrame { waitsForKeyFrame = false }
            case .full:
                statistics.droppedUnits.add()
                waitsForKeyFrame = true
                askForKeyFrame(now.nanoseconds)
            case .needsKeyFrame:
                askForKeyFrame(now.nanoseconds)
            }
        } catch {
            decoderFailed(error, now.nanoseconds)
            return
        }
        takeFrames()
    }

    private mutating func takeFrames() {
        guard let decoder else { return }
        do {
            while let frame = try decoder.takeFrame() { show(frame) }
        } catch {
            decoderFailed(error, MonotonicTime.now.nanoseconds)
        }
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
        let companion = companions[Int(value.captureTime.nanoseconds & 63)]
        guard companion.tag == value.captureTime.nanoseconds else {
            output.offer(frame)
            return
        }
        statistics.receivedToDecoded.record(nanoseconds: now - companion.firstArrival)
        statistics.decode.record(nanoseconds: now - companion.submitted)
        guard let sound, let soundTime = lipSync.soundTime(ofVideo: companion.timestamp, playout: sound.playout) else {
            output.offer(frame)
            return
        }
        let decision = policy.schedule(now: now, soundTime: soundTime, displayDelay: Self.displayDelay)
        statistics.setSkew(decision.skew)
        statistics.held.record(nanoseconds: decision.hold)
        sound.setExtraDelay(sampleFrames: Int(policy.soundDelay * 48 / 1_000_000))
        output.offer(
            frame,
            notBefore: decision.hold > 0 ? now.advanced(byNanoseconds: decision.hold + Self.displayDelay) : .zero)
    }

    private mutating func askForKeyFrame(_ now: Int64) {
        if now - lastRequest < Self.requestInterval { return }
        lastRequest = now
        statistics.keyFrameRequests.add()
        requestKeyFrame()
    }

    // MARK: - Set-up and repair

    private mutating func openDecoder(_ now: Int64) {
        guard decoders.indices.contains(fallback.current) else { return }
        do {
            let opened = try decoders[fallback.current].open()
            decoder = opened
            waitsForKeyFrame = true
            statistics.setDecoder(opened.capabilities)
            events(.decoderOpened(opened.capabilities))
        } catch {
            decoderFailed(error, now)
        }
    }

    private mutating func decoderFailed(_ error: DeviceError, _ now: Int64) {
        decoder = nil
        statistics.decoderRestarts.add()
        waitsForKeyFrame = true
        reopenAt = now + 50_000_000
        let next = fallback.failed(at: now, isStall: error.kind == .stalled)
        events(.decoderFailed(error, replacement: decoders.indices.contains(next) ? decoders[next].name : "none"))
        askForKeyFrame(now)
    }

    private mutating func watchForStall(_ now: Int64) {
        guard let decoder, decoder.outputDescriptor != nil, decoder.pending.count > 0 else { return }
        let waited = now - decoder.pending.since.nanoseconds
        guard waited >= Self.stallLimit else { return }
        decoderFailed(
            DeviceError(
                .stalled, device: decoder.capabilities.name,
                detail: "no picture for \(waited / 1_000_000) ms with \(decoder.pending.count) access units inside"), now)
    }
}
