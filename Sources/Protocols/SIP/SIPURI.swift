/// A `sip:` or `sips:` URI (RFC 3261 §19.1).
package struct SIPURI: Hashable, Sendable, CustomStringConvertible {
    /// True for `sips:`.
    package var isSecure: Bool
    /// As on the wire, its escapes kept.
    package var user: String?
    package var password: String?
    package var host: Host
    package var port: UInt16?
    package var parameters: Parameters
    /// What follows "?", as on the wire, without the "?".
    package var headers: String?

    package init(user: String?, host: Host, port: UInt16? = nil, parameters: Parameters = Parameters()) {
        isSecure = false
        self.user = user
        password = nil
        self.host = host
        self.port = port
        self.parameters = parameters
        headers = nil
    }

    /// Parses a whole URI; anything left behind it is an error.
    package init(_ text: String) throws(SIPSyntaxError) {
        var cursor = ByteCursor(text)
        try self.init(&cursor)
        guard cursor.isAtEnd else { throw SIPSyntaxError("URI", "unexpected characters behind the URI") }
    }

    /// Parses what a person types: `sip:room@host`, `room@host`, `host`, `192.0.2.1:5070`, `2001:db8::1`, with
    /// spaces around it and characters that a user part must escape.
    package init(dialing address: String) throws(SIPSyntaxError) {
        let text = address.trimmed
        guard !text.isEmpty else { throw SIPSyntaxError("address", "is empty") }
        guard Self.foreignScheme(of: text) == nil else {
            throw SIPSyntaxError("address", "has another scheme than sip:")
        }
        let lowered = text.asciiLowercased
        if lowered.hasPrefix("sip:") || lowered.hasPrefix("sips:") {
            try self.init(Self.escapingUser(of: text))
        } else if let host = Host(text), host.kind == .ipv6 {
            self.init(user: nil, host: host)
        } else {
            try self.init(Self.escapingUser(of: "sip:" + text))
        }
    }

    /// Schemes of addresses that people have at hand and that are none of SIP; "//" behind the colon tells others.
    private static let foreignSchemes: Set<String> = [
        "tel", "callto", "mailto", "h323", "xmpp", "skype", "sms", "http", "https", "rtsp",
    ]

    /// The scheme in small letters, such as "http" or "tel", where a person typed an address of another kind; nil for
    /// what may be a SIP address, "host:5060" and "user:password@host" among it.
    package static func foreignScheme(of typed: String) -> String? {
        var cursor = ByteCursor(typed.trimmed)
        let scheme = cursor.take(.scheme).asciiLowercased
        guard scheme.utf8.first?.isAlpha == true, cursor.skip(UInt8(ascii: ":")), scheme != "sip", scheme != "sips"
        else { return nil }
        let isOther =
            foreignSchemes.contains(scheme)
            || cursor.peek == UInt8(ascii: "/") && cursor.peek(after: 1) == UInt8(ascii: "/")
        return isOther ? scheme : nil
    }

    init(_ cursor: inout ByteCursor) throws(SIPSyntaxError) {
        let scheme = cursor.take(.scheme).asciiLowercased
        guard scheme == "sip" || scheme == "sips", cursor.skip(UInt8(ascii: ":")) else {
            throw SIPSyntaxError("URI", "scheme is neither sip nor sips")
        }
        isSecure = scheme == "sips"
        user = nil
        password = nil
        let start = cursor.position
        let name = cursor.take(.user)
        var secret: String?
        if cursor.skip(UInt8(ascii: ":")) {
            secret = cursor.take(.password)
        }
        if cursor.skip(UInt8(ascii: "@")) {
            guard !name.isEmpty else { throw SIPSyntaxError("URI", "user is empty") }
            guard Self.hasWholeEscapes(name) else { throw SIPSyntaxError("URI", "broken escape in the user") }
            user = name
            password = secret
        } else {
            cursor.rewind(to: start)
        }
        guard let host = Host(&cursor) else { throw SIPSyntaxError("URI", "host is missing or malformed") }
        self.host = host
        port = nil
        if cursor.skip(UInt8(ascii: ":")) {
            guard let number = cursor.takeNumber(upTo: 65535), number > 0 else {
                throw SIPSyntaxError("URI", "port is not a number from 1 to 65535")
            }
            port = UInt16(truncatingIfNeeded: number)
        }
        parameters = try Parameters(uri: "URI", &cursor)
        headers = nil
        if cursor.skip(UInt8(ascii: "?")) {
            headers = cursor.take { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ">") && $0 != UInt8(ascii: ",") }
        }
    }

    /// The user with its escapes undone, fit for a screen.
    package var decodedUser: String? {
        guard let user else { return nil }
        var cursor = ByteCursor(user)
        var bytes: [UInt8] = []
        while let byte = cursor.next() {
            if byte == UInt8(ascii: "%"), let high = cursor.peek, let low = cursor.peek(after: 1),
                let value = Self.hexValue(high, low)
            {
                bytes.append(value)
                _ = cursor.next()
                _ = cursor.next()
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The `transport` parameter, in small letters.
    package var transport: String? { parameters["transport"]?.asciiLowercased }

    /// True if the `lr` parameter marks a loose router (RFC 3261 §19.1.1).
    package var isLooseRouter: Bool { parameters.contains("lr") }

    package var description: String {
        var text = isSecure ? "sips:" : "sip:"
        if let user {
            text += user
            if let password { text += ":" + password }
            text += "@"
        }
        text += host.description
        if let port { text += ":\(port)" }
        text += parameters.description
        if let headers { text += "?" + headers }
        return text
    }

    /// Equality for routing purposes: user with case, host without, port as written, and the parameters
    /// transport, user, method, ttl and maddr (RFC 3261 §19.1.4).
    package func isEquivalent(to other: SIPURI) -> Bool {
        guard isSecure == other.isSecure, decodedUser == other.decodedUser, password == other.password,
            host.isEquivalent(to: other.host), port == other.port
        else { return false }
        for name in ["transport", "user", "method", "ttl", "maddr"] {
            guard parameters[name]?.asciiLowercased == other.parameters[name]?.asciiLowercased else { return false }
        }
        for parameter in parameters.all where other.parameters.contains(parameter.name) {
            guard parameter.value?.asciiLowercased == other.parameters[parameter.name]?.asciiLowercased else {
                return false
            }
        }
        return true
    }

    private static func hasWholeEscapes(_ text: String) -> Bool {
        var cursor = ByteCursor(text)
        while let byte = cursor.next() {
            guard byte == UInt8(ascii: "%") else { continue }
            guard let high = cursor.next(), let low = cursor.next(), high.isHexDigit, low.isHexDigit else {
                return false
            }
        }
        return true
    }

    private static func hexValue(_ high: UInt8, _ low: UInt8) -> UInt8? {
        guard let upper = digit(high), let lower = digit(low) else { return nil }
        return upper << 4 | lower
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        if byte.isDigit { return byte - 0x30 }
        return byte.isHexDigit ? (byte | 0x20) - 0x61 + 10 : nil
    }

    private static func escapingUser(of text: String) -> String {
        guard let at = text.utf8.lastIndex(of: UInt8(ascii: "@")),
            let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), colon < at
        else { return text }
        let hexDigits = Array("0123456789ABCDEF".utf8)
        var bytes = Array(text.utf8[...colon])
        for byte in text.utf8[text.utf8.index(after: colon)..<at] {
            if ByteSet.user.contains(byte) && byte < 0x80 && byte != UInt8(ascii: "#") || byte == UInt8(ascii: ":") {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(hexDigits[Int(byte >> 4)])
                bytes.append(hexDigits[Int(byte & 0x0F)])
            }
        }
        bytes += Array(text.utf8[at...])
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Any URI that a SIP header can hold: one that we can route to, or another scheme kept as text ("tel:", "mailto:").
package enum URI: Hashable, Sendable, CustomStringConvertible {
    case sip(SIPURI)
    case other(String)

    /// Parses a whole URI; for other schemes only the form `scheme:something` is asked for.
    package init(_ text: String) throws(SIPSyntaxError) {
        let lowered = String(text.prefix(5)).asciiLowercased
        if lowered.hasPrefix("sip:") || lowered.hasPrefix("sips:") {
            self = .sip(try SIPURI(text))
            return
        }
        var cursor = ByteCursor(text)
        let scheme = cursor.take(.scheme)
        guard scheme.utf8.first?.isAlpha == true, cursor.skip(UInt8(ascii: ":")), !cursor.isAtEnd else {
            throw SIPSyntaxError("URI", "scheme is missing")
        }
        guard text.allBytes({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }) else {
            throw SIPSyntaxError("URI", "white space or bracket inside the URI")
        }
        self = .other(text)
    }

    /// The SIP or SIPS URI, if it is one.
    package var sip: SIPURI? {
        guard case .sip(let uri) = self else { return nil }
        return uri
    }

    package var description: String {
        switch self {
        case .sip(let uri): uri.description
        case .other(let text): text
        }
    }
}
