import RTP

/// What a line of the other side says besides its formats.
struct PeerLine {
    /// Its direction, seen from there; without receiving when its address is nobody's.
    let direction: MediaDirection
    let bitsPerSecond: Int?

    private let line: MediaDescription
    private let connection: ConnectionAddress

    init(_ line: MediaDescription, of session: SessionDescription, at connection: ConnectionAddress) {
        self.line = line
        self.connection = connection
        bitsPerSecond = session.bitsPerSecond(of: line)
        let stated = session.direction(of: line)
        direction =
            connection.isUnspecified ? MediaDirection(sends: stated.sends, receives: false) : stated
    }

    /// Where to send; nil for an address of nobody.
    func endpoint(multiplexesRTCP: Bool) -> RemoteEndpoint? {
        guard !connection.isUnspecified else { return nil }
        let rtcp = multiplexesRTCP ? nil : line.rtcp
        let above = line.port < UInt16.max ? line.port + 1 : line.port
        return RemoteEndpoint(
            address: connection.host, rtpPort: line.port,
            rtcpPort: multiplexesRTCP ? line.port : rtcp?.port ?? above,
            rtcpAddress: rtcp?.address?.host ?? connection.host)
    }

    /// Milliseconds for our packets: what the other side likes, as far as the codec has such packets.
    func packetTime(for format: NegotiatedFormat) -> Int? {
        guard case .audio(let codec, _) = format.coding else { return nil }
        let wanted = min(line.packetTime ?? 20, line.maximumPacketTime ?? 120)
        let possible = codec == .opus ? [60, 40, 20, 10] : [60, 50, 40, 30, 20, 10]
        return possible.first { $0 <= wanted } ?? 10
    }
}
