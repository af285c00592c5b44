/// Why a text is not JSON, and where.
package struct JSONParseError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Bytes before the place, counted from the start of the text.
    package let offset: Int
    /// What was expected there, in words.
    package let reason: String

    package init(offset: Int, reason: String) {
        self.offset = offset
        self.reason = reason
    }

    /// The place as a person counts: the first byte is column 1.
    package var description: String { "column \(offset + 1): \(reason)" }
}

extension JSONValue {
    /// How deep arrays and objects may lie inside each other in a text that comes from outside.
    package static let maximumDepth = 64

    /// Reads one JSON text (RFC 8259), UTF-8, with nothing but white space around it.
    package init(parsing bytes: [UInt8], maximumDepth: Int = maximumDepth) throws(JSONParseError) {
        var parser = JSONParser(bytes: bytes, maximumDepth: maximumDepth)
        self = try parser.parseText()
    }

    /// Reads one JSON text, as `init(parsing:maximumDepth:)` for bytes does.
    package init(parsing text: String, maximumDepth: Int = maximumDepth) throws(JSONParseError) {
        try self.init(parsing: Array(text.utf8), maximumDepth: maximumDepth)
    }
}

/// A recursive-descent reader of one text. The recursion is bounded by `maximumDepth`, every index is compared with the
/// count before it is used, and nothing in here can trap whatever the bytes are.
struct JSONParser {
    private let bytes: [UInt8]
    private let maximumDepth: Int
    private var position = 0

    init(bytes: [UInt8], maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    mutating func parseText() throws(JSONParseError) -> JSONValue {
        skipWhiteSpace()
        let value = try parseValue(depth: 0)
        skipWhiteSpace()
        guard position == bytes.count else { throw failure("expected the end of the text") }
        return value
    }

    // MARK: - Reading

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func failure(_ reason: String) -> JSONParseError { JSONParseError(offset: position, reason: reason) }

    private mutating func skipWhiteSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    // MARK: - Values

    private mutating func parseValue(depth: Int) throws(JSONParseError) -> JSONValue {
        switch next {
        case UInt8(ascii: "{"): return try parseObject(depth: depth)
        case UInt8(ascii: "["): return try parseArray(depth: depth)
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
        case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
        case UInt8(ascii: "n"): return try parseWord("null", .null)
        case UInt8(ascii: "-")?: return try parseNumber()
        case let byte? where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte): return try parseNumber()
        case nil: throw failure("expected a value, found the end of the text")
        default: throw failure("expected a value")
        }
    }

    private mutating func parseWord(_ word: StaticString, _ value: JSONValue) throws(JSONParseError) -> JSONValue {
        let start = position
        for index in 0..<word.utf8CodeUnitCount {
            guard take(word.utf8Start[index]) else {
                position = start
                throw failure("expected '\(word)'")
            }
        }
        return value
    }

    private func checkDepth(_ depth: Int) throws(JSONParseError) {
        guard depth < maximumDepth else {
            throw failure("expected at most \(maximumDepth) levels of lists and objects")
        }
    }

    private mutating func parseObject(depth: Int) throws(JSONParseError) -> JSONValue {
        try checkDepth(depth)
        position += 1
        var members: [String: JSONValue] = [:]
        skipWhiteSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipWhiteSpace()
            guard next == UInt8(ascii: "\"") else { throw failure("expected a member's name in quotes") }
            let nameOffset = position
            let name = try parseString()
            skipWhiteSpace()
            guard take(UInt8(ascii: ":")) else { throw failure("expected ':' after the member's name") }
            skipWhiteSpace()
            let value = try parseValue(depth: depth + 1)
            guard members.updateValue(value, forKey: name) == nil else {
                throw JSONParseError(offset: nameOffset, reason: "expected each name once in an object")
            }
            skipWhiteSpace()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "}")) else { throw failure("expected ',' or '}' in the object") }
            return .object(members)
        }
    }

    private mutating func parseArray(depth: Int) throws(JSONParseError) -> JSONValue {
        try checkDepth(depth)
        position += 1
        var elements: [JSONValue] = []
        skipWhiteSpace()
        if take(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            skipWhiteSpace()
            elements.append(try parseValue(depth: depth + 1))
            skipWhiteSpace()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "]")) else { throw failure("expected ',' or ']' in the list") }
            return .array(elements)
        }
    }

    // MARK: - Numbers (RFC 8259 §6)

    private mutating func skipDigits() -> Int {
        let start = position
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        return position - start
    }

    private mutating func parseNumber() throws(JSONParseError) -> JSONValue {
        let start = position
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) {
            guard skipDigits() > 0 else { throw failure("expected a digit after '-'") }
        }
        var isInteger = true
        if take(UInt8(ascii: ".")) {
            isInteger = false
            guard skipDigits() > 0 else { throw failure("expected a digit after the point") }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isInteger = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard skipDigits() > 0 else { throw failure("expected a digit in the exponent") }
        }
        var text = ""
        text.reserveCapacity(position - start)
        for index in start..<position { text.unicodeScalars.append(Unicode.Scalar(bytes[index])) }
        if isInteger, let value = Int64(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else {
            throw JSONParseError(offset: start, reason: "expected a number within the range of a double")
        }
        return .double(value)
    }

    // MARK: - Strings (RFC 8259 §7)

    private mutating func parseString() throws(JSONParseError) -> String {
        let start = position
        position += 1
        var content: [UInt8] = []
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                guard let string = String(validating: content, as: UTF8.self) else {
                    throw JSONParseError(offset: start, reason: "expected the string to be UTF-8")
                }
                return string
            case UInt8(ascii: "\\"):
                position += 1
                try parseEscape(into: &content)
            case 0..<0x20:
                throw failure("expected a control character in a string to be written as an escape")
            default:
                content.append(byte)
                position += 1
            }
        }
        throw failure("expected '\"' at the end of the string")
    }

    private mutating func parseEscape(into content: inout [UInt8]) throws(JSONParseError) {
        guard let byte = next else { throw failure("expected an escape after '\\'") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"): content.append(contentsOf: String(Character(try parseScalar())).utf8)
        default:
            position -= 1
            throw failure("expected one of \" \\ / b f n r t u after '\\'")
        }
    }

    /// Four hexadecimal digits, or two groups of them that make a surrogate pair.
    private mutating func parseScalar() throws(JSONParseError) -> Unicode.Scalar {
        let start = position
        let high = try parseHexadecimal()
        if let scalar = Unicode.Scalar(high) { return scalar }
        guard (0xD800..<0xDC00).contains(high), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
            throw JSONParseError(offset: start, reason: "expected a pair of surrogates")
        }
        let low = try parseHexadecimal()
        guard (0xDC00..<0xE000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
        else { throw JSONParseError(offset: start, reason: "expected a pair of surrogates") }
        return scalar
    }

    private mutating func parseHexadecimal() throws(JSONParseError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Self.hexadecimalDigit(byte) else {
                throw failure("expected four hexadecimal digits")
            }
            value = value << 4 | digit
            position += 1
        }
        return value
    }

    private static func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}
