/// The memory layouts of pictures that move through the terminal.
package enum PixelFormat: String, Sendable, Hashable, CaseIterable {
    /// Y plane, then interleaved CbCr at half size both ways (V4L2 `NV12`, DRM `NV12`).
    case nv12 = "NV12"
    /// Three planes, Cb and Cr at half size both ways (V4L2 `YU12`, I420).
    case i420 = "I420"
    /// One plane of Y0 Cb Y1 Cr (V4L2 `YUYV`).
    case yuyv = "YUYV"
    /// One JPEG picture per frame (V4L2 `MJPG`).
    case mjpeg = "MJPEG"
    /// One H.264 access unit in Annex-B form per frame (V4L2 `H264`), from cameras that encode.
    case h264 = "H264"
    /// One plane of B, G, R, unused bytes in memory order (DRM `XRGB8888`).
    case xrgb8888 = "XRGB8888"
    /// One plane of B, G, R, A bytes in memory order, colour premultiplied with alpha (DRM `ARGB8888`, cairo).
    case argb8888 = "ARGB8888"

    /// Whether a frame is a bit stream rather than pixels.
    package var isCompressed: Bool { self == .mjpeg || self == .h264 }

    /// How many planes a frame has.
    package var planeCount: Int {
        switch self {
        case .nv12: 2
        case .i420: 3
        case .yuyv, .mjpeg, .h264, .xrgb8888, .argb8888: 1
        }
    }
}

/// Which YCbCr matrix a picture was made with (ITU-T H.264 Table E-5, `matrix_coefficients`).
package enum ColourMatrix: UInt8, Sendable, Hashable {
    /// Not said: BT.709 is meant from 720 lines on, BT.601 below.
    case unspecified
    case bt601
    case bt709

    /// The matrix to use for a picture of `height` lines.
    package func resolved(height: Int) -> ColourMatrix {
        self == .unspecified ? (height >= 720 ? .bt709 : .bt601) : self
    }
}

/// What the numbers of a picture stand for.
package struct PictureColours: Sendable, Hashable {
    package var matrix: ColourMatrix
    /// Full range (JPEG) rather than studio range (BT.601/709) luma.
    package var isFullRange: Bool

    package init(_ matrix: ColourMatrix = .unspecified, isFullRange: Bool = false) {
        self.matrix = matrix
        self.isFullRange = isFullRange
    }

    /// The same for a picture of `height` lines, with nothing left unsaid.
    package func resolved(height: Int) -> PictureColours {
        PictureColours(matrix.resolved(height: height), isFullRange: isFullRange)
    }
}

/// Size and layout of a picture; width and height in pixels, without padding.
package struct VideoFormat: Sendable, Hashable {
    package var pixelFormat: PixelFormat
    package var width: Int
    package var height: Int

    package init(_ pixelFormat: PixelFormat, width: Int, height: Int) {
        self.pixelFormat = pixelFormat
        self.width = width
        self.height = height
    }
}

/// Frames a second as a fraction, such as 30000/1001.
package struct FrameRate: Sendable, Hashable {
    package var numerator: Int
    package var denominator: Int

    package init(_ numerator: Int, _ denominator: Int = 1) {
        self.numerator = max(numerator, 1)
        self.denominator = max(denominator, 1)
    }

    package var perSecond: Double { Double(numerator) / Double(denominator) }

    /// From one frame to the next.
    package var interval: Duration {
        .nanoseconds(Int64((1e9 * Double(denominator) / Double(numerator)).rounded()))
    }
}

/// A rate of bits.
package struct BitsPerSecond: Sendable, Hashable, Comparable {
    package var value: Int
    package init(_ value: Int) { self.value = value }
    package static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}
