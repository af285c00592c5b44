/// The `;name=value` parameters of a header or a URI, in order and as written (RFC 3261 §7.3.1).
package struct Parameters: Hashable, Sendable, CustomStringConvertible {
    package struct Parameter: Hashable, Sendable {
        package var name: String
        /// As on the wire, a quoted string with its quotes; nil for a parameter that has no "=".
        package var value: String?

        package init(_ name: String, _ value: String?) {
            self.name = name
            self.value = value
        }
    }

    package private(set) var all: [Parameter]

    package init(_ all: [Parameter] = []) { self.all = all }

    package var isEmpty: Bool { all.isEmpty }

    package func contains(_ name: String) -> Bool { all.contains { $0.name.isEqualIgnoringCase(name) } }

    /// The first value of `name`; reading gives nil both for no such parameter and for one that has no value.
    /// Setting a text replaces or appends, setting nil removes.
    package subscript(name: String) -> String? {
        get { all.first { $0.name.isEqualIgnoringCase(name) }?.value }
        set {
            if let newValue {
                set(name, to: newValue)
            } else {
                all.removeAll { $0.name.isEqualIgnoringCase(name) }
            }
        }
    }

    /// Sets a parameter, or with nil a flag that has no value ("lr", "rport").
    package mutating func set(_ name: String, to value: String?) {
        for index in all.indices where all[index].name.isEqualIgnoringCase(name) {
            all[index].value = value
            return
        }
        all.append(Parameter(name, value))
    }

    package var description: String {
        var text = ""
        for parameter in all {
            text += ";"
            text += parameter.name
            if let value = parameter.value {
                text += "="
                text += value
            }
        }
        return text
    }

    /// Consumes header parameters up to the end or to a comma; an empty name or value is an error.
    init(header part: String, _ cursor: inout ByteCursor) throws(SIPSyntaxError) {
        all = []
        while cursor.skipSeparator(UInt8(ascii: ";")) {
            guard all.count < 64 else { throw SIPSyntaxError(part, "too many parameters") }
            guard let name = cursor.takeToken() else { throw SIPSyntaxError(part, "parameter without a name") }
            guard cursor.skipSeparator(UInt8(ascii: "=")) else {
                all.append(Parameter(name, nil))
                continue
            }
            if cursor.peek == UInt8(ascii: "\"") {
                guard let quoted = cursor.takeQuotedString() else {
                    throw SIPSyntaxError(part, "quoted string without an end")
                }
                all.append(Parameter(name, quoted))
            } else {
                let value = cursor.take(.parameterValue)
                guard !value.isEmpty else { throw SIPSyntaxError(part, "parameter without a value") }
                all.append(Parameter(name, value))
            }
        }
    }

    /// Consumes URI parameters; they end at "?", ">", "," or the end.
    init(uri part: String, _ cursor: inout ByteCursor) throws(SIPSyntaxError) {
        all = []
        while cursor.skip(UInt8(ascii: ";")) {
            guard all.count < 64 else { throw SIPSyntaxError(part, "too many parameters") }
            let name = cursor.take(.uriParameter)
            guard !name.isEmpty else { throw SIPSyntaxError(part, "parameter without a name") }
            guard cursor.skip(UInt8(ascii: "=")) else {
                all.append(Parameter(name, nil))
                continue
            }
            let value = cursor.take(.uriParameter)
            guard !value.isEmpty else { throw SIPSyntaxError(part, "parameter without a value") }
            all.append(Parameter(name, value))
        }
    }
}

/// Quoting of display names and parameter values (RFC 3261 §25.1, quoted-string).
package enum QuotedString {
    /// The text inside a quoted string, its escapes undone; a text without quotes comes back as it is.
    package static func unquote(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard bytes.count >= 2, bytes.first == UInt8(ascii: "\""), bytes.last == UInt8(ascii: "\"") else { return text }
        var plain: [UInt8] = []
        plain.reserveCapacity(bytes.count)
        var isEscaped = false
        for byte in bytes.dropFirst().dropLast() {
            if !isEscaped, byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else {
                plain.append(byte)
                isEscaped = false
            }
        }
        return String(decoding: plain, as: UTF8.self)
    }

    /// The text in quotes, with quote and backslash escaped and control characters left out.
    package static func quote(_ text: String) -> String {
        var quoted: [UInt8] = [UInt8(ascii: "\"")]
        for byte in text.utf8 where byte >= 0x20 && byte != 0x7F {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { quoted.append(UInt8(ascii: "\\")) }
            quoted.append(byte)
        }
        quoted.append(UInt8(ascii: "\""))
        return String(decoding: quoted, as: UTF8.self)
    }
}
