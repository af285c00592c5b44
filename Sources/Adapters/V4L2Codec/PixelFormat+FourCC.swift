import MediaTypes
import V4L2Device

extension PixelFormat {
    /// The layouts in which codecs take or give this format, the one that others import most easily first.
    var fourCCs: [FourCC] {
        switch self {
        case .nv12: [.nv12, .nv12Multi]
        case .i420: [.yuv420, .yuv420Multi]
        case .yuyv: [.yuyv]
        case .mjpeg, .h264, .xrgb8888, .argb8888: []
        }
    }

    /// The format that a codec's layout is; nil for one that the room does not use.
    init?(_ fourCC: FourCC) {
        guard let format = Self.allCases.first(where: { $0.fourCCs.contains(fourCC) }) else { return nil }
        self = format
    }
}
