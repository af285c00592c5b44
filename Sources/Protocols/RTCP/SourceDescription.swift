package import RTP

/// The names of sources (RFC 3550 §6.5); valid as long as the datagram.
package struct SourceDescription: Sequence, IteratorProtocol {
    /// One item of one source.
    package struct Item {
        package let source: SSRC
        /// 1 is CNAME; the others are in RFC 3550 §12.2.
        package let type: UInt8
        /// The text as it came; UTF-8 when the sender keeps to the RFC.
        package let text: UnsafeRawBufferPointer
    }

    /// The type of a CNAME item.
    package static let canonicalName: UInt8 = 1

    private let body: UnsafeRawBufferPointer
    private var offset = 0
    private var chunksLeft: Int
    private var source: SSRC?

    /// Nil when a chunk or an item leads out of the body.
    init?(parsing body: UnsafeRawBufferPointer, count: Int) {
        self.body = body
        chunksLeft = count
        var walk = self
        while walk.next() != nil {}
        guard walk.chunksLeft == 0, walk.source == nil else { return nil }
    }

    /// The next item of any source.
    package mutating func next() -> Item? {
        while true {
            guard let current = source else {
                guard chunksLeft > 0, let word = body.uint32(at: offset) else { return nil }
                chunksLeft -= 1
                source = SSRC(word)
                offset += 4
                continue
            }
            guard let type = body.uint8(at: offset) else { return nil }
            if type == 0 {
                // The list ends with at least one zero, and the next chunk begins on a word.
                offset = (offset / 4 + 1) * 4
                source = nil
                continue
            }
            guard let length = body.uint8(at: offset + 1),
                let text = body.bytes(in: offset + 2..<offset + 2 + Int(length))
            else { return nil }
            offset += 2 + Int(length)
            return Item(source: current, type: type, text: text)
        }
    }

    /// The canonical name of a source, with what is not UTF-8 replaced; allocates the string.
    package func canonicalName(of source: SSRC) -> String? {
        first { $0.source == source && $0.type == SourceDescription.canonicalName }
            .map { String(decoding: $0.text, as: UTF8.self) }
    }
}
