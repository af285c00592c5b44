import SIP

/// How our messages look.
extension UserAgentStateMachine {
    /// Our Contact value towards a peer that we face with the numeric address `local`.
    func contact(_ local: String, _ transport: SIPTransport) -> String? {
        guard let host = Host(local) else { return nil }
        var uri = SIPURI(user: configuration.user, host: host, port: port)
        if transport == .tcp { uri.parameters.set("transport", to: "tcp") }
        return "<\(uri)>"
    }

    /// The fields that each request and answer about a session has.
    func addSessionFields(_ headers: inout Headers, _ call: Call, isRequest: Bool) {
        if let contact = contact(call.localAddress, call.transport) { headers.append(.contact, contact) }
        headers.append(.allow, Self.allow)
        headers.append(isRequest ? .userAgent : .server, configuration.product)
    }

    static func setSDP(_ sdp: String?, _ headers: inout Headers, _ body: inout [UInt8]) {
        guard let sdp, !sdp.isEmpty else { return }
        headers.append(.contentType, "application/sdp")
        body = Array(sdp.utf8)
    }

    /// The body if it is SDP, which it is also without a type.
    static func sdp(_ headers: Headers, _ body: [UInt8]) -> String? {
        guard !body.isEmpty, headers.contentType == nil || headers.contentType == "application/sdp" else { return nil }
        return String(decoding: body, as: UTF8.self)
    }

    /// The request as `MandatoryHeaders` wants to read it, before it has a Via of its own.
    func withPlaceholderVia(_ bare: SIPRequest) -> SIPRequest {
        var request = bare
        request.headers.insertFirst(.via, "SIP/2.0/UDP 0.0.0.0;branch=\(Via.magicCookie)0")
        return request
    }

    /// Where a request in a dialog goes: the next hop (RFC 3261 §8.1.2, §12.2.1.1), over the call's own connection where
    /// that leads there.
    func destination(_ dialog: Dialog, _ call: Call) -> Destination {
        let hop = dialog.nextHop
        let host = hop.parameters["maddr"].flatMap { Host($0) } ?? hop.host
        let address = NetworkAddress(host: host.text, port: hop.port ?? 5060)
        let connection = leads(call, to: address, isRoute: !dialog.routeSet.isEmpty) ? call.connection : nil
        let transport: SIPTransport =
            switch hop.transport {
            case "tcp": .tcp
            case "udp": .udp
            default: connection != nil && call.transport == .tcp ? .tcp : .udp
            }
        return Destination(transport: transport, address: address, connection: transport == .tcp ? connection : nil)
    }

    /// Whether the call's connection is the way to the next hop: it is the account's, which hands on what comes over it;
    /// the peer itself opened it, and may not be reached otherwise (behind a NAT); or it goes to the hop. A proxy that
    /// opened it did so from a port of the moment, and stands in the route with the one that it listens on.
    private func leads(_ call: Call, to hop: NetworkAddress, isRoute: Bool) -> Bool {
        guard call.connection != nil, let remote = call.connectionAddress else { return false }
        return call.usesAccount || call.isDirect || remote == hop || isRoute && remote.host == hop.host
    }
}
