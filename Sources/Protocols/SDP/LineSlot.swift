import RTP
import RTPPayload

/// One `m=` line of a call: the stream on it, our last description of it, and the payload types that we gave.
struct LineSlot: Sendable {
    /// What a payload type can stand for.
    enum Format: Hashable, Sendable {
        case audio(AudioCodec)
        case telephoneEvent(ClockRate)
        case h264(H264Capability.Key)
    }

    /// The local stream; nil for a line that we only ever refused.
    private(set) var identifier: String?
    /// The stream that was on it until the other side ended it.
    private var endedIdentifier: String?
    private(set) var description = MediaDescription(kind: .application, port: 0, formats: ["0"])
    /// Never changes for a format while the call lasts (RFC 3264 §8.3.2).
    private(set) var payloadTypes: [Format: PayloadType] = [:]

    init(identifier: String?) {
        self.identifier = identifier
    }

    /// Port 0, with the kind and formats that the line had.
    mutating func refuse(like stream: LocalStream?) {
        if description.kind == .application, let stream { description.kind = stream.capabilities.kind }
        description = description.refused
    }

    // MARK: - Offering

    /// True when the stream was on this line and may come again on it, with the numbers that it had (RFC 3264 §8.1).
    func isVacated(by stream: LocalStream) -> Bool {
        identifier == nil && endedIdentifier == stream.identifier && description.port == 0
            && description.kind == stream.capabilities.kind
    }

    /// Puts the stream that left the line on it again.
    mutating func bringBack() { identifier = endedIdentifier }

    mutating func offer(_ stream: LocalStream, taken: Set<PayloadType>) {
        var taken = taken
        var formats: [FormatLine] = []
        func add(_ line: FormatLine?) { if let line { formats.append(line) } }
        switch stream.capabilities {
        case .audio(let audio):
            for codec in audio.codecs { add(offer(codec, audio, &taken)) }
            if audio.hasTelephoneEvents {
                let rates = audio.codecs.map(\.clockRate) + [.narrowband]
                for (index, rate) in rates.enumerated() where !rates[..<index].contains(rate) {
                    add(payloadType(for: .telephoneEvent(rate), &taken).map { .telephoneEvent($0, rate) })
                }
            }
        case .video(let video):
            for capability in video.formats where capability.isOffered {
                guard let payloadType = payloadType(for: .h264(capability.key), &taken) else { continue }
                var parameters = capability.parameters
                parameters.allowsLevelAsymmetry = video.allowsLevelAsymmetry
                add(.h264(payloadType, parameters))
            }
        }
        let transport = stream.transports.first ?? "RTP/AVP"
        description = stream.describe(
            formats, transport: transport, direction: stream.direction, multiplexesRTCP: stream.multiplexesRTCP,
            allowsReducedSize: true, feedback: stream.feedback)
    }

    private mutating func offer(
        _ codec: AudioCodec, _ audio: AudioCapabilities, _ taken: inout Set<PayloadType>
    ) -> FormatLine? {
        payloadType(for: .audio(codec), &taken).map { .audio($0, codec, codec == .opus ? audio.opus : nil) }
    }

    /// The number that the format has or gets; nil when all dynamic ones are taken.
    private mutating func payloadType(for format: Format, _ taken: inout Set<PayloadType>) -> PayloadType? {
        if let known = payloadTypes[format] { return known }
        let usual: UInt8?
        switch format {
        case .audio(let codec): usual = codec.staticPayloadType?.rawValue ?? 111
        case .telephoneEvent(let rate): usual = rate == .narrowband ? 101 : rate == .opus ? 110 : nil
        case .h264: usual = nil
        }
        let free = ([usual].compactMap(\.self) + Array(96...127)).lazy
            .compactMap(PayloadType.init(rawValue:)).first { !$0.isDynamic || !taken.contains($0) }
        guard let payloadType = free else { return nil }
        taken.insert(payloadType)
        payloadTypes[format] = payloadType
        return payloadType
    }

    // MARK: - Answering

    /// Writes our answer to one line, and says what it agrees on.
    mutating func answer(
        _ line: MediaDescription, of offer: SessionDescription, with stream: LocalStream?
    ) -> NegotiatedLine {
        description = line.refused
        guard line.port > 0 else {
            // The stream on it is over: it may come again, on this line or another.
            endedIdentifier = identifier ?? endedIdentifier
            identifier = nil
            return .refused(.notOffered)
        }
        guard let stream else { return .refused(.noLocalStream) }
        guard stream.transports.contains(line.transport) else { return .refused(.unsupportedTransport) }
        guard let connection = offer.connection(of: line) else { return .refused(.noAddress) }
        guard let match = FormatMatch(offered: line, capabilities: stream.capabilities) else {
            return .refused(.noCommonCodec)
        }
        identifier = stream.identifier
        for (format, payloadType) in match.payloadTypes { payloadTypes[format] = payloadType }
        let peer = PeerLine(line, of: offer, at: connection)
        let direction = stream.direction.limited(to: peer.direction.reversed)
        let feedback = stream.feedback.intersection(line.feedback(of: match.send.payloadType))
        let multiplexes = stream.multiplexesRTCP && line.multiplexesRTCP
        description = stream.describe(
            match.lines, transport: line.transport, direction: direction, multiplexesRTCP: multiplexes,
            allowsReducedSize: line.hasAttribute("rtcp-rsize"), feedback: feedback)
        return .active(
            NegotiatedMedia(
                identifier: stream.identifier, send: match.send, receive: match.receive, direction: direction,
                remote: peer.endpoint(multiplexesRTCP: multiplexes), telephoneEvent: match.telephoneEvent,
                packetTime: peer.packetTime(for: match.send), maximumSendBitrate: peer.bitsPerSecond,
                feedback: feedback, multiplexesRTCP: multiplexes,
                allowsReducedSizeRTCP: line.hasAttribute("rtcp-rsize")))
    }

    /// What an answer to our last description of the line agrees on.
    func interpret(
        _ line: MediaDescription, of answer: SessionDescription, with stream: LocalStream
    ) -> NegotiatedLine {
        guard line.port > 0 else { return .refused(.refusedByPeer) }
        guard stream.transports.contains(line.transport) else { return .refused(.unsupportedTransport) }
        guard let connection = answer.connection(of: line) else { return .refused(.noAddress) }
        guard
            let match = FormatMatch(
                answered: line, offered: description, capabilities: stream.capabilities, payloadTypes: payloadTypes)
        else { return .refused(.noCommonCodec) }
        let peer = PeerLine(line, of: answer, at: connection)
        let multiplexes = description.multiplexesRTCP && line.multiplexesRTCP
        let ownDirection = description.ownDirection ?? .sendReceive
        return .active(
            NegotiatedMedia(
                identifier: stream.identifier, send: match.send, receive: match.receive,
                direction: ownDirection.limited(to: peer.direction.reversed),
                remote: peer.endpoint(multiplexesRTCP: multiplexes), telephoneEvent: match.telephoneEvent,
                packetTime: peer.packetTime(for: match.send), maximumSendBitrate: peer.bitsPerSecond,
                feedback: stream.feedback.intersection(line.feedback(of: match.send.payloadType)),
                multiplexesRTCP: multiplexes, allowsReducedSizeRTCP: line.hasAttribute("rtcp-rsize")))
    }
}
