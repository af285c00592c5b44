/// The fixed header of an RTP packet, without contributing sources and extension (RFC 3550 §5.1).
package struct RTPHeader: Equatable, Sendable {
    /// Bytes that the header takes when it has neither contributing sources nor an extension.
    package static let size = 12

    /// The profile's mark; for video, the last packet of an access unit (RFC 6184 §5.1).
    package var marker: Bool
    package var payloadType: PayloadType
    package var sequenceNumber: SequenceNumber
    package var timestamp: RTPTimestamp
    package var ssrc: SSRC

    package init(
        marker: Bool, payloadType: PayloadType, sequenceNumber: SequenceNumber, timestamp: RTPTimestamp, ssrc: SSRC
    ) {
        self.marker = marker
        self.payloadType = payloadType
        self.sequenceNumber = sequenceNumber
        self.timestamp = timestamp
        self.ssrc = ssrc
    }

    // MARK: - Real-time

    /// Writes the 12 bytes of the header; returns them, or nil when the buffer is too small.
    package func write(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        guard buffer.count >= RTPHeader.size else { return nil }
        buffer[0] = 0x80
        buffer[1] = (marker ? 0x80 : 0) | payloadType.rawValue
        buffer.storeBytes(of: sequenceNumber.rawValue.bigEndian, toByteOffset: 2, as: UInt16.self)
        buffer.storeBytes(of: timestamp.rawValue.bigEndian, toByteOffset: 4, as: UInt32.self)
        buffer.storeBytes(of: ssrc.rawValue.bigEndian, toByteOffset: 8, as: UInt32.self)
        return RTPHeader.size
    }
}
