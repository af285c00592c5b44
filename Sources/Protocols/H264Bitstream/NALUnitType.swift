/// The kind of a NAL unit, 0...31 (ITU-T H.264 Table 7-1; 24...31 as RFC 6184 Table 1 uses them).
package struct NALUnitType: RawRepresentable, Hashable, Sendable {
    /// 0...31.
    package let rawValue: UInt8

    /// Nil above 31.
    package init?(rawValue: UInt8) {
        guard rawValue < 32 else { return nil }
        self.rawValue = rawValue
    }

    /// The low five bits of a NAL unit header.
    package init(headerByte: UInt8) {
        rawValue = headerByte & 0x1F
    }

    private init(constant: UInt8) {
        rawValue = constant
    }

    /// A slice of a picture that is no IDR picture.
    package static let nonIDRSlice = NALUnitType(constant: 1)
    package static let dataPartitionA = NALUnitType(constant: 2)
    package static let dataPartitionB = NALUnitType(constant: 3)
    package static let dataPartitionC = NALUnitType(constant: 4)
    /// A slice of an IDR picture: the only sure sign of a key frame.
    package static let idrSlice = NALUnitType(constant: 5)
    /// Supplemental enhancement information.
    package static let supplementalEnhancement = NALUnitType(constant: 6)
    /// SPS.
    package static let sequenceParameterSet = NALUnitType(constant: 7)
    /// PPS.
    package static let pictureParameterSet = NALUnitType(constant: 8)
    package static let accessUnitDelimiter = NALUnitType(constant: 9)
    package static let endOfSequence = NALUnitType(constant: 10)
    package static let endOfStream = NALUnitType(constant: 11)
    package static let fillerData = NALUnitType(constant: 12)

    /// Aggregation packet, one time (RFC 6184 §5.7.1).
    package static let stapA = NALUnitType(constant: 24)
    /// Aggregation packet with decoding order numbers; interleaved mode only.
    package static let stapB = NALUnitType(constant: 25)
    /// Aggregation packet, several times, 16-bit offsets; interleaved mode only.
    package static let mtap16 = NALUnitType(constant: 26)
    /// Aggregation packet, several times, 24-bit offsets; interleaved mode only.
    package static let mtap24 = NALUnitType(constant: 27)
    /// Fragmentation unit (RFC 6184 §5.8).
    package static let fuA = NALUnitType(constant: 28)
    /// Fragmentation unit with a decoding order number; interleaved mode only.
    package static let fuB = NALUnitType(constant: 29)

    /// True for 1...5: the NAL unit carries (a part of) a coded slice.
    package var isVideoCodingLayer: Bool { rawValue >= 1 && rawValue <= 5 }

    /// True for 1...23, the numbers that a bitstream may hold.
    package var isNALUnit: Bool { rawValue >= 1 && rawValue <= 23 }
}
