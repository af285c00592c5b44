package import RTP

/// Sources that leave (RFC 3550 §6.6); valid as long as the datagram.
package struct Goodbye: Sequence, IteratorProtocol {
    private let body: UnsafeRawBufferPointer
    private var index = 0
    /// The number of sources, 0...31.
    package let count: Int
    /// Why, as it came; empty when not said.
    package let reason: UnsafeRawBufferPointer

    /// Nil when the sources or the reason lead out of the body.
    init?(parsing body: UnsafeRawBufferPointer, count: Int) {
        guard body.count >= count * 4 else { return nil }
        self.body = body
        self.count = count
        guard let length = body.uint8(at: count * 4) else {
            reason = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let text = body.bytes(in: count * 4 + 1..<count * 4 + 1 + Int(length)) else { return nil }
        reason = text
    }

    /// The next source.
    package mutating func next() -> SSRC? {
        guard index < count else { return nil }
        defer { index += 1 }
        return body.uint32(at: index * 4).map { SSRC($0) }
    }
}
