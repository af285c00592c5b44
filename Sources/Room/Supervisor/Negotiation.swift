import H264Bitstream
import LinuxSystem
import MediaPipelines
import MediaTypes
import RTP
import RTPPayload
import RealtimeSupport
import SDP
import Synchronization

/// Where a call's own media is received.
struct LocalMedia: Sendable {
    var address: String
    var audioPort: UInt16
    var videoPort: UInt16
}

/// What offer and answer settled, as the media session takes it.
struct Agreement: Sendable {
    var audio: AudioStreamPlan?
    var video: VideoStreamPlan?
    /// The far end takes none of our media, and we do not hold the call ourselves: it holds the call. It may go on
    /// sending, such as music (RFC 3264 §8.4).
    var isHeldRemotely: Bool
}

/// Why two rooms cannot agree; the call is refused with 488.
struct NegotiationFailure: Error, Sendable {
    let sentence: String
}

/// The offers and answers of one call (RFC 3264). Control side only.
final class Negotiation: Sendable {
    private static let audioIdentifier = "audio"
    private static let videoIdentifier = "video"

    private let local: LocalMedia
    private let audioCodecs: [AudioCodecChoice]
    private let videoSize: (width: Int, height: Int)
    private let frameRate: FrameRate
    private let bitrate: BitsPerSecond
    private let encodeScheduling: ThreadScheduling
    /// False for a call with sound alone.
    private let hasVideo: Bool
    private let session: Mutex<MediaNegotiator>
    private let held = Guarded(false)
    /// While the offer of a hold or of its end is out: whether the call was held before.
    private let before = Guarded<Bool?>(nil)
    /// An offer that the far end asked for is out.
    private let isAsked = Guarded(false)
    /// The streams of the last agreement; nil before the first.
    private let standing = Guarded<Set<String>?>(nil)
    /// All that the call has had.
    private let known = Guarded<Set<String>>([])

    init(
        local: LocalMedia, audioCodecs: [AudioCodecChoice], videoSize: (width: Int, height: Int),
        frameRate: FrameRate, bitrate: BitsPerSecond, encodeScheduling: ThreadScheduling, hasVideo: Bool = true
    ) {
        self.hasVideo = hasVideo
        self.local = local
        self.audioCodecs = audioCodecs
        self.videoSize = videoSize
        self.frameRate = frameRate
        self.bitrate = bitrate
        self.encodeScheduling = encodeScheduling
        session = Mutex(MediaNegotiator(sessionIdentifier: .random(in: 1...(1 << 62)), address: local.address))
    }

    /// Whether we hold the call; for the next offer or answer.
    var isHeld: Bool {
        get { held.get() }
        set { held.set(newValue) }
    }

    /// The first offer of the call, or that of a change that we want: a stream that the far end never had or has ended
    /// is not brought up by a hold (RFC 3264 §8.2, §8.4).
    func makeOffer() -> String { makeOffer(standing.get()) }

    /// The offer that holds the call or lets it go on; nil when it is so already, or while another offer is out.
    func beginHold(_ isHeld: Bool) -> String? {
        guard before.get() == nil, !isAsked.get(), held.get() != isHeld else { return nil }
        before.set(held.get())
        held.set(isHeld)
        return makeOffer()
    }

    /// A change that the far end began is over, whatever its answer was.
    func endRequest() { isAsked.set(false) }

    /// An offer was refused, or could not be sent: what stood before it stands again.
    func withdrawOffer() {
        isAsked.set(false)
        session.withLock { $0.withdrawOffer() }
        if let earlier = before.get() { held.set(earlier) }
        before.set(nil)
    }

    /// The offer that a re-INVITE without one asks for: all that the call has had, since it stands for that of a new
    /// call (RFC 3261 §14.2), and nothing that it never had.
    func makeRequestedOffer() -> String {
        isAsked.set(true)
        return makeOffer(standing.get().map { _ in known.get() })
    }

    /// - Parameter identifiers: of the streams to offer; nil for all.
    private func makeOffer(_ identifiers: Set<String>?) -> String {
        let streams = self.streams.filter { identifiers?.contains($0.identifier) ?? true }
        return session.withLock { $0.makeOffer(streams).text }
    }

    func answer(to offer: String) throws -> (String, Agreement) {
        let streams = self.streams
        do {
            let description = try SessionDescription(parsing: offer)
            let (answer, lines) = try session.withLock { session in
                try session.answer(to: description, streams: streams)
            }
            return (answer.text, try settle(lines, keeping: []))
        } catch let error as NegotiationFailure {
            throw error
        } catch {
            throw NegotiationFailure(sentence: Self.sentence(error))
        }
    }

    /// - Parameter answer: nil where the message that should have brought it had none.
    func interpret(answer: String?) throws(NegotiationFailure) -> Agreement {
        // The offer is out no longer, whatever its answer is.
        defer {
            before.set(nil)
            endRequest()
        }
        guard let answer else { throw NegotiationFailure(sentence: "The other side answered without media.") }
        do {
            let description = try SessionDescription(parsing: answer)
            let lines = try session.withLock { session in try session.interpretAnswer(description) }
            // Some refuse what is inactive: what we hold is not over for that.
            return try settle(lines, keeping: isHeld ? standing.get() ?? [] : [])
        } catch let error as NegotiationFailure {
            throw error
        } catch {
            throw NegotiationFailure(sentence: Self.sentence(error))
        }
    }

    private static func sentence(_ error: any Error) -> String {
        if case .nothingAcceptable = error as? NegotiationError {
            return "The two sides have no common way to send sound or picture."
        }
        return "The other side's description of its media cannot be used: \(error)."
    }

    // MARK: - Ours

    /// Milliseconds of sound in a packet that we like to get: 10 ms less delay of the sound than with the usual 20, so
    /// that the picture need not wait for it. A far end that does not say what it likes gets 20 (RFC 7587 §6.1).
    private static let packetTime = 10

    private var streams: [LocalStream] {
        let direction: MediaDirection = isHeld ? .inactive : .sendReceive
        let names = audioCodecs.compactMap { AudioCodec(rawValue: $0.name) }
        let level =
            H264Level.minimum(
                width: max(videoSize.width, 1920), height: max(videoSize.height, 1080),
                frameRate: frameRate.perSecond, bitrate: bitrate.value) ?? .level4
        let all = [
            LocalStream(
                identifier: Self.audioIdentifier, port: local.audioPort, direction: direction,
                capabilities: .audio(AudioCapabilities(codecs: names, packetTime: Self.packetTime))),
            LocalStream(
                identifier: Self.videoIdentifier, port: local.videoPort, direction: direction,
                capabilities: .video(
                    VideoCapabilities(
                        formats: H264Capability.list(
                            profiles: [.high, .constrainedBaseline, .main, .baseline], receiveLevel: level),
                        maximumReceiveBitrate: bitrate.value))),
        ]
        return hasVideo ? all : Array(all.prefix(1))
    }

    // MARK: - Agreed

    /// - Parameter earlier: streams that stand though no line of the agreement carries them.
    private func settle(
        _ lines: [NegotiatedLine], keeping earlier: Set<String>
    ) throws(NegotiationFailure) -> Agreement {
        let agreement = try agreement(lines)
        let agreed = Set(lines.compactMap { $0.media?.identifier })
        standing.set(agreed.union(earlier))
        known.set(known.get().union(agreed))
        return agreement
    }

    private func agreement(_ lines: [NegotiatedLine]) throws(NegotiationFailure) -> Agreement {
        var audio: AudioStreamPlan?
        var video: VideoStreamPlan?
        var sendsSomething = false
        for media in lines.compactMap(\.media) {
            if media.direction.sends { sendsSomething = true }
            if media.identifier == Self.audioIdentifier { audio = audioPlan(media) ?? audio }
            if media.identifier == Self.videoIdentifier { video = videoPlan(media) ?? video }
        }
        guard audio != nil || video != nil else {
            throw NegotiationFailure(sentence: "The two sides have no common way to send sound or picture.")
        }
        return Agreement(audio: audio, video: video, isHeldRemotely: !sendsSomething && !isHeld)
    }

    private func address(_ media: NegotiatedMedia) -> StreamAddress {
        let remote = media.remote.flatMap { IPEndpoint(address: $0.address, port: $0.rtpPort) }
        let control = media.remote.flatMap { IPEndpoint(address: $0.rtcpAddress, port: $0.rtcpPort) }
        return StreamAddress(
            remote: remote ?? .any(port: 0), remoteControl: control ?? .any(port: 0),
            sends: media.direction.sends && remote != nil, receives: media.direction.receives)
    }

    private func audioPlan(_ media: NegotiatedMedia) -> AudioStreamPlan? {
        guard case .audio(let codec, _) = media.send.coding,
            let choice = audioCodecs.first(where: { $0.name == codec.rawValue })
        else { return nil }
        let receive = media.receive.filter {
            if case .audio(let other, _) = $0.coding { return other == codec }
            return false
        }
        return AudioStreamPlan(
            address: address(media), codec: choice, sendPayloadType: media.send.payloadType,
            receivePayloadTypes: receive.map(\.payloadType),
            sendTelephoneEvent: media.telephoneEvent?.sendPayloadType,
            receiveTelephoneEvent: media.telephoneEvent?.receivePayloadType,
            telephoneEventClock: media.telephoneEvent?.clockRate, packetTime: media.packetTime ?? 20,
            alternatives: alternatives(to: codec, media.receive))
    }

    /// The far end may send each codec that it answered with (RFC 3264 §5.1). One with another clock would need numbers
    /// of its own (RFC 7160 §4.1) and is left out.
    private func alternatives(to codec: AudioCodec, _ formats: [NegotiatedFormat]) -> [AlternativeAudioCodec] {
        formats.compactMap { format in
            guard case .audio(let other, _) = format.coding, other != codec, other.clockRate == codec.clockRate,
                let choice = audioCodecs.first(where: { $0.name == other.rawValue })
            else { return nil }
            return AlternativeAudioCodec(payloadType: format.payloadType, codec: choice)
        }
    }

    private func videoPlan(_ media: NegotiatedMedia) -> VideoStreamPlan? {
        guard case .video(let format) = media.send.coding else { return nil }
        let rate = min(bitrate.value, media.maximumSendBitrate ?? bitrate.value, format.limits.bitsPerSecond)
        let sets = media.receive.flatMap { received -> [[UInt8]] in
            if case .video(let format) = received.coding { return format.parameterSets }
            return []
        }
        return VideoStreamPlan(
            address: address(media),
            send: VideoSendConfiguration(
                payloadType: media.send.payloadType, packetization: format.packetizationMode,
                profileLevelID: ProfileLevelID(format.profile, format.level).code,
                bitrate: BitsPerSecond(max(rate, 64_000)), frameRate: frameRate,
                maximumSize: Self.fit(videoSize, frameRate, format.limits), scheduling: encodeScheduling),
            receivePayloadTypes: media.receive.map(\.payloadType),
            parameterSets: sets.flatMap { [0, 0, 0, 1] + $0 },
            takesPictureLoss: media.feedback.contains(.pictureLossIndication),
            takesFullIntraRequest: media.feedback.contains(.fullIntraRequest))
    }

    /// The largest of the usual sizes that the far end's level takes at our rate.
    private static func fit(
        _ wanted: (width: Int, height: Int), _ rate: FrameRate, _ limits: H264Level.Limits
    ) -> (width: Int, height: Int) {
        let sizes: [(width: Int, height: Int)] = [
            wanted, (1920, 1080), (1280, 720), (960, 540), (640, 360), (480, 270), (320, 180), (176, 144),
        ]
        for size in sizes where size.width <= wanted.width && size.height <= wanted.height {
            let macroblocks = ((size.width + 15) / 16) * ((size.height + 15) / 16)
            if macroblocks <= limits.frameMacroblocks,
                Double(macroblocks) * rate.perSecond <= Double(limits.macroblocksPerSecond)
            {
                return size
            }
        }
        return (176, 144)
    }
}
