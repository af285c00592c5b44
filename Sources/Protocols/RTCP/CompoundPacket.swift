import RTP

/// A received RTCP datagram: its packets in order (RFC 3550 §6.1 and appendix A.2).
package struct CompoundPacket: Sequence, IteratorProtocol {
    private let datagram: UnsafeRawBufferPointer
    private var offset = 0

    /// True when it does not begin with a report, as RFC 5506 allows.
    package let isReducedSize: Bool

    /// Nil when the lengths do not add up to the datagram, a version is wrong, or padding stands before the end.
    package init?(parsing datagram: UnsafeRawBufferPointer) {
        guard let first = Head(parsing: datagram, at: 0) else { return nil }
        self.datagram = datagram
        isReducedSize = first.type != RTCPPacket.Kind.senderReport && first.type != RTCPPacket.Kind.receiverReport
        var end = 0
        while end < datagram.count {
            guard let head = Head(parsing: datagram, at: end) else { return nil }
            end += head.size
            guard !head.hasPadding || end == datagram.count else { return nil }
        }
    }

    /// The next packet.
    package mutating func next() -> RTCPPacket? {
        guard let head = Head(parsing: datagram, at: offset) else { return nil }
        var end = offset + head.size
        let start = offset + 4
        offset = end
        if head.hasPadding, let padding = datagram.uint8(at: end - 1) {
            guard padding > 0, Int(padding) <= end - start else { return .malformed(type: head.type) }
            end -= Int(padding)
        }
        guard let body = datagram.bytes(in: start..<end) else { return .malformed(type: head.type) }
        return RTCPPacket(type: head.type, format: head.format, body: body)
    }

    /// The four bytes before each packet's body.
    private struct Head {
        let hasPadding: Bool
        let format: UInt8
        let type: UInt8
        /// Bytes with the head.
        let size: Int

        init?(parsing datagram: UnsafeRawBufferPointer, at offset: Int) {
            guard let first = datagram.uint8(at: offset), first >> 6 == 2,
                let type = datagram.uint8(at: offset + 1), type >= 192, type <= 223,
                let words = datagram.uint16(at: offset + 2)
            else { return nil }
            size = (Int(words) + 1) * 4
            guard size <= datagram.count - offset else { return nil }
            hasPadding = first & 0x20 != 0
            format = first & 0x1F
            self.type = type
        }
    }
}
