/// A place in one line of a keymap. Never goes beyond the line's end.
struct KeymapCursor {
    private let signs: [Unicode.Scalar]
    private var index = 0

    init(_ line: String) { signs = Array(line.unicodeScalars) }

    var next: Unicode.Scalar? { index < signs.count ? signs[index] : nil }

    /// Whether only a comment is left.
    var isAtEnd: Bool { next == nil || next == "#" }

    /// What is left, for a sentence.
    var rest: String {
        let left = String(String.UnicodeScalarView(signs[min(index, signs.count)...]))
        return left.isEmpty ? "the line's end" : Self.shortened(left)
    }

    mutating func skipSpaces() {
        while let sign = next, sign == " " || sign == "\t" || sign == "\r" { index += 1 }
    }

    /// Goes over spaces and a comment; false when something else stands there.
    mutating func skipToEnd() -> Bool {
        skipSpaces()
        return isAtEnd
    }

    mutating func take(_ sign: Unicode.Scalar) -> Bool {
        guard next == sign else { return false }
        index += 1
        return true
    }

    /// A heading up to its last bracket, without the spaces in it.
    mutating func takeHeading() -> String {
        var text = String.UnicodeScalarView()
        while let sign = next, sign != "#" {
            index += 1
            if sign != " " && sign != "\t" && sign != "\r" { text.append(sign) }
        }
        return Self.shortened(String(text))
    }

    /// A name with or without quotes; nil when none stands here.
    mutating func takeName() -> String? {
        if next == "\"" || next == "'" { return takeText() }
        var text = String.UnicodeScalarView()
        while let sign = next, sign.isASCII,
            sign.properties.isAlphabetic || ("0"..."9") ~= sign || sign == "-" || sign == "_"
        {
            text.append(sign)
            index += 1
        }
        return text.isEmpty ? nil : String(text)
    }

    /// A text in single or double quotes on one line; nil, without having moved, when none stands here or it does not
    /// end.
    mutating func takeText() -> String? {
        let start = index
        guard let quote = next, quote == "\"" || quote == "'" else { return nil }
        index += 1
        var text = String.UnicodeScalarView()
        while let sign = next {
            index += 1
            if sign == quote { return String(text) }
            guard sign == "\\", quote == "\"" else {
                text.append(sign)
                continue
            }
            guard let escaped = takeEscaped() else { break }
            text.append(escaped)
        }
        index = start
        return nil
    }

    /// What follows a backslash (TOML 1.0, "String").
    private mutating func takeEscaped() -> Unicode.Scalar? {
        guard let sign = next else { return nil }
        index += 1
        switch sign {
        case "\"", "\\": return sign
        case "b": return "\u{8}"
        case "t": return "\t"
        case "n": return "\n"
        case "f": return "\u{C}"
        case "r": return "\r"
        case "u": return takeCode(4)
        case "U": return takeCode(8)
        default: return nil
        }
    }

    private mutating func takeCode(_ count: Int) -> Unicode.Scalar? {
        guard signs.count - index >= count else { return nil }
        let digits = String(String.UnicodeScalarView(signs[index..<index + count]))
        guard digits.allSatisfy(\.isHexDigit), let code = UInt32(digits, radix: 16) else { return nil }
        index += count
        return Unicode.Scalar(code)
    }

    /// At most 40 signs, none of which could write another line.
    static func shortened(_ text: String) -> String {
        let plain = text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) }
        return plain.count <= 40 ? String(plain) : "\(String(plain.prefix(37)))..."
    }
}
