/// Cuts the head of a message into lines, folding undone (RFC 3261 §7.3.1); CRLF and a bare LF both end a line.
struct LineReader {
    private let bytes: [UInt8]
    private let limit: Int
    private var position = 0
    private var isDone = false
    /// True if the head did not end within the limit.
    private(set) var isTooLong = false

    init(_ bytes: [UInt8], limit: Int) {
        self.bytes = bytes
        self.limit = limit
    }

    /// What follows the empty line that ends the head.
    var rest: ArraySlice<UInt8> { bytes[min(position, bytes.count)...] }

    /// The first line that is not empty.
    mutating func nextStartLine() -> String? {
        while let byte = byte(at: position), byte == 0x0D || byte == 0x0A { position += 1 }
        guard let line = nextLine(), !line.isEmpty else { return nil }
        return text(line)
    }

    /// The next header field with its folded lines joined by a space; nil at the end of the head.
    mutating func nextField() -> String? {
        guard !isDone, let line = nextLine(), !line.isEmpty else {
            isDone = true
            return nil
        }
        guard let first = byte(at: position), first == 0x20 || first == 0x09 else { return text(line) }
        var joined = Array(line)
        while let next = byte(at: position), next == 0x20 || next == 0x09, let more = nextLine() {
            joined.append(0x20)
            joined += more.drop { $0.isLinearWhitespace }
        }
        return text(joined[...])
    }

    private func byte(at index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func nextLine() -> ArraySlice<UInt8>? {
        guard position < bytes.count else { return nil }
        let start = position
        var end = start
        let stop = min(bytes.count, limit)
        while end < stop, bytes[end] != 0x0A { end += 1 }
        guard end < limit || end == bytes.count else {
            isTooLong = true
            isDone = true
            return nil
        }
        position = min(end + 1, bytes.count)
        if end > start, bytes[end - 1] == 0x0D { end -= 1 }
        return bytes[start..<end]
    }

    /// UTF-8 as RFC 3261 asks for; what is not gets read as Latin-1, which older devices send in display names.
    private func text(_ line: ArraySlice<UInt8>) -> String {
        if let valid = String(validating: line, as: UTF8.self) { return valid }
        return String(String.UnicodeScalarView(line.map { Unicode.Scalar($0) }))
    }
}
