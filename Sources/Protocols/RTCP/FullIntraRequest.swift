package import RTP

/// Commands to send key frames (RFC 5104 §4.3.1); valid as long as the datagram.
package struct FullIntraRequest: Sequence, IteratorProtocol {
    /// One command.
    package struct Entry: Equatable, Sendable {
        /// The stream that must send a key frame.
        package var mediaSource: SSRC
        /// The same number again means the same command repeated, to be obeyed once.
        package var commandNumber: UInt8

        package init(mediaSource: SSRC, commandNumber: UInt8) {
            self.mediaSource = mediaSource
            self.commandNumber = commandNumber
        }
    }

    /// Who asks.
    package let sender: SSRC
    private let entries: UnsafeRawBufferPointer
    private var index = 0

    /// The number of commands.
    package var count: Int { entries.count / 8 }

    /// Nil without an entry or with a part of one.
    init?(parsing body: UnsafeRawBufferPointer) {
        guard let sender = body.uint32(at: 0), body.count >= 16, body.count % 8 == 0,
            let entries = body.bytes(in: 8..<body.count)
        else { return nil }
        self.sender = SSRC(sender)
        self.entries = entries
    }

    /// The next command.
    package mutating func next() -> Entry? {
        guard let source = entries.uint32(at: index * 8), let number = entries.uint8(at: index * 8 + 4) else {
            return nil
        }
        index += 1
        return Entry(mediaSource: SSRC(source), commandNumber: number)
    }

    /// The first command for one stream; nil when the request is about others only.
    package func entry(for source: SSRC) -> Entry? {
        first { $0.mediaSource == source }
    }
}
