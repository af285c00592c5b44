import CV4L2

/// The colours' meaning, in V4L2's numbers.
package struct V4L2Colorimetry: Sendable, Hashable {
    package var colorSpace: UInt32
    package var transferFunction: UInt32
    package var encoding: UInt32
    package var quantization: UInt32

    /// Which luma and chroma stand for a colour.
    package enum Matrix: Sendable, Hashable {
        case bt601
        case bt709
        /// BT.2020 and what is not known.
        case other
    }

    package init(colorSpace: UInt32 = 0, transferFunction: UInt32 = 0, encoding: UInt32 = 0, quantization: UInt32 = 0) {
        self.colorSpace = colorSpace
        self.transferFunction = transferFunction
        self.encoding = encoding
        self.quantization = quantization
    }

    /// Colours by their matrix: BT.709's, or those of standard definition television.
    package init(matrix: Matrix, isFullRange: Bool) {
        self.init(
            colorSpace: (matrix == .bt601 ? V4L2_COLORSPACE_SMPTE170M : V4L2_COLORSPACE_REC709).rawValue,
            encoding: (matrix == .bt601 ? V4L2_YCBCR_ENC_601 : V4L2_YCBCR_ENC_709).rawValue,
            quantization: (isFullRange ? V4L2_QUANTIZATION_FULL_RANGE : V4L2_QUANTIZATION_LIM_RANGE).rawValue)
    }

    /// Luma from 0 to 255 rather than from 16 to 235.
    package var isFullRange: Bool { cv4l2_is_full_range(colorSpace, quantization) }

    /// The matrix, with the defaults that videodev2.h gives to each colour space; `.other` where the driver says neither.
    package var matrix: Matrix {
        if colorSpace == V4L2_COLORSPACE_DEFAULT.rawValue, encoding == V4L2_YCBCR_ENC_DEFAULT.rawValue { return .other }
        return switch cv4l2_encoding(colorSpace, encoding) {
        case V4L2_YCBCR_ENC_601.rawValue: .bt601
        case V4L2_YCBCR_ENC_709.rawValue: .bt709
        default: .other
        }
    }
}
