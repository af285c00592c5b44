package import SIP

/// An account at a registrar: the address under which others reach the room, and what proves that it is the room's.
package struct SIPAccount: Sendable, Equatable {
    /// The address of record, a user and a domain (RFC 3261 §10.1).
    package let address: SIPURI
    /// The server that registrations and calls of the account's domain go to: host, port and transport.
    package let server: SIPURI
    package let credentials: DigestCredentials
    /// For how long a registration is asked, in seconds; the registrar may give less.
    package let lifetime: Int
    /// Why the account cannot be used, as the end of a sentence; nil when it can.
    package let trouble: String?

    /// - Parameters:
    ///   - address: "sip:room@example.org" or "room@example.org".
    ///   - server: "pbx.example.org", "192.0.2.1:5080", "sip:pbx.example.org;transport=tcp"; empty for the domain of the
    ///     address.
    ///   - user: the name that the registrar asks for; empty for the user of the address.
    /// - Throws: `badAddress` with what is wrong.
    package init(
        address: String, server: String = "", user: String = "", password: String, lifetime: Int = 600,
        trouble: String? = nil
    ) throws(SignalingError) {
        do {
            self.address = try Self.plain(SIPURI(dialing: address))
            self.server = try server.isEmpty ? self.address : SIPURI(dialing: server)
        } catch {
            throw .badAddress(error.description)
        }
        guard let name = self.address.user else { throw .badAddress("the account's address has no user before an @") }
        guard !self.address.isSecure, !self.server.isSecure else {
            throw .badAddress("encrypted SIP (sips:) is not available")
        }
        guard ["udp", "tcp"].contains(self.server.transport ?? "udp") else {
            throw .badAddress("the transport is neither udp nor tcp")
        }
        let decoded = self.address.decodedUser ?? name
        credentials = DigestCredentials(user: user.isEmpty ? decoded : user, password: password)
        self.lifetime = lifetime
        self.trouble = trouble
    }

    private static func plain(_ uri: SIPURI) -> SIPURI {
        var plain = uri
        plain.parameters = Parameters()
        plain.headers = nil
        plain.password = nil
        return plain
    }

    var transport: SIPTransport { server.transport == "tcp" ? .tcp : .udp }
    var port: UInt16 { server.port ?? 5060 }
    /// The host to look up.
    var host: Host { server.parameters["maddr"].flatMap { Host($0) } ?? server.host }

    /// Whether calls to the address go over the account's server: it is of the account's domain, or names the server.
    func covers(_ uri: SIPURI) -> Bool {
        [address, server].contains { uri.host.isEquivalent(to: $0.host) && (uri.port == nil || uri.port == $0.port) }
    }

    /// What a person dials, made whole: a bare number or name is one of the account's domain. A number may have the
    /// spaces, hyphens and brackets with which people write it (RFC 3966 §5.1.1).
    func completed(_ dialed: String) -> String {
        var user = String(dialed.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        if user.utf8.allSatisfy("+0123456789 -()".utf8.contains) { user.removeAll(where: " -()".contains) }
        guard !user.isEmpty, !user.utf8.contains(where: ":.@[ ".utf8.contains) else { return dialed }
        let port = address.port.map { ":\($0)" } ?? ""
        return "sip:\(user)@\(address.host)\(port)"
    }
}

/// How it stands with the account.
package enum RegistrationState: Sendable, Equatable {
    /// There is no account.
    case off
    /// The first registration is under way.
    case registering
    case registered
    /// Calls to the account do not come in; it is tried again.
    case failed(String)
    case stopped

    /// Its name in status.
    package var name: String {
        switch self {
        case .off: "off"
        case .registering: "registering"
        case .registered: "registered"
        case .failed: "failed"
        case .stopped: "stopped"
        }
    }

    /// Why calls do not come in, one plain sentence; nil when nothing is wrong.
    package var sentence: String? {
        guard case .failed(let sentence) = self else { return nil }
        return sentence
    }
}
