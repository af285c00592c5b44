/// One hop of the way that a request took (RFC 3261 §20.42, RFC 3581).
package struct Via: Hashable, Sendable, CustomStringConvertible {
    /// "UDP", "TCP", …, in capitals.
    package var transport: String
    /// The sent-by host and port.
    package var host: Host
    package var port: UInt16?
    package var parameters: Parameters

    /// What every branch made after RFC 3261 begins with (§8.1.1.7).
    package static let magicCookie = "z9hG4bK"

    package init(transport: SIPTransport, host: Host, port: UInt16?, branch: String) {
        self.transport = transport.rawValue
        self.host = host
        self.port = port
        parameters = Parameters()
        parameters.set("branch", to: branch)
        parameters.set("rport", to: nil)
    }

    /// Parses a comma-separated list with at least one Via.
    package static func list(_ text: String) throws(SIPSyntaxError) -> [Via] {
        var cursor = ByteCursor(text)
        var list = [try Via(&cursor)]
        while cursor.skipSeparator(UInt8(ascii: ",")) {
            guard list.count < 128 else { throw SIPSyntaxError("Via", "too many hops") }
            list.append(try Via(&cursor))
        }
        cursor.skipWhitespace()
        guard cursor.isAtEnd else { throw SIPSyntaxError("Via", "unexpected characters behind the hop") }
        return list
    }

    /// Parses the first Via of a list and leaves the others alone.
    package init(first text: String) throws(SIPSyntaxError) {
        var cursor = ByteCursor(text)
        try self.init(&cursor)
        cursor.skipWhitespace()
        guard cursor.isAtEnd || cursor.peek == UInt8(ascii: ",") else {
            throw SIPSyntaxError("Via", "unexpected characters behind the hop")
        }
    }

    init(_ cursor: inout ByteCursor) throws(SIPSyntaxError) {
        cursor.skipWhitespace()
        guard let name = cursor.takeToken(), name.isEqualIgnoringCase("SIP"), cursor.skipSeparator(UInt8(ascii: "/")),
            cursor.takeToken() == "2.0", cursor.skipSeparator(UInt8(ascii: "/")), let transport = cursor.takeToken()
        else { throw SIPSyntaxError("Via", "does not begin with SIP/2.0/transport") }
        self.transport = transport.uppercased()
        guard cursor.peek?.isLinearWhitespace == true else { throw SIPSyntaxError("Via", "sent-by is missing") }
        cursor.skipWhitespace()
        guard let host = Host(&cursor) else { throw SIPSyntaxError("Via", "sent-by host is missing or malformed") }
        self.host = host
        port = nil
        if cursor.skipSeparator(UInt8(ascii: ":")) {
            guard let number = cursor.takeNumber(upTo: 65535), number > 0 else {
                throw SIPSyntaxError("Via", "sent-by port is not a number from 1 to 65535")
            }
            port = UInt16(truncatingIfNeeded: number)
        }
        parameters = try Parameters(header: "Via", &cursor)
    }

    package var branch: String? { parameters["branch"] }

    /// True if the branch was made by an RFC 3261 element, and names the transaction by itself (§17.2.3).
    package var hasMagicCookie: Bool {
        guard let branch else { return false }
        return branch.utf8.count > Self.magicCookie.utf8.count
            && String(branch.prefix(Self.magicCookie.count)).isEqualIgnoringCase(Self.magicCookie)
    }

    /// The address that the request really came from, as the receiver wrote it down.
    package var received: String? { parameters["received"] }

    /// The port that the request really came from (RFC 3581 §4); nil both without rport and with an empty one.
    package var rport: UInt16? { parameters["rport"].flatMap { UInt16($0) } }

    package var maddr: String? { parameters["maddr"] }

    /// Host and port as one text that compares, the port filled in.
    package var sentBy: String { "\(host.description.asciiLowercased):\(port ?? 5060)" }

    /// Notes where the request came from: `received` if it differs from sent-by or rport was asked for, and the port
    /// in an rport that is there (RFC 3261 §18.2.1, RFC 3581 §4).
    package mutating func noteSource(address: String, port sourcePort: UInt16) {
        let wantsPort = parameters.contains("rport")
        if wantsPort { parameters.set("rport", to: String(sourcePort)) }
        if wantsPort || !host.text.isEqualIgnoringCase(address) { parameters.set("received", to: address) }
    }

    package var description: String {
        let portText = port.map { ":\($0)" } ?? ""
        return "SIP/2.0/\(transport) \(host)\(portText)\(parameters)"
    }
}

/// The transports that we speak.
package enum SIPTransport: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    case udp = "UDP"
    case tcp = "TCP"

    /// True if the transport itself repeats what is lost, so that transactions do not (RFC 3261 §17).
    package var isReliable: Bool { self == .tcp }

    package var description: String { rawValue }
}
