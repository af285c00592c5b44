/// The payload of one packet to send: up to 64 bytes of its own, then a slice of the access unit, not copied.
///
/// A sender puts RTP header and `prefix` into one buffer and points a second iovec at `body`. `body` points into the
/// access unit given to the packetizer and is valid as long as that one is.
package struct PacketSlice {
    /// The longest prefix, in bytes.
    package static let prefixCapacity = 64

    /// Bytes of `prefix` that count.
    package private(set) var prefixLength = 0
    /// The bytes that follow the prefix; empty after a full aggregation.
    package var body = UnsafeRawBufferPointer(start: nil, count: 0)
    /// True on the last packet of the access unit (RFC 6184 §5.1, marker bit).
    package var marker = false

    private var prefix = InlineArray<64, UInt8>(repeating: 0)

    package init() {}

    /// Bytes of the whole payload.
    package var count: Int { prefixLength + body.count }

    // MARK: - Real-time

    /// Copies the prefix to the start of `destination`; returns its length, or nil when it does not fit.
    package func writePrefix(into destination: UnsafeMutableRawBufferPointer) -> Int? {
        guard prefixLength <= destination.count else { return nil }
        for index in 0..<prefixLength { destination[index] = prefix[index] }
        return prefixLength
    }

    /// Copies prefix and body to the start of `destination`; returns the length, or nil when they do not fit.
    package func write(into destination: UnsafeMutableRawBufferPointer) -> Int? {
        guard count <= destination.count, let length = writePrefix(into: destination) else { return nil }
        UnsafeMutableRawBufferPointer(rebasing: destination[length...]).copyMemory(from: body)
        return count
    }

    /// Room left in the prefix.
    var prefixRoom: Int { PacketSlice.prefixCapacity - prefixLength }

    mutating func appendPrefix(_ byte: UInt8) {
        guard prefixRoom > 0 else { return }
        prefix[prefixLength] = byte
        prefixLength += 1
    }

    mutating func appendPrefix(_ bytes: UnsafeRawBufferPointer) {
        for byte in bytes { appendPrefix(byte) }
    }

    /// Two bytes in network order; `length` is at most 65000.
    mutating func appendPrefix(length: Int) {
        appendPrefix(UInt8(truncatingIfNeeded: length >> 8))
        appendPrefix(UInt8(truncatingIfNeeded: length))
    }

    /// Replaces the first byte of the prefix.
    mutating func setFirstPrefixByte(_ byte: UInt8) {
        guard prefixLength > 0 else { return }
        prefix[0] = byte
    }
}
