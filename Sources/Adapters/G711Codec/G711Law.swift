/// The two companding laws of ITU-T G.711, with their names and payload types in RTP (RFC 3551 §4.5.14 and Table 4).
package enum G711Law: Sendable, CaseIterable {
    /// PCMU, North America and Japan.
    case mu
    /// PCMA, the rest of the world.
    case a

    /// The encoding name in SDP.
    package var name: String {
        switch self {
        case .mu: "PCMU"
        case .a: "PCMA"
        }
    }

    /// The static payload type.
    package var payloadType: UInt8 {
        switch self {
        case .mu: 0
        case .a: 8
        }
    }

    // MARK: - Real-time

    @inline(__always)
    func encode(_ sample: Int16) -> UInt8 {
        switch self {
        case .mu: Self.encodeMu(sample)
        case .a: Self.encodeA(sample)
        }
    }

    func decode(_ code: UInt8) -> Int16 {
        switch self {
        case .mu: Self.decodeMu(code)
        case .a: Self.decodeA(code)
        }
    }

    /// A sign, three bits of segment and four of position in it, all inverted; the segments begin 33 below (× 4 here).
    private static func encodeMu(_ sample: Int16) -> UInt8 {
        let sign: UInt8 = sample < 0 ? 0x80 : 0
        let magnitude = min(abs(Int32(sample)), 32635) + 132
        // The leading one is bit 7 to 14.
        let segment = Int32(24 - magnitude.leadingZeroBitCount)
        let position = magnitude >> (segment + 3) & 0x0F
        return ~(sign | UInt8(truncatingIfNeeded: segment << 4 | position))
    }

    private static func decodeMu(_ code: UInt8) -> Int16 {
        let code = ~code
        let segment = Int32(code >> 4 & 7)
        let magnitude = ((Int32(code & 0x0F) << 3 + 132) << segment) - 132
        return Int16(truncatingIfNeeded: code & 0x80 != 0 ? -magnitude : magnitude)
    }

    /// A sign (1: positive), three bits of segment and four of position, every other bit inverted; the lowest two
    /// segments are equally steep.
    private static func encodeA(_ sample: Int16) -> UInt8 {
        // Thirteen bits; negative numbers count from −1, so that there is no code for a negative zero.
        let value = Int32(sample) >> 3
        let sign: UInt8 = value >= 0 ? 0x80 : 0
        let magnitude = value >= 0 ? value : -value - 1
        let segment = max(Int32(27 - magnitude.leadingZeroBitCount), 0)
        let position = magnitude >> max(segment, 1) & 0x0F
        return (sign | UInt8(truncatingIfNeeded: segment << 4 | position)) ^ 0x55
    }

    private static func decodeA(_ code: UInt8) -> Int16 {
        let code = code ^ 0x55
        let segment = Int32(code >> 4 & 7)
        let position = Int32(code & 0x0F) << 4
        let magnitude = segment == 0 ? position + 8 : (position + 264) << (segment - 1)
        return Int16(truncatingIfNeeded: code & 0x80 != 0 ? magnitude : -magnitude)
    }
}
