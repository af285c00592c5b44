import H264Bitstream
import RTP
import RTPPayload

/// The formats that an offer and our capabilities, or our offer and an answer, have in common.
struct FormatMatch {
    let send: NegotiatedFormat
    /// The agreed format first.
    let receive: [NegotiatedFormat]
    let telephoneEvent: TelephoneEventFormat?
    /// What our answer says; empty after an answer of the other side.
    let lines: [FormatLine]
    /// Payload types to keep for the rest of the call.
    let payloadTypes: [LineSlot.Format: PayloadType]

    /// Our best format among those offered; nil without any.
    init?(offered line: MediaDescription, capabilities: MediaCapabilities) {
        switch capabilities {
        case .audio(let audio):
            guard let match = FormatMatch.answer(line, with: audio) else { return nil }
            self = match
        case .video(let video):
            guard let match = FormatMatch.answer(line, with: video) else { return nil }
            self = match
        }
    }

    /// What an answer took from our offer; nil when nothing of it was offered.
    init?(
        answered line: MediaDescription, offered: MediaDescription, capabilities: MediaCapabilities,
        payloadTypes: [LineSlot.Format: PayloadType]
    ) {
        let pairs: [(send: NegotiatedFormat, receive: NegotiatedFormat)]
        var event: TelephoneEventFormat?
        switch capabilities {
        case .audio(let audio):
            let table = FormatTable(line)
            pairs = FormatMatch.interpret(table, with: audio, payloadTypes)
            if let rate = pairs.first?.send.clockRate {
                event = FormatMatch.event(in: table, clockRate: rate) { payloadTypes[.telephoneEvent($0)] }
            }
        case .video(let video):
            pairs = FormatMatch.interpret(line, offered: offered, with: video, payloadTypes)
        }
        guard let agreed = pairs.first else { return nil }
        self.init(
            send: agreed.send, receive: pairs.map(\.receive), telephoneEvent: event, lines: [], payloadTypes: [:])
    }

    private init(
        send: NegotiatedFormat, receive: [NegotiatedFormat], telephoneEvent: TelephoneEventFormat?,
        lines: [FormatLine], payloadTypes: [LineSlot.Format: PayloadType]
    ) {
        self.send = send
        self.receive = receive
        self.telephoneEvent = telephoneEvent
        self.lines = lines
        self.payloadTypes = payloadTypes
    }

    // MARK: - Audio

    private static func answer(_ line: MediaDescription, with audio: AudioCapabilities) -> FormatMatch? {
        let table = FormatTable(line)
        let offered = table.payloadTypes.compactMap { type in
            table.map(of: type).flatMap(AudioCodec.init).map { (type: type, codec: $0) }
        }
        let common = audio.codecs.lazy.compactMap { codec in offered.first { $0.codec == codec } }.first
        guard let (type, codec) = common else { return nil }
        let isOpus = codec == .opus
        let wanted = isOpus ? OpusParameters(table.parameters(of: type)) : nil
        var lines = [FormatLine.audio(type, codec, isOpus ? audio.opus : nil)]
        var payloadTypes: [LineSlot.Format: PayloadType] = [.audio(codec): type]
        var event: TelephoneEventFormat?
        if audio.hasTelephoneEvents {
            event = FormatMatch.event(in: table, clockRate: codec.clockRate) { _ in nil }
        }
        if let event {
            lines.append(.telephoneEvent(event.sendPayloadType, event.clockRate))
            payloadTypes[.telephoneEvent(event.clockRate)] = event.sendPayloadType
        }
        return FormatMatch(
            send: NegotiatedFormat(payloadType: type, coding: .audio(codec, wanted)),
            receive: [NegotiatedFormat(payloadType: type, coding: .audio(codec, isOpus ? audio.opus : nil))],
            telephoneEvent: event, lines: lines, payloadTypes: payloadTypes)
    }

    private static func interpret(
        _ table: FormatTable, with audio: AudioCapabilities, _ payloadTypes: [LineSlot.Format: PayloadType]
    ) -> [(send: NegotiatedFormat, receive: NegotiatedFormat)] {
        table.payloadTypes.compactMap { type in
            guard let codec = table.map(of: type).flatMap(AudioCodec.init), audio.codecs.contains(codec),
                let own = payloadTypes[.audio(codec)]
            else { return nil }
            let isOpus = codec == .opus
            let wanted = isOpus ? OpusParameters(table.parameters(of: type)) : nil
            return (
                NegotiatedFormat(payloadType: type, coding: .audio(codec, wanted)),
                NegotiatedFormat(payloadType: own, coding: .audio(codec, isOpus ? audio.opus : nil))
            )
        }
    }

    /// Telephone events with the clock of the codec, or else any (RFC 4733 §2.2 asks for the same clock).
    ///
    /// - Parameter own: our payload type for a clock, where it differs from the other side's.
    private static func event(
        in table: FormatTable, clockRate: ClockRate, own: (ClockRate) -> PayloadType?
    ) -> TelephoneEventFormat? {
        let events = table.payloadTypes.compactMap { table.map(of: $0) }.filter { $0.isEncoding("telephone-event") }
        guard let event = events.first(where: { $0.clockRate == clockRate }) ?? events.first else { return nil }
        return TelephoneEventFormat(
            sendPayloadType: event.payloadType, receivePayloadType: own(event.clockRate) ?? event.payloadType,
            clockRate: event.clockRate)
    }

    // MARK: - Video

    /// RFC 6184 §8.2.2: same profile, same packetization mode, and the lower level unless both allow two levels.
    private static func answer(_ line: MediaDescription, with video: VideoCapabilities) -> FormatMatch? {
        let offered = h264Formats(of: line)
        for capability in video.formats {
            let match = offered.first { format in
                format.parameters.packetizationMode == capability.packetizationMode
                    && format.parameters.profile == capability.profile
                    && format.parameters.profileLevelID.level != nil
            }
            guard let match, let levels = H264Levels(own: capability.receiveLevel, peer: match.parameters, video) else {
                continue
            }
            var answer = H264Parameters(
                profileLevelID: match.parameters.profileLevelID.replacingLevel(levels.receive),
                packetizationMode: capability.packetizationMode)
            answer.allowsLevelAsymmetry = levels.isAsymmetric
            return FormatMatch(
                send: NegotiatedFormat(
                    payloadType: match.type, coding: .video(levels.sendFormat(capability.profile, match.parameters))),
                receive: [
                    NegotiatedFormat(
                        payloadType: match.type,
                        coding: .video(levels.receiveFormat(capability.profile, match.parameters)))
                ],
                telephoneEvent: nil, lines: [.h264(match.type, answer)],
                payloadTypes: [.h264(capability.key): match.type])
        }
        return nil
    }

    private static func interpret(
        _ line: MediaDescription, offered: MediaDescription, with video: VideoCapabilities,
        _ payloadTypes: [LineSlot.Format: PayloadType]
    ) -> [(send: NegotiatedFormat, receive: NegotiatedFormat)] {
        let offeredTypes = offered.payloadTypes
        let candidates = video.formats.compactMap { capability in
            payloadTypes[.h264(capability.key)].flatMap { type in
                offeredTypes.contains(type) ? (type: type, capability: capability) : nil
            }
        }
        return h264Formats(of: line).compactMap { type, parameters in
            guard let mode = parameters.packetizationMode else { return nil }
            // A peer should keep our numbers, modes and profiles, and some get one of the three wrong.
            var best: (type: PayloadType, capability: H264Capability, score: Int)?
            for candidate in candidates {
                let capability = candidate.capability
                let score =
                    (candidate.type == type ? 2 : 0) + (capability.packetizationMode == mode ? 2 : 0)
                    + (capability.profile == parameters.profile ? 1 : 0)
                if score >= (candidate.type == type ? 2 : 3), score > best?.score ?? 0 {
                    best = (candidate.type, capability, score)
                }
            }
            guard let (ownType, own, _) = best,
                let levels = H264Levels(own: own.receiveLevel, peer: parameters, video)
            else { return nil }
            // Constrained Baseline is a part of Baseline, Main and High: what every such peer decodes.
            let profile = parameters.profile == own.profile ? own.profile : .constrainedBaseline
            return (
                NegotiatedFormat(payloadType: type, coding: .video(levels.sendFormat(profile, parameters))),
                NegotiatedFormat(payloadType: ownType, coding: .video(levels.receiveFormat(own.profile, parameters)))
            )
        }
    }

    private static func h264Formats(of line: MediaDescription) -> [(type: PayloadType, parameters: H264Parameters)] {
        let table = FormatTable(line)
        return table.payloadTypes.compactMap { type in
            guard let map = table.map(of: type), map.isEncoding("H264"), map.clockRate == .video else { return nil }
            return (type, H264Parameters(table.parameters(of: type)))
        }
    }
}
