/// Walks over bytes from outside; every read is checked, so that no input can trap.
struct ByteCursor {
    private let bytes: [UInt8]
    private(set) var position: Int

    init(_ text: String) {
        bytes = Array(text.utf8)
        position = 0
    }

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        position = 0
    }

    var isAtEnd: Bool { position >= bytes.count }

    /// The next byte, not consumed.
    var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// The byte `distance` after the next one, not consumed.
    func peek(after distance: Int) -> UInt8? {
        let index = position + distance
        return index >= 0 && index < bytes.count ? bytes[index] : nil
    }

    mutating func next() -> UInt8? {
        guard position < bytes.count else { return nil }
        defer { position += 1 }
        return bytes[position]
    }

    /// Consumes `byte` if it comes next.
    mutating func skip(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    /// Consumes spaces, tabs and what is left of line folding (RFC 3261 §25.1, LWS).
    mutating func skipWhitespace() {
        while let byte = peek, byte.isLinearWhitespace { position += 1 }
    }

    /// Consumes whitespace, `byte`, whitespace; leaves the position alone if `byte` is not there.
    mutating func skipSeparator(_ byte: UInt8) -> Bool {
        let start = position
        skipWhitespace()
        guard skip(byte) else {
            position = start
            return false
        }
        skipWhitespace()
        return true
    }

    /// Consumes the longest run of bytes that fit, which may be empty.
    mutating func take(while fits: (UInt8) -> Bool) -> String {
        let start = position
        while let byte = peek, fits(byte) { position += 1 }
        return text(from: start)
    }

    /// Consumes the longest run of characters of the set, which may be empty.
    mutating func take(_ set: ByteSet) -> String {
        let start = position
        let count = bytes.count
        while position < count, set.contains(bytes[position]) { position += 1 }
        return text(from: start)
    }

    /// Consumes one token (RFC 3261 §25.1); nil and no move if none comes next.
    mutating func takeToken() -> String? {
        let token = take(.token)
        return token.isEmpty ? nil : token
    }

    /// Consumes decimal digits; nil if there are none or if the number is above `limit`.
    mutating func takeNumber(upTo limit: UInt64) -> UInt64? {
        var value: UInt64 = 0
        var digits = 0
        while let byte = peek, byte.isDigit {
            let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowToo) = shifted.addingReportingOverflow(UInt64(byte - 0x30))
            guard !overflow, !overflowToo, sum <= limit else { return nil }
            value = sum
            digits += 1
            position += 1
        }
        return digits > 0 ? value : nil
    }

    /// Consumes a quoted string with its quotes, as it stands; nil if it does not begin with a quote or never ends.
    mutating func takeQuotedString() -> String? {
        let start = position
        guard skip(UInt8(ascii: "\"")) else { return nil }
        while let byte = next() {
            if byte == UInt8(ascii: "\"") { return text(from: start) }
            if byte == UInt8(ascii: "\\"), next() == nil { break }
        }
        position = start
        return nil
    }

    /// The bytes from `start` to the present position, as text.
    func text(from start: Int) -> String {
        guard start >= 0, start < position else { return "" }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    mutating func takeRest() -> String {
        let start = position
        position = bytes.count
        return text(from: start)
    }

    /// Goes back to a position that was read from this cursor earlier.
    mutating func rewind(to earlier: Int) {
        position = min(max(earlier, 0), position)
    }
}

extension UInt8 {
    var isDigit: Bool { self >= 0x30 && self <= 0x39 }

    var isAlpha: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A }

    var isAlphanumeric: Bool { isDigit || isAlpha }

    var isHexDigit: Bool { isDigit || ((self | 0x20) >= 0x61 && (self | 0x20) <= 0x66) }

    var isLinearWhitespace: Bool { self == 0x20 || self == 0x09 || self == 0x0D || self == 0x0A }
}

extension String {
    /// True if every byte fits; true for the empty text.
    func allBytes(_ fit: (UInt8) -> Bool) -> Bool { utf8.allSatisfy(fit) }

    /// Without the white space at both ends.
    var trimmed: String {
        let bytes = utf8
        guard let first = bytes.firstIndex(where: { !$0.isLinearWhitespace }),
            let last = bytes.lastIndex(where: { !$0.isLinearWhitespace })
        else { return "" }
        if first == bytes.startIndex, bytes.index(after: last) == bytes.endIndex { return self }
        return String(self[first...last])
    }

    /// ASCII letters made small, everything else kept.
    var asciiLowercased: String {
        guard utf8.contains(where: { $0 >= 0x41 && $0 <= 0x5A }) else { return self }
        return String(decoding: utf8.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    func isEqualIgnoringCase(_ other: String) -> Bool {
        utf8.count == other.utf8.count && asciiLowercased == other.asciiLowercased
    }
}
