/// The header fields of a message in their order, values as written (folding undone, white space at the ends gone).
package struct Headers: Hashable, Sendable {
    package struct Field: Hashable, Sendable {
        package var name: HeaderName
        package var value: String

        package init(_ name: HeaderName, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package private(set) var fields: [Field]

    package init(_ fields: [Field] = []) { self.fields = fields }

    /// The value of the first field of that name; setting replaces all of them, nil removes them.
    package subscript(name: HeaderName) -> String? {
        get { fields.first { $0.name == name }?.value }
        set {
            guard let newValue else {
                fields.removeAll { $0.name == name }
                return
            }
            guard let index = fields.firstIndex(where: { $0.name == name }) else {
                fields.append(Field(name, newValue))
                return
            }
            fields[index].value = newValue
            let kept = fields[...index]
            fields = kept + fields[(index + 1)...].filter { $0.name != name }
        }
    }

    package func contains(_ name: HeaderName) -> Bool { fields.contains { $0.name == name } }

    package func count(of name: HeaderName) -> Int { fields.reduce(0) { $0 + ($1.name == name ? 1 : 0) } }

    /// Every field value of that name, in order, lists not taken apart.
    package func values(_ name: HeaderName) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    package mutating func append(_ name: HeaderName, _ value: String) { fields.append(Field(name, value)) }

    package mutating func insertFirst(_ name: HeaderName, _ value: String) { fields.insert(Field(name, value), at: 0) }

    /// Every member of comma-separated fields such as Supported, Require and Allow; empty members are left out.
    package func tokens(_ name: HeaderName) -> [String] {
        values(name).flatMap { value in
            value.split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty }
        }
    }
}

/// The typed fields; each throws when the field is there and malformed.
extension Headers {
    /// Every hop, the last sender first.
    package func vias() throws(SIPSyntaxError) -> [Via] {
        var all: [Via] = []
        for field in fields where field.name == .via { all += try Via.list(field.value) }
        return all
    }

    /// The hop that the message came over; nil if there is no Via.
    package func topVia() throws(SIPSyntaxError) -> Via? {
        guard let value = self[.via] else { return nil }
        return try Via(first: value)
    }

    /// Puts `via` in the place of the top one, the others kept.
    package mutating func replaceTopVia(with via: Via) throws(SIPSyntaxError) {
        guard let index = fields.firstIndex(where: { $0.name == .via }) else {
            insertFirst(.via, via.description)
            return
        }
        let others = try Via.list(fields[index].value).dropFirst()
        fields[index].value = ([via] + others).map(\.description).joined(separator: ", ")
    }

    package func from() throws(SIPSyntaxError) -> NameAddress? {
        guard let value = self[.from] else { return nil }
        return try NameAddress(value, part: "From")
    }

    package func to() throws(SIPSyntaxError) -> NameAddress? {
        guard let value = self[.to] else { return nil }
        return try NameAddress(value, part: "To")
    }

    package func cseq() throws(SIPSyntaxError) -> CSeq? {
        guard let value = self[.cseq] else { return nil }
        return try CSeq(value)
    }

    /// Every address of the Contact, Route or Record-Route fields; empty if there is none.
    package func addresses(_ name: HeaderName) throws(SIPSyntaxError) -> [NameAddress] {
        var all: [NameAddress] = []
        for field in fields where field.name == name {
            all += try NameAddress.list(field.value, part: name.text)
        }
        return all
    }

    /// Content-Length; nil if it is not there.
    package func contentLength() throws(SIPSyntaxError) -> Int? {
        guard let value = self[.contentLength] else { return nil }
        var cursor = ByteCursor(value)
        guard let length = cursor.takeNumber(upTo: 0x7FFF_FFFF), cursor.isAtEnd else {
            throw SIPSyntaxError("Content-Length", "is not a number")
        }
        guard values(.contentLength).allSatisfy({ $0 == value }) else {
            throw SIPSyntaxError("Content-Length", "is there twice with two values")
        }
        return Int(length)
    }

    /// Max-Forwards, 0 to 255; nil if it is not there.
    package func maxForwards() throws(SIPSyntaxError) -> Int? {
        guard let value = self[.maxForwards] else { return nil }
        var cursor = ByteCursor(value)
        guard let count = cursor.takeNumber(upTo: 255), cursor.isAtEnd else {
            throw SIPSyntaxError("Max-Forwards", "is not a number from 0 to 255")
        }
        return Int(count)
    }

    /// The media type in small letters, without its parameters: "application/sdp".
    package var contentType: String? {
        guard let value = self[.contentType] else { return nil }
        return value.split(separator: ";", maxSplits: 1).first.map { String($0).trimmed.asciiLowercased }
    }

    /// False if the body is compressed or otherwise encoded (Content-Encoding other than identity).
    package var isBodyPlain: Bool {
        tokens(.contentEncoding).allSatisfy { $0.isEqualIgnoringCase("identity") }
    }

    /// True if the sender can do without our understanding of the body (Content-Disposition, RFC 3261 §20.11).
    package var isBodyOptional: Bool {
        guard let value = self[.contentDisposition] else { return false }
        var cursor = ByteCursor(value)
        guard cursor.takeToken() != nil, let parameters = try? Parameters(header: "Content-Disposition", &cursor)
        else { return false }
        return parameters["handling"]?.isEqualIgnoringCase("optional") == true
    }

    /// The realm that asks for credentials, from a 401 or 407; nil if there is none.
    package var realm: String? {
        guard let challenge = self[.wwwAuthenticate] ?? self[.proxyAuthenticate] else { return nil }
        var cursor = ByteCursor(challenge)
        cursor.skipWhitespace()
        guard cursor.takeToken() != nil else { return nil }
        repeat {
            cursor.skipWhitespace()
            guard let name = cursor.takeToken(), cursor.skipSeparator(UInt8(ascii: "=")) else { return nil }
            guard let value = cursor.takeQuotedString() ?? cursor.takeToken() else { return nil }
            if name.isEqualIgnoringCase("realm") { return QuotedString.unquote(value) }
        } while cursor.skipSeparator(UInt8(ascii: ","))
        return nil
    }

    /// Seconds of Expires or Min-Expires (RFC 3261 §20.19, §20.23); nil if it is not there or unreadable.
    package func seconds(_ name: HeaderName) -> Int? {
        guard let value = self[name] else { return nil }
        var cursor = ByteCursor(value)
        return cursor.takeNumber(upTo: 0xFFFF_FFFF).map { Int($0) }
    }

    /// Seconds of Retry-After; nil if it is not there or unreadable (RFC 3261 §20.33).
    package var retryAfter: Duration? {
        guard let value = self[.retryAfter] else { return nil }
        var cursor = ByteCursor(value)
        return cursor.takeNumber(upTo: 0xFFFF_FFFF).map { .seconds(Int64($0)) }
    }

    /// The text of the first Reason or Warning field, for people; nil if there is none (RFC 3326, RFC 3261 §20.43).
    package var explanation: String? {
        if let reason = self[.reason] {
            var cursor = ByteCursor(reason)
            if cursor.takeToken() != nil, let parameters = try? Parameters(header: "Reason", &cursor),
                let text = parameters["text"]
            {
                return QuotedString.unquote(text)
            }
        }
        if let warning = self[.warning], let quote = warning.utf8.firstIndex(of: UInt8(ascii: "\"")) {
            var cursor = ByteCursor(String(warning[quote...]))
            return cursor.takeQuotedString().map(QuotedString.unquote)
        }
        return nil
    }
}
