/// A server's demand for a name and a password by Digest (RFC 3261 §22.4, RFC 7616 §3.3, RFC 8760).
package struct DigestChallenge: Hashable, Sendable {
    /// What the answer is hashed with; the raw value is its name on the wire. Later ones are stronger.
    package enum Algorithm: String, Sendable, CaseIterable {
        case md5 = "MD5"
        case sha256 = "SHA-256"
    }

    /// Whose password is asked for; without its quotes.
    package let realm: String
    package let nonce: String
    package let opaque: String?
    package let algorithm: Algorithm
    /// Whether the last answer was right but for a nonce that had become old.
    package let isStale: Bool
    /// Whether the answer has a nonce of ours and a count (qop "auth").
    package let hasQuality: Bool

    /// Parses the value of one WWW-Authenticate or Proxy-Authenticate field.
    ///
    /// Nil for another scheme, an algorithm that is not known, a protection that is not offered here ("auth-int" alone)
    /// and a text that breaks the syntax: whoever asks goes on with the next challenge.
    package init?(_ value: String) {
        var cursor = ByteCursor(value)
        cursor.skipWhitespace()
        guard cursor.takeToken()?.isEqualIgnoringCase("Digest") == true, let fields = Self.fields(&cursor),
            let realm = fields["realm"], let nonce = fields["nonce"], !nonce.isEmpty
        else { return nil }
        let name = fields["algorithm"] ?? Algorithm.md5.rawValue
        guard let algorithm = Algorithm.allCases.first(where: { $0.rawValue.isEqualIgnoringCase(name) }) else {
            return nil
        }
        let qualities = fields["qop"]?.split(separator: ",").map { String($0).trimmed }
        if let qualities, !qualities.contains(where: { $0.isEqualIgnoringCase("auth") }) { return nil }
        self.realm = realm
        self.nonce = nonce
        self.algorithm = algorithm
        opaque = fields["opaque"]
        isStale = fields["stale"]?.isEqualIgnoringCase("true") == true
        hasQuality = qualities != nil
    }

    /// The strongest challenge of a 401 or 407 that can be answered; nil if there is none.
    ///
    /// - Parameter name: `wwwAuthenticate` or `proxyAuthenticate`.
    package static func strongest(_ headers: Headers, _ name: HeaderName) -> DigestChallenge? {
        let all = headers.values(name).prefix(16).compactMap { DigestChallenge($0) }
        // RFC 8760 §2.4: the first of those that are preferred.
        return all.first { $0.algorithm == .sha256 } ?? all.first
    }

    /// The `name=value` pairs, names in small letters and values without quotes; the first of each name counts.
    private static func fields(_ cursor: inout ByteCursor) -> [String: String]? {
        var fields: [String: String] = [:]
        repeat {
            cursor.skipWhitespace()
            if cursor.isAtEnd { break }
            guard fields.count < 32, let name = cursor.takeToken(), cursor.skipSeparator(UInt8(ascii: "=")) else {
                return nil
            }
            guard let text = cursor.takeQuotedString() ?? cursor.takeToken() else { return nil }
            let key = name.asciiLowercased
            if fields[key] == nil { fields[key] = QuotedString.unquote(text) }
        } while cursor.skipSeparator(UInt8(ascii: ","))
        cursor.skipWhitespace()
        return cursor.isAtEnd ? fields : nil
    }
}

/// A name and a password that answer challenges. Never described: what is printed of it is the name alone.
package struct DigestCredentials: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    package let user: String
    private let password: String

    package init(user: String, password: String) {
        self.user = user
        self.password = password
    }

    package var description: String { user }
    package var customMirror: Mirror { Mirror(self, children: ["user": user]) }

    /// The value of Authorization or Proxy-Authorization (RFC 7616 §3.4).
    ///
    /// - Parameters:
    ///   - uri: the Request-URI as it is sent.
    ///   - clientNonce: a token that has not been used with this nonce.
    ///   - count: which request with this nonce it is, from 1 on.
    ///   - hash: the hash of the text's UTF-8, in small hexadecimal digits.
    package func authorization(
        for challenge: DigestChallenge, method: SIPMethod, uri: String, clientNonce: String, count: UInt32,
        hash: (DigestChallenge.Algorithm, String) -> String
    ) -> String {
        func digest(_ text: String) -> String { hash(challenge.algorithm, text) }
        let secret = digest("\(user):\(challenge.realm):\(password)")
        let request = digest("\(method):\(uri)")
        let digits = String(count, radix: 16)
        let number = String(repeating: "0", count: max(8 - digits.utf8.count, 0)) + digits
        let response =
            challenge.hasQuality
            ? digest("\(secret):\(challenge.nonce):\(number):\(clientNonce):auth:\(request)")
            : digest("\(secret):\(challenge.nonce):\(request)")
        var value = "Digest username=\(QuotedString.quote(user)), realm=\(QuotedString.quote(challenge.realm))"
        value += ", nonce=\(QuotedString.quote(challenge.nonce)), uri=\(QuotedString.quote(uri))"
        value += ", response=\"\(response)\", algorithm=\(challenge.algorithm.rawValue)"
        if let opaque = challenge.opaque { value += ", opaque=\(QuotedString.quote(opaque))" }
        if challenge.hasQuality { value += ", qop=auth, nc=\(number), cnonce=\"\(clientNonce)\"" }
        return value
    }
}
