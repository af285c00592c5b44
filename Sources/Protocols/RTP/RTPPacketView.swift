/// Where the parts of one received RTP packet lie (RFC 3550 §5.1 and §5.3.1).
///
/// It holds offsets only, so that it can travel with a pool index; the bytes stay where they were received.
package struct RTPPacketView: Equatable, Sendable {
    /// The fixed header.
    package let header: RTPHeader
    /// The contributing sources that follow the fixed header, 0...15.
    package let contributingSourceCount: Int
    /// The 16 bits "defined by profile" of the extension, if there is one: 0xBEDE or 0x100x for RFC 8285.
    package let extensionProfile: UInt16?
    /// The bytes of the extension after its four-byte head; empty when there is none.
    package let extensionRange: Range<Int>
    /// The bytes of the payload, without padding.
    package let payloadRange: Range<Int>

    /// Bytes before the payload, as SRTP counts its header.
    package var headerLength: Int { payloadRange.lowerBound }

    // MARK: - Real-time

    /// Nil when the packet is not RTP version 2 or a length inside it leads out of it.
    package init?(parsing packet: UnsafeRawBufferPointer) {
        guard packet.count >= RTPHeader.size,
            let first = packet.uint8(at: 0), first >> 6 == 2,
            let second = packet.uint8(at: 1),
            let sequenceNumber = packet.uint16(at: 2),
            let timestamp = packet.uint32(at: 4),
            let ssrc = packet.uint32(at: 8)
        else { return nil }
        header = RTPHeader(
            marker: second & 0x80 != 0, payloadType: PayloadType(headerByte: second),
            sequenceNumber: SequenceNumber(sequenceNumber), timestamp: RTPTimestamp(timestamp), ssrc: SSRC(ssrc))

        contributingSourceCount = Int(first & 0x0F)
        var offset = RTPHeader.size + contributingSourceCount * 4
        if first & 0x10 != 0 {
            guard let profile = packet.uint16(at: offset), let words = packet.uint16(at: offset + 2) else { return nil }
            extensionProfile = profile
            extensionRange = offset + 4..<offset + 4 + Int(words) * 4
            offset = extensionRange.upperBound
        } else {
            extensionProfile = nil
            extensionRange = offset..<offset
        }

        var end = packet.count
        if first & 0x20 != 0 {
            guard let padding = packet.uint8(at: packet.count - 1), padding > 0 else { return nil }
            end -= Int(padding)
        }
        guard offset <= end else { return nil }
        payloadRange = offset..<end
    }

    /// The payload inside the packet that was parsed; empty when another, shorter packet is given.
    package func payload(in packet: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        packet.bytes(in: payloadRange) ?? UnsafeRawBufferPointer(start: nil, count: 0)
    }

    /// The contributing source at `index` in the packet that was parsed; nil outside the list.
    package func contributingSource(at index: Int, in packet: UnsafeRawBufferPointer) -> SSRC? {
        guard index >= 0, index < contributingSourceCount else { return nil }
        return packet.uint32(at: RTPHeader.size + index * 4).map { SSRC($0) }
    }
}
