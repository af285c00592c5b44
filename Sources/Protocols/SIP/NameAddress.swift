/// A URI with a display name and header parameters: what From, To, Contact, Route and Record-Route hold
/// (RFC 3261 §20.10, §20.20, §20.30, §20.34, §20.39).
package struct NameAddress: Hashable, Sendable, CustomStringConvertible {
    /// Without quotes and escapes; nil if there is none.
    package var displayName: String?
    package var uri: URI
    /// Those of the header; those of the URI are in `uri`.
    package var parameters: Parameters

    package init(displayName: String? = nil, uri: URI, parameters: Parameters = Parameters()) {
        self.displayName = displayName
        self.uri = uri
        self.parameters = parameters
    }

    /// Parses a header that holds exactly one address; `part` is the header's name for the error.
    package init(_ text: String, part: String) throws(SIPSyntaxError) {
        var cursor = ByteCursor(text)
        try self.init(part: part, &cursor)
        cursor.skipWhitespace()
        guard cursor.isAtEnd else { throw SIPSyntaxError(part, "unexpected characters behind the address") }
    }

    /// Parses a comma-separated list with at least one address.
    package static func list(_ text: String, part: String) throws(SIPSyntaxError) -> [NameAddress] {
        var cursor = ByteCursor(text)
        var list = [try NameAddress(part: part, &cursor)]
        while cursor.skipSeparator(UInt8(ascii: ",")) {
            guard list.count < 64 else { throw SIPSyntaxError(part, "too many addresses") }
            list.append(try NameAddress(part: part, &cursor))
        }
        cursor.skipWhitespace()
        guard cursor.isAtEnd else { throw SIPSyntaxError(part, "unexpected characters behind the address") }
        return list
    }

    init(part: String, _ cursor: inout ByteCursor) throws(SIPSyntaxError) {
        cursor.skipWhitespace()
        let start = cursor.position
        if cursor.peek == UInt8(ascii: "\"") {
            guard let quoted = cursor.takeQuotedString() else {
                throw SIPSyntaxError(part, "quoted string without an end")
            }
            cursor.skipWhitespace()
            guard cursor.skip(UInt8(ascii: "<")) else {
                throw SIPSyntaxError(part, "display name without an address in angle brackets")
            }
            let name = Self.printable(QuotedString.unquote(quoted))
            displayName = name.isEmpty ? nil : name
            uri = try Self.bracketedURI(part, &cursor)
        } else {
            let name = cursor.take(.displayName)
            if cursor.skip(UInt8(ascii: "<")) {
                let trimmed = Self.printable(name.trimmed)
                displayName = trimmed.isEmpty ? nil : trimmed
                uri = try Self.bracketedURI(part, &cursor)
            } else {
                // addr-spec: ";" begins the header's parameters, and "?" is not allowed (RFC 3261 §20).
                cursor.rewind(to: start)
                displayName = nil
                let bare = cursor.take {
                    !$0.isLinearWhitespace && $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: ",")
                        && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") && $0 != UInt8(ascii: "\"")
                }
                guard !bare.utf8.contains(UInt8(ascii: "?")) else {
                    throw SIPSyntaxError(part, "URI with a question mark needs angle brackets")
                }
                guard !bare.isEmpty else { throw SIPSyntaxError(part, "address is missing") }
                uri = try Self.parse(bare, part)
            }
        }
        parameters = try Parameters(header: part, &cursor)
    }

    /// The `tag` parameter of From and To.
    package var tag: String? {
        get { parameters["tag"] }
        set { parameters["tag"] = newValue }
    }

    package var description: String {
        let name = displayName.map { QuotedString.quote($0) + " " } ?? ""
        return "\(name)<\(uri)>\(parameters)"
    }

    private static func bracketedURI(_ part: String, _ cursor: inout ByteCursor) throws(SIPSyntaxError) -> URI {
        let text = cursor.take { $0 != UInt8(ascii: ">") }
        guard cursor.skip(UInt8(ascii: ">")) else { throw SIPSyntaxError(part, "angle bracket without an end") }
        return try parse(text, part)
    }

    private static func parse(_ text: String, _ part: String) throws(SIPSyntaxError) -> URI {
        do {
            return try URI(text)
        } catch {
            throw SIPSyntaxError(part, "URI \(error.problem)")
        }
    }

    /// The name without control characters, which have no business on a screen or in a header.
    private static func printable(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return name }
        return String(decoding: name.utf8.filter { $0 >= 0x20 && $0 != 0x7F }, as: UTF8.self)
    }
}
