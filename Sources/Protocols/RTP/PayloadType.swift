/// The 7-bit payload type of an RTP packet (RFC 3551 §6).
package struct PayloadType: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    /// 0...127.
    package let rawValue: UInt8

    /// Nil above 127.
    package init?(rawValue: UInt8) {
        guard rawValue < 128 else { return nil }
        self.rawValue = rawValue
    }

    /// The low seven bits of the second byte of an RTP header.
    package init(headerByte: UInt8) {
        rawValue = headerByte & 0x7F
    }

    private init(constant: UInt8) {
        rawValue = constant
    }

    /// G.711 µ-law, 8 kHz (RFC 3551 §6).
    package static let pcmu = PayloadType(constant: 0)
    /// G.711 A-law, 8 kHz (RFC 3551 §6).
    package static let pcma = PayloadType(constant: 8)
    /// Comfort noise, 8 kHz (RFC 3389 §4).
    package static let comfortNoise = PayloadType(constant: 13)

    /// True for 96...127, the numbers that SDP gives a meaning.
    package var isDynamic: Bool { rawValue >= 96 }
}
