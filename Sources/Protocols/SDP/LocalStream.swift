/// One stream that this side has to offer.
package struct LocalStream: Hashable, Sendable {
    /// Names the stream over all offers and answers of a call; it is not sent.
    package var identifier: String
    /// The RTP port; 0 ends the stream and keeps its line.
    package var port: UInt16
    /// The RTCP port; nil for the one above the RTP port.
    package var rtcpPort: UInt16?
    /// What we want to do now: sending only, or nothing, holds the call.
    package var direction: MediaDirection
    /// What the stream shows ("main", "slides"); nil for the main picture or sound (RFC 4796).
    package var content: String?
    /// True when RTP and RTCP may share the RTP port.
    package var multiplexesRTCP: Bool
    /// The transports that it can take in an offer; the first one is what we offer.
    package var transports: [String]
    /// Attributes of its line besides those that negotiation makes.
    package var attributes: [SDPAttribute]
    package var capabilities: MediaCapabilities

    package init(
        identifier: String, port: UInt16, rtcpPort: UInt16? = nil, direction: MediaDirection = .sendReceive,
        content: String? = nil, multiplexesRTCP: Bool = true, transports: [String] = ["RTP/AVP", "RTP/AVPF"],
        attributes: [SDPAttribute] = [], capabilities: MediaCapabilities
    ) {
        self.identifier = identifier
        self.port = port
        self.rtcpPort = rtcpPort
        self.direction = direction
        self.content = content
        self.multiplexesRTCP = multiplexesRTCP
        self.transports = transports
        self.attributes = attributes
        self.capabilities = capabilities
    }

    /// True when an offered line is for a stream like this one: shared slides never land on the main picture.
    func matches(_ line: MediaDescription) -> Bool {
        line.kind == capabilities.kind && line.contents.contains("slides") == (content == "slides")
    }
}
