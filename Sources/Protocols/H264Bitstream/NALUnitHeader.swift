/// The first byte of a NAL unit (ITU-T H.264 §7.3.1).
package struct NALUnitHeader: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// `referenceIDC` is taken modulo 4.
    package init(type: NALUnitType, referenceIDC: UInt8, isForbiddenBitSet: Bool = false) {
        rawValue = (isForbiddenBitSet ? 0x80 : 0) | (referenceIDC & 3) << 5 | type.rawValue
    }

    package var type: NALUnitType { NALUnitType(headerByte: rawValue) }

    /// nal_ref_idc, 0...3; 0 means that no other picture refers to this one.
    package var referenceIDC: UInt8 { rawValue >> 5 & 3 }

    /// forbidden_zero_bit: set by a network element that knows of a bit error.
    package var isForbiddenBitSet: Bool { rawValue & 0x80 != 0 }
}
