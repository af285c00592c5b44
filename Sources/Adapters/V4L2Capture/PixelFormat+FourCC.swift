import MediaTypes
import V4L2Device

extension PixelFormat {
    /// The layouts in which V4L2 devices deliver this format, the one that others import most easily first.
    var fourCCs: [FourCC] {
        switch self {
        case .nv12: [.nv12, .nv12Multi]
        case .i420: [.yuv420, .yuv420Multi]
        case .yuyv: [.yuyv]
        case .mjpeg: [.mjpeg, .jpeg]
        case .h264: [.h264]
        case .xrgb8888, .argb8888: []
        }
    }
}
