package import RTP

/// One `m=` line and what belongs to it (RFC 8866 §5.14).
package struct MediaDescription: Hashable, Sendable, SDPAttributeHolder {
    /// "audio", "video", "application" or another.
    package var kind: MediaKind
    /// The RTP port; 0 when the stream is refused or ended.
    package var port: UInt16
    /// How many ports a layered stream takes; nil when not given.
    package var portCount: Int?
    /// "RTP/AVP", "RTP/AVPF", "RTP/SAVP", "UDP/BFCP" and so on.
    package var transport: String
    /// Payload types for RTP, anything else for others.
    package var formats: [String]
    /// The `i=` line.
    package var information: String?
    package var connection: ConnectionAddress?
    package var bandwidths: [Bandwidth] = []
    package var attributes: [SDPAttribute] = []

    package init(kind: MediaKind, port: UInt16, transport: String = "RTP/AVP", formats: [String] = []) {
        self.kind = kind
        self.port = port
        self.transport = transport
        self.formats = formats
    }

    init?(line: String) {
        let words = line.words
        guard words.count >= 4 else { return nil }
        let ports = words[1].cut(at: "/")
        guard let port = (ports?.before ?? words[1]).decimal(UInt16.self) else { return nil }
        self.init(
            kind: MediaKind(rawValue: String(words[0])), port: port, transport: String(words[2]),
            formats: words[3...].map(String.init))
        if let ports {
            guard let count = ports.after.decimal(UInt16.self), count > 0 else { return nil }
            portCount = Int(count)
        }
    }

    /// The same line with port 0 and nothing behind it: a refusal that keeps its place (RFC 3264 §6).
    package var refused: MediaDescription {
        MediaDescription(kind: kind, port: 0, transport: transport, formats: formats)
    }

    /// The formats that are payload types, in order of preference.
    package var payloadTypes: [PayloadType] {
        formats.compactMap { $0.decimal(UInt8.self).flatMap(PayloadType.init(rawValue:)) }
    }

    /// The feedback that a payload type may be answered with (RFC 4585 §4.2).
    package func feedback(of payloadType: PayloadType) -> FeedbackAbilities {
        values(of: "rtcp-fb").reduce(into: []) { result, value in
            guard let space = value.firstIndex(of: " "),
                value[..<space] == "*" || value[..<space].decimal(UInt8.self) == payloadType.rawValue
            else { return }
            result.formUnion(FeedbackAbilities(value: String(value[space...])))
        }
    }

    /// Port and address of RTCP when they are given (RFC 3605).
    package var rtcp: (port: UInt16, address: ConnectionAddress?)? {
        guard let words = value(of: "rtcp")?.words, let port = words.first?.decimal(UInt16.self), port > 0 else {
            return nil
        }
        return (port, ConnectionAddress(line: words.dropFirst().joined(separator: " ")))
    }

    /// True when RTP and RTCP may share one port (RFC 5761 §5.1.1).
    package var multiplexesRTCP: Bool { hasAttribute("rtcp-mux") }

    /// Milliseconds of audio in a packet that the writer prefers.
    package var packetTime: Int? { value(of: "ptime").flatMap(MediaDescription.milliseconds) }

    /// Milliseconds of audio that a packet may hold at most.
    package var maximumPacketTime: Int? { value(of: "maxptime").flatMap(MediaDescription.milliseconds) }

    /// What the stream shows: "main", "slides", "speaker" and so on (RFC 4796).
    package var contents: [String] {
        value(of: "content")?.split(separator: ",").map { String($0).words.joined() } ?? []
    }

    /// Some peers write "20.0".
    private static func milliseconds(_ text: String) -> Int? {
        let whole = text.cut(at: ".")?.before ?? text[...]
        guard let time = whole.decimal(Int.self), time > 0, time <= 1000 else { return nil }
        return time
    }

    var lines: [String] {
        let ports = portCount.map { "\(port)/\($0)" } ?? "\(port)"
        var lines = ["m=\(kind.rawValue) \(ports) \(transport) \(formats.joined(separator: " "))"]
        if let information { lines.append("i=\(information)") }
        if let connection { lines.append("c=\(connection.text)") }
        lines += bandwidths.map { "b=\($0.text)" }
        lines += attributes.map { "a=\($0.text)" }
        return lines
    }
}
