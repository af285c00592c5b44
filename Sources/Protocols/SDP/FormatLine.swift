import RTP

/// A payload type with its rtpmap and fmtp lines.
struct FormatLine {
    let map: RTPMap
    let parameters: FormatParameters

    static func audio(_ payloadType: PayloadType, _ codec: AudioCodec, _ opus: OpusParameters?) -> FormatLine {
        FormatLine(
            map: RTPMap(
                payloadType: payloadType, encoding: codec.encoding, clockRate: codec.clockRate,
                channels: codec.channels),
            parameters: opus?.formatParameters ?? FormatParameters())
    }

    /// Digits, star, pound and A to D (RFC 4733 §2.4.1).
    static func telephoneEvent(_ payloadType: PayloadType, _ clockRate: ClockRate) -> FormatLine {
        FormatLine(
            map: RTPMap(payloadType: payloadType, encoding: "telephone-event", clockRate: clockRate),
            parameters: FormatParameters([.init("0-15")]))
    }

    static func h264(_ payloadType: PayloadType, _ parameters: H264Parameters) -> FormatLine {
        FormatLine(
            map: RTPMap(payloadType: payloadType, encoding: "H264", clockRate: .video),
            parameters: parameters.formatParameters)
    }
}

extension LocalStream {
    /// The feedback that the stream takes; none for audio.
    var feedback: FeedbackAbilities {
        if case .video(let video) = capabilities { video.feedback } else { [] }
    }

    /// Our line for this stream.
    func describe(
        _ formats: [FormatLine], transport: String, direction: MediaDirection, multiplexesRTCP: Bool,
        allowsReducedSize: Bool, feedback: FeedbackAbilities
    ) -> MediaDescription {
        var line = MediaDescription(
            kind: capabilities.kind, port: port, transport: transport,
            formats: formats.map { "\($0.map.payloadType.rawValue)" })
        for format in formats {
            line.add("rtpmap", format.map.value)
            let parameters = format.parameters.text
            if !parameters.isEmpty { line.add("fmtp", "\(format.map.payloadType.rawValue) \(parameters)") }
        }
        switch capabilities {
        case .audio(let audio):
            line.add("ptime", "\(audio.packetTime)")
        case .video(let video):
            if let rate = video.maximumReceiveBitrate, rate > 0 {
                // AS counts headers too: some 5 % on packets of full size.
                let kilobits = rate / 1000 + rate / 20_000
                line.bandwidths = [
                    Bandwidth(type: "AS", value: UInt64(max(1, kilobits))),
                    Bandwidth(type: "TIAS", value: UInt64(rate)),
                ]
            }
        }
        line.add(direction.rawValue)
        if let rtcpPort, rtcpPort != port &+ 1 { line.add("rtcp", "\(rtcpPort)") }
        if multiplexesRTCP { line.add("rtcp-mux") }
        if allowsReducedSize { line.add("rtcp-rsize") }
        for value in feedback.values { line.add("rtcp-fb", value) }
        if let content { line.add("content", content) }
        line.attributes += attributes
        return line
    }
}
