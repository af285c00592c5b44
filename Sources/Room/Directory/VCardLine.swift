/// The content lines of a vCard file (RFC 6350 §3.2, §3.3), unfolded, one after the other.
struct VCardLines {
    private let bytes: [UInt8]
    private var position: Int
    private var line = 1

    init(_ text: String) {
        bytes = Array(text.utf8)
        // A byte order mark, as some programs write it.
        position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// The next line that is not empty, with the number of the first line in the file that it stands on.
    mutating func next() -> (bytes: [UInt8], line: Int)? {
        while position < bytes.count {
            let start = line
            var content = physicalLine()
            while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x09 {
                position += 1
                content += physicalLine()
            }
            if content.contains(where: { $0 != 0x20 && $0 != 0x09 }) { return (content, start) }
        }
        return nil
    }

    /// Up to the next CRLF, LF or the end, without it.
    private mutating func physicalLine() -> [UInt8] {
        let start = position
        while position < bytes.count, bytes[position] != 0x0A { position += 1 }
        var end = position
        if position < bytes.count { position += 1 }
        line += 1
        if end > start, bytes[end - 1] == 0x0D { end -= 1 }
        return Array(bytes[start..<end])
    }
}

/// One content line taken apart: `group.NAME;PARAMETER=value:value`.
struct VCardLine: Equatable {
    /// In capitals, the group in front of it left out.
    let name: String
    /// Names in capitals; the values of one that comes twice are joined by commas.
    let parameters: [String: String]
    /// As it stands there, escapes and all.
    let value: [UInt8]

    /// Nil for a line without a name or a colon.
    init?(_ bytes: [UInt8]) {
        var position = 0
        func token() -> String {
            let start = position
            while position < bytes.count, Self.isNameByte(bytes[position]) { position += 1 }
            return String(decoding: bytes[start..<position], as: UTF8.self).uppercased()
        }
        func take(_ byte: Character) -> Bool {
            guard position < bytes.count, bytes[position] == byte.asciiValue else { return false }
            position += 1
            return true
        }
        var name = token()
        if take(".") { name = token() }
        guard !name.isEmpty else { return nil }
        var parameters: [String: String] = [:]
        while take(";") {
            let parameter = token()
            var value = ""
            if take("=") {
                value = Self.parameterValue(bytes, &position)
            }
            guard !parameter.isEmpty else { continue }
            // vCard 2.1 wrote types without TYPE=.
            let (key, text) = value.isEmpty ? ("TYPE", parameter) : (parameter, value)
            parameters[key] = parameters[key].map { "\($0),\(text)" } ?? text
        }
        guard take(":") else { return nil }
        self.name = name
        self.parameters = parameters
        value = Array(bytes[position...])
    }

    /// Up to the next ";" or ":" outside quotes (RFC 6350 §3.3, RFC 6868 is not undone: nothing here needs it).
    private static func parameterValue(_ bytes: [UInt8], _ position: inout Int) -> String {
        var value: [UInt8] = []
        var isQuoted = false
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if !isQuoted, byte == UInt8(ascii: ";") || byte == UInt8(ascii: ":") {
                break
            } else {
                value.append(byte)
            }
            position += 1
        }
        return String(decoding: value, as: UTF8.self)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// The value as text, its escapes undone (RFC 6350 §3.4).
    var text: String { Self.unescaped(value[...]) }

    /// The parts of a value between bare semicolons, such as those of N.
    var components: [String] { split(at: UInt8(ascii: ";")) }

    /// The parts of a value between bare commas, such as those of CATEGORIES.
    var list: [String] { split(at: UInt8(ascii: ",")) }

    private func split(at separator: UInt8) -> [String] {
        var parts: [String] = []
        var start = 0
        var isEscaped = false
        for (index, byte) in value.enumerated() {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == separator {
                parts.append(Self.unescaped(value[start..<index]))
                start = index + 1
            }
        }
        parts.append(Self.unescaped(value[start...]))
        return parts
    }

    private static func unescaped(_ bytes: ArraySlice<UInt8>) -> String {
        guard bytes.contains(UInt8(ascii: "\\")) else { return String(decoding: bytes, as: UTF8.self) }
        var result: [UInt8] = []
        var isEscaped = false
        for byte in bytes {
            if isEscaped {
                result.append(byte == UInt8(ascii: "n") || byte == UInt8(ascii: "N") ? 0x0A : byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
