import LinuxSystem
import MediaTypes
import RTCP
import RTP
import RTPPayload
import RealtimeSupport

/// The network thread's loop and all that it owns. Confined to that thread.
struct NetworkWorker: ~Copyable {
    private static let slotLength = 2048

    let audio: AudioLeg?
    let video: VideoLeg?
    let lipSync: LipSyncClock
    let events: @Sendable (MediaEvent) -> Void
    let audioReceiver: StreamReceiver
    let videoReceiver: StreamReceiver
    let audioFarEnd: AtomicSnapshot<FarEndReport>
    let videoFarEnd: AtomicSnapshot<FarEndReport>
    let clock: NTPClock

    private let mediaTimeout: Int64
    private var batch = DatagramBatch(capacity: 32, slotLength: NetworkWorker.slotLength)
    private var controlBatch = DatagramBatch(capacity: 8, slotLength: NetworkWorker.slotLength)
    private var reporter: ReportSender
    private var lastEvent: (timestamp: RTPTimestamp, source: SSRC)?
    private var lastFullIntraCommand: UInt8?
    /// Of the codecs that may come in place of the agreed one, in the order of their decoders.
    private let alternativeTypes: [PayloadType]
    /// When RTCP of the far end came last: it is there, though it may have no sound to send.
    private var lastControl = MonotonicTime.zero
    private var startTime = MonotonicTime.now
    private var didTimeOut = false
    private var gotAudio = false

    init(
        audio: AudioLeg?, video: VideoLeg?, lipSync: LipSyncClock, canonicalName: String, mediaTimeout: Duration,
        events: @escaping @Sendable (MediaEvent) -> Void, audioReceiver: StreamReceiver,
        videoReceiver: StreamReceiver, audioFarEnd: AtomicSnapshot<FarEndReport>,
        videoFarEnd: AtomicSnapshot<FarEndReport>
    ) {
        self.audio = audio
        self.video = video
        self.lipSync = lipSync
        self.events = events
        self.audioReceiver = audioReceiver
        self.videoReceiver = videoReceiver
        self.audioFarEnd = audioFarEnd
        self.videoFarEnd = videoFarEnd
        self.mediaTimeout = mediaTimeout.nanoseconds
        alternativeTypes = audio?.plan.alternatives.map(\.payloadType) ?? []
        clock = NTPClock(unixOffsetNanoseconds: wallClockNanoseconds() - MonotonicTime.now.nanoseconds)
        reporter = ReportSender(canonicalName: canonicalName, clock: clock)
    }

    mutating func run(
        _ thread: MediaThread, doorbell: Doorbell, takeKeyFrameWish: () -> Bool, mayTimeOut: () -> Bool,
        saysGoodbye: () -> Bool
    ) {
        var set = PollSet(count: 6)
        set.watch(0, thread.stopDescriptor, for: .readable)
        set.watch(1, doorbell.descriptor, for: .readable)
        set.watch(2, audio?.transport.descriptor, for: .readable)
        set.watch(3, audio?.transport.controlDescriptor, for: .readable)
        set.watch(4, video?.transport.descriptor, for: .readable)
        set.watch(5, video?.transport.controlDescriptor, for: .readable)
        var overdue: MonotonicTime?
        while !thread.isStopping {
            _ = try? set.wait(nanoseconds: timeout(overdue))
            thread.beat()
            if !set.readiness(1).isEmpty { doorbell.drain() }
            let now = MonotonicTime.now
            if !set.readiness(2).isEmpty { receiveAudio(now) }
            if !set.readiness(3).isEmpty { receiveControl(isVideo: false, now) }
            if !set.readiness(4).isEmpty { receiveVideo(now) }
            if !set.readiness(5).isEmpty { receiveControl(isVideo: true, now) }
            overdue = video?.receive?.releaseOverdue(at: now)
            if takeKeyFrameWish() { askForKeyFrame() }
            sendReports(now)
            watchForSilence(now, mayTimeOut())
        }
        if saysGoodbye() { sayGoodbye() }
    }

    private func timeout(_ overdue: MonotonicTime?) -> Int64 {
        let now = MonotonicTime.now
        var due = reporter.nextDue
        if let overdue { due = min(due, overdue) }
        return max(due - now, 0)
    }

    // MARK: - Real-time

    private mutating func receiveAudio(_ now: MonotonicTime) {
        guard let audio, let count = try? audio.transport.receive(into: &batch) else { return }
        let signalled = audio.transport.signalledRemote
        for index in 0..<count {
            let packet = batch.bytes(index)
            if DatagramKind(of: packet) == .rtcp {
                takeControl(packet, from: batch.source(index), isVideo: false, audio.transport, now)
                continue
            }
            guard let view = RTPPacketView(parsing: packet) else {
                audioReceiver.countMalformed()
                continue
            }
            let type = view.header.payloadType
            let isKey = type == audio.plan.receiveTelephoneEvent
            let decoder = audio.plan.receivePayloadTypes.contains(type) ? 0 : alternativeNumber(of: type)
            guard isKey || decoder != nil else {
                audioReceiver.countMalformed()
                continue
            }
            let source = batch.source(index)
            guard
                audioReceiver.accept(
                    view.header, byteCount: packet.count, from: source, signalled: signalled, at: now)
            else { continue }
            audio.transport.learnRemote(source, isControl: false)
            let jitter = audioReceiver.statistics.jitterNanoseconds
            if isKey {
                takeKey(view, packet)
                audio.receive?.receiveOther(view.header, jitterNanoseconds: jitter, at: now)
                continue
            }
            if !gotAudio {
                gotAudio = true
                events(.firstAudioPacketReceived)
            }
            audio.receive?.receive(
                view.payload(in: packet), header: view.header, decoder: decoder ?? 0, jitterNanoseconds: jitter,
                at: now)
        }
    }

    /// The decoder of a codec that may come in place of the agreed one, from 1 on; nil for what was not agreed.
    private func alternativeNumber(of type: PayloadType) -> Int? {
        for index in alternativeTypes.indices where alternativeTypes[index] == type { return index + 1 }
        return nil
    }

    private mutating func receiveVideo(_ now: MonotonicTime) {
        guard let video, let count = try? video.transport.receive(into: &batch) else { return }
        let signalled = video.transport.signalledRemote
        for index in 0..<count {
            let packet = batch.bytes(index)
            if DatagramKind(of: packet) == .rtcp {
                takeControl(packet, from: batch.source(index), isVideo: true, video.transport, now)
                continue
            }
            guard let view = RTPPacketView(parsing: packet),
                video.plan.receivePayloadTypes.contains(view.header.payloadType)
            else {
                videoReceiver.countMalformed()
                continue
            }
            let source = batch.source(index)
            guard
                videoReceiver.accept(
                    view.header, byteCount: packet.count, from: source, signalled: signalled, at: now)
            else { continue }
            video.transport.learnRemote(source, isControl: false)
            video.receive?.receive(packet, header: view.header, at: now)
        }
    }

    private mutating func receiveControl(isVideo: Bool, _ now: MonotonicTime) {
        guard let transport = isVideo ? video?.transport : audio?.transport,
            let count = try? transport.receiveControl(into: &controlBatch)
        else { return }
        for index in 0..<count {
            takeControl(
                controlBatch.bytes(index), from: controlBatch.source(index), isVideo: isVideo, transport, now)
        }
    }

    private mutating func takeControl(
        _ packet: UnsafeRawBufferPointer, from source: IPEndpoint, isVideo: Bool, _ transport: any RTPTransport,
        _ now: MonotonicTime
    ) {
        let receiver = isVideo ? videoReceiver : audioReceiver
        guard receiver.allowsControl(from: source, signalled: transport.signalledRemoteControl) else { return }
        if take(control: packet, isVideo: isVideo, receiver, now) {
            lastControl = now
            transport.learnRemote(source, isControl: true)
        }
    }

    /// RFC 4733: an event is told by its first packet; copies and updates have the same timestamp, and those of an
    /// earlier event that come late have an older one.
    private mutating func takeKey(_ view: RTPPacketView, _ packet: UnsafeRawBufferPointer) {
        let header = view.header
        if let last = lastEvent, last.source == header.ssrc, last.timestamp.distance(to: header.timestamp) <= 0 {
            return
        }
        guard let event = TelephoneEventPayload(parsing: view.payload(in: packet)),
            let key = TelephoneEventPayload.key(of: event.event)
        else { return }
        lastEvent = (header.timestamp, header.ssrc)
        events(.remoteKey(key))
    }

    /// Carries out a compound packet.
    ///
    /// - Returns: whether it came from the one who sends us the stream, as far as that is known.
    private mutating func take(
        control datagram: UnsafeRawBufferPointer, isVideo: Bool, _ receiver: StreamReceiver, _ now: MonotonicTime
    ) -> Bool {
        guard var compound = CompoundPacket(parsing: datagram) else {
            receiver.countMalformed()
            return false
        }
        var isKnown = receiver.ssrc == nil
        while let packet = compound.next() {
            switch packet {
            case .senderReport(let report, let blocks):
                isKnown = isKnown || report.sender == receiver.ssrc
                takeReport(report, isVideo: isVideo, receiver, now)
                takeBlocks(blocks, isVideo: isVideo, now)
            case .receiverReport(let sender, let blocks):
                isKnown = isKnown || sender == receiver.ssrc
                takeBlocks(blocks, isVideo: isVideo, now)
            case .pictureLossIndication(let indication):
                if indication.mediaSource == video?.send?.stream.ssrc || isVideo { video?.send?.requestKeyFrame() }
            case .fullIntraRequest(let request):
                takeFullIntra(request)
            case .goodbye(let goodbye):
                if let source = receiver.ssrc, goodbye.contains(where: { $0 == source }) {
                    receiver.noteGoodbye()
                    events(.remoteGoodbye)
                }
            case .malformed:
                receiver.countMalformed()
            case .sourceDescription, .transportLayerNack, .other:
                break
            }
        }
        return isKnown
    }

    private func takeReport(
        _ report: SenderReport, isVideo: Bool, _ receiver: StreamReceiver, _ now: MonotonicTime
    ) {
        guard receiver.ssrc == nil || receiver.ssrc == report.sender else { return }
        receiver.lastSenderReport = report.ntpTimestamp.middle
        receiver.lastSenderReportTime = now
        if isVideo {
            lipSync.setVideo(report, rate: receiver.clockRate)
        } else {
            lipSync.setAudio(report, rate: receiver.clockRate)
        }
    }

    private func takeBlocks(_ blocks: ReportBlocks, isVideo: Bool, _ now: MonotonicTime) {
        guard let stream = isVideo ? video?.send?.stream : audio?.send?.stream,
            let block = blocks.block(about: stream.ssrc)
        else { return }
        var report = FarEndReport()
        report.isKnown = true
        report.fractionLost = block.fractionLost
        report.cumulativeLost = block.cumulativeLost
        report.jitterNanoseconds = stream.clock.rate.nanoseconds(ticks: Int64(block.jitter))
        report.roundTripNanoseconds =
            RoundTrip.nanoseconds(block, arrival: clock.timestamp(nanoseconds: now.nanoseconds)) ?? -1
        (isVideo ? videoFarEnd : audioFarEnd).store(report)
        if !isVideo { audio?.send?.setExpectedLoss(percent: Int(block.fractionLost) * 100 / 256) }
    }

    /// RFC 5104 §4.3.1.1: a repeated command number is the same command.
    private mutating func takeFullIntra(_ request: FullIntraRequest) {
        guard let send = video?.send, let entry = request.entry(for: send.stream.ssrc) else { return }
        guard entry.commandNumber != lastFullIntraCommand else { return }
        lastFullIntraCommand = entry.commandNumber
        send.requestKeyFrame()
    }

    // MARK: - Reports

    private mutating func sendReports(_ now: MonotonicTime) {
        guard reporter.isDue(now) else { return }
        if let audio {
            reporter.sendReport(
                stream: audio.send?.stream, receiver: audioReceiver, transport: audio.transport, now)
            audioReceiver.publish(roundTrip: audioFarEnd.load().roundTripNanoseconds)
        }
        if let video {
            reporter.sendReport(
                stream: video.send?.stream, receiver: videoReceiver, transport: video.transport, now)
            videoReceiver.publish(roundTrip: videoFarEnd.load().roundTripNanoseconds)
        }
        reporter.scheduleNext(now)
    }

    private mutating func askForKeyFrame() {
        guard let video, let source = videoReceiver.ssrc, let stream = video.send?.stream else { return }
        reporter.sendKeyFrameRequest(
            from: stream.ssrc, to: source, byFullIntra: video.plan.takesFullIntraRequest, transport: video.transport)
    }

    private mutating func sayGoodbye() {
        if let audio, let stream = audio.send?.stream { reporter.sendGoodbye(stream.ssrc, transport: audio.transport) }
        if let video, let stream = video.send?.stream { reporter.sendGoodbye(stream.ssrc, transport: video.transport) }
    }

    private mutating func watchForSilence(_ now: MonotonicTime, _ mayTimeOut: Bool) {
        let lastPacket = max(audioReceiver.lastArrival, videoReceiver.lastArrival)
        let last = max(startTime, max(lastControl, lastPacket))
        if !mayTimeOut {
            startTime = now
            didTimeOut = false
        } else if now - last > mediaTimeout, !didTimeOut {
            didTimeOut = true
            events(.mediaTimeout(.nanoseconds(now - last)))
        }
    }
}
