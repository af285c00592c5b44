package import RTP

/// Packets that a receiver misses (RFC 4585 §6.2.1); valid as long as the datagram.
package struct TransportLayerNack: Sequence, IteratorProtocol {
    /// Who misses them.
    package let sender: SSRC
    /// The stream that they belong to.
    package let mediaSource: SSRC

    private let entries: UnsafeRawBufferPointer
    private var offset = 0
    /// Followers of `base` still to give out, the nearest in the lowest bit.
    private var followers: UInt16 = 0
    private var base = SequenceNumber(0)

    /// Nil without an entry or with a part of one.
    init?(parsing body: UnsafeRawBufferPointer) {
        guard let sender = body.uint32(at: 0), let source = body.uint32(at: 4), body.count >= 12,
            body.count % 4 == 0, let entries = body.bytes(in: 8..<body.count)
        else { return nil }
        self.sender = SSRC(sender)
        mediaSource = SSRC(source)
        self.entries = entries
    }

    /// The next missing packet.
    package mutating func next() -> SequenceNumber? {
        if followers != 0 {
            let step = followers.trailingZeroBitCount
            followers &= followers - 1
            return base.advanced(by: step + 1)
        }
        guard let number = entries.uint16(at: offset), let mask = entries.uint16(at: offset + 2) else { return nil }
        offset += 4
        base = SequenceNumber(number)
        followers = mask
        return base
    }
}
