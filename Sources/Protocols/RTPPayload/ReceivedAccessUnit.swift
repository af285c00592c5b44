package import RTP

/// One access unit put together from packets; its bytes lie at the start of the buffer given to the depacketizer.
package struct ReceivedAccessUnit: Equatable, Sendable {
    /// The timestamp of its packets.
    package var timestamp: RTPTimestamp
    /// Bytes in byte stream format (annex B), from the start of the buffer.
    package var byteCount = 0
    /// True when it has a slice of an IDR picture.
    package var isKeyFrame = false
    /// True when it has a sequence parameter set.
    package var hasSequenceParameterSet = false
    /// True when it has a picture parameter set.
    package var hasPictureParameterSet = false
    /// True when a part of it is known to be missing or cut short.
    package var isDamaged = false
    /// Packets that got lost before its first packet: pictures that this one refers to may be missing.
    package var packetsLostBefore = 0
    /// Packets that it came in.
    package var packetCount = 0
    /// NAL units that carry slices.
    package var sliceCount = 0

    package init(timestamp: RTPTimestamp) {
        self.timestamp = timestamp
    }

    /// The bytes in the buffer.
    package var range: Range<Int> { 0..<byteCount }
}
