/// Cuts a TCP stream into messages by Content-Length (RFC 3261 §18.3) and finds keep-alives (RFC 5626 §3.5.1).
package struct StreamFramer: Sendable {
    package enum Frame: Equatable, Sendable {
        /// One whole message for `MessageParser`.
        case message([UInt8])
        /// Two line breaks between messages: the peer asks for one line break back.
        case ping
    }

    private let limits: MessageLimits
    private var buffer: [UInt8] = []
    /// Bytes at the front that were handed out.
    private var consumed = 0
    /// Where to go on looking for the end of the head, so that slow streams cost no repeated search.
    private var searched = 0
    /// The end of the message under way, once its head has come.
    private var expectedEnd: Int?

    package init(limits: MessageLimits = MessageLimits()) { self.limits = limits }

    /// True while part of a message is waiting for the rest of it.
    package var isInsideMessage: Bool { buffer.dropFirst(consumed).contains { $0 != 0x0D && $0 != 0x0A } }

    /// Takes what was read from the stream; call `next` until it gives nil.
    package mutating func append(_ bytes: some Sequence<UInt8>) {
        if consumed > 0 {
            buffer.removeFirst(min(consumed, buffer.count))
            searched = max(searched - consumed, 0)
            expectedEnd = expectedEnd.map { $0 - consumed }
            consumed = 0
        }
        buffer += bytes
    }

    /// The next whole frame, or nil until more bytes come. After an error the stream cannot be read on: close it.
    package mutating func next() throws(SIPSyntaxError) -> Frame? {
        if expectedEnd == nil {
            if let ping = takeEmptyLines() { return ping }
            guard let end = endOfHead() else {
                guard buffer.count - consumed <= limits.headerBytes else {
                    throw SIPSyntaxError("message", "has more header bytes than we take")
                }
                return nil
            }
            guard end - consumed <= limits.headerBytes else {
                throw SIPSyntaxError("message", "has more header bytes than we take")
            }
            let length = try contentLength(upTo: end)
            guard length <= limits.bodyBytes else { throw SIPSyntaxError("message", "has a body that is too long") }
            expectedEnd = end + length
        }
        guard let end = expectedEnd, buffer.count >= end else { return nil }
        let message = Array(buffer[consumed..<end])
        consumed = end
        searched = end
        expectedEnd = nil
        return .message(message)
    }

    private mutating func takeEmptyLines() -> Frame? {
        while consumed < buffer.count {
            let left = buffer[consumed...]
            if left.starts(with: [0x0D, 0x0A, 0x0D, 0x0A]) {
                consumed += 4
                return .ping
            }
            if left.starts(with: [0x0D, 0x0A]) {
                // It may be the first half of a ping, or a pong: swallow it only once something else follows.
                guard left.count > 3 || (left.count == 3 && left.last != 0x0D) else { return nil }
                consumed += 2
            } else if left.first == 0x0A {
                consumed += 1
            } else {
                break
            }
        }
        searched = max(searched, consumed)
        return nil
    }

    /// The index behind the empty line; nil if it has not come yet.
    private mutating func endOfHead() -> Int? {
        var index = max(searched, consumed)
        while index < buffer.count {
            if buffer[index] == 0x0A {
                if index + 1 < buffer.count, buffer[index + 1] == 0x0A { return index + 2 }
                if index + 2 < buffer.count, buffer[index + 1] == 0x0D, buffer[index + 2] == 0x0A { return index + 3 }
                if index + 2 >= buffer.count { break }
            }
            index += 1
        }
        searched = index
        return nil
    }

    private func contentLength(upTo end: Int) throws(SIPSyntaxError) -> Int {
        var lines = LineReader(Array(buffer[consumed..<end]), limit: limits.headerBytes)
        _ = lines.nextStartLine()
        var headers = Headers()
        while let line = lines.nextField() {
            var cursor = ByteCursor(line)
            guard let name = cursor.takeToken(), cursor.skipSeparator(UInt8(ascii: ":")) else { continue }
            let header = HeaderName(name)
            if header == .contentLength { headers.append(header, cursor.takeRest().trimmed) }
        }
        // Without it the end of the message cannot be found; we take it as no body (RFC 3261 §20.14 demands it here).
        return try headers.contentLength() ?? 0
    }
}
