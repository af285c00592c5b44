package import RTP

/// One packet of a compound RTCP packet; lists inside are valid as long as the datagram.
package enum RTCPPacket {
    case senderReport(SenderReport, ReportBlocks)
    /// `receiver` names who reports.
    case receiverReport(receiver: SSRC, ReportBlocks)
    case sourceDescription(SourceDescription)
    case goodbye(Goodbye)
    case pictureLossIndication(PictureLossIndication)
    case fullIntraRequest(FullIntraRequest)
    case transportLayerNack(TransportLayerNack)
    /// A type or feedback format that this terminal does not use; `body` begins behind the four-byte head.
    case other(type: UInt8, format: UInt8, body: UnsafeRawBufferPointer)
    /// A type that this terminal knows, with lengths that contradict each other.
    case malformed(type: UInt8)

    /// Packet types (RFC 3550 §12.1, RFC 4585 §6.1).
    enum Kind {
        static let senderReport: UInt8 = 200
        static let receiverReport: UInt8 = 201
        static let sourceDescription: UInt8 = 202
        static let goodbye: UInt8 = 203
        static let transportFeedback: UInt8 = 205
        static let payloadFeedback: UInt8 = 206
    }

    /// Feedback message types.
    enum Format {
        static let genericNack: UInt8 = 1
        static let pictureLoss: UInt8 = 1
        static let fullIntra: UInt8 = 4
    }

    init(type: UInt8, format: UInt8, body: UnsafeRawBufferPointer) {
        self = RTCPPacket.parse(type: type, format: format, body: body) ?? .malformed(type: type)
    }

    private static func parse(type: UInt8, format: UInt8, body: UnsafeRawBufferPointer) -> RTCPPacket? {
        let count = Int(format)
        switch (type, format) {
        case (Kind.senderReport, _):
            guard let report = SenderReport(parsing: body),
                let blocks = ReportBlocks(parsing: body, at: 24, count: count)
            else { return nil }
            return .senderReport(report, blocks)
        case (Kind.receiverReport, _):
            guard let receiver = body.uint32(at: 0), let blocks = ReportBlocks(parsing: body, at: 4, count: count)
            else { return nil }
            return .receiverReport(receiver: SSRC(receiver), blocks)
        case (Kind.sourceDescription, _):
            return SourceDescription(parsing: body, count: count).map(RTCPPacket.sourceDescription)
        case (Kind.goodbye, _):
            return Goodbye(parsing: body, count: count).map(RTCPPacket.goodbye)
        case (Kind.transportFeedback, Format.genericNack):
            return TransportLayerNack(parsing: body).map(RTCPPacket.transportLayerNack)
        case (Kind.payloadFeedback, Format.pictureLoss):
            return PictureLossIndication(parsing: body).map(RTCPPacket.pictureLossIndication)
        case (Kind.payloadFeedback, Format.fullIntra):
            return FullIntraRequest(parsing: body).map(RTCPPacket.fullIntraRequest)
        default:
            return .other(type: type, format: format, body: body)
        }
    }
}
