/// One line of a session description: a letter and a value.
struct SDPLine {
    let number: Int
    let type: UInt8
    let value: String

    func error(_ expected: String) -> SDPError {
        SDPError(
            line: number, expected: expected, found: String(decoding: [type, UInt8(ascii: "=")], as: UTF8.self) + value)
    }

    /// The lines of a body. CRLF, LF and CR end a line; empty lines and white space at the end of a line are dropped.
    static func split(_ bytes: [UInt8]) throws(SDPError) -> [SDPLine] {
        guard bytes.count <= maximumSize else {
            throw SDPError(line: 1, expected: "at most \(maximumSize) bytes", found: "\(bytes.count) bytes")
        }
        var lines: [SDPLine] = []
        var number = 0
        var previous: UInt8 = 0
        var start = 0
        for end in 0...bytes.count {
            let byte = end < bytes.count ? bytes[end] : UInt8(ascii: "\n")
            defer { previous = byte }
            guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else { continue }
            if byte == UInt8(ascii: "\n"), previous == UInt8(ascii: "\r") {
                start = end + 1
                continue
            }
            number += 1
            var content = bytes[start..<end]
            start = end + 1
            while let last = content.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\t") {
                content.removeLast()
            }
            guard let type = content.first else { continue }
            let value = content.dropFirst()
            guard type >= UInt8(ascii: "a"), type <= UInt8(ascii: "z"), value.first == UInt8(ascii: "=") else {
                throw SDPError(
                    line: number, expected: "a letter, then =", found: String(decoding: content, as: UTF8.self))
            }
            lines.append(
                SDPLine(number: number, type: type, value: String(decoding: value.dropFirst(), as: UTF8.self)))
        }
        return lines
    }

    /// More than any terminal sends; SIP over UDP ends at 64 KiB anyway.
    private static let maximumSize = 65_536
}

extension String {
    /// The parts between spaces and tabs, without empty ones.
    var words: [Substring] {
        split { $0 == " " || $0 == "\t" }
    }

    /// Without line ends, so that a value can never become a line of its own.
    var singleLine: String {
        utf8.contains { $0 == 10 || $0 == 13 }
            ? String(decoding: utf8.filter { $0 != 10 && $0 != 13 }, as: UTF8.self) : self
    }
}

extension StringProtocol {
    /// What stands before and after the first `separator`; nil without one.
    func cut(at separator: Character) -> (before: SubSequence, after: SubSequence)? {
        guard let index = firstIndex(of: separator) else { return nil }
        return (self[..<index], self[self.index(after: index)...])
    }

    /// Digits only: no sign, no spaces, no other script's digits.
    func decimal<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) -> Number? {
        guard !isEmpty, utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return Number(self)
    }
}
