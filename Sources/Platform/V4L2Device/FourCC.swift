import CV4L2

/// A four-character code, by which V4L2 names a memory layout or a bit stream (V4L2_PIX_FMT_…).
package struct FourCC: Sendable, Hashable, CustomStringConvertible {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let nv12 = FourCC(rawValue: cv4l2_fourcc_nv12)
    /// NV12 with each plane in memory of its own.
    package static let nv12Multi = FourCC(rawValue: cv4l2_fourcc_nv12m)
    package static let yuv420 = FourCC(rawValue: cv4l2_fourcc_yuv420)
    /// YUV 4:2:0 with each plane in memory of its own.
    package static let yuv420Multi = FourCC(rawValue: cv4l2_fourcc_yuv420m)
    package static let yuyv = FourCC(rawValue: cv4l2_fourcc_yuyv)
    package static let mjpeg = FourCC(rawValue: cv4l2_fourcc_mjpeg)
    package static let jpeg = FourCC(rawValue: cv4l2_fourcc_jpeg)
    package static let h264 = FourCC(rawValue: cv4l2_fourcc_h264)
    /// vicodec's own bit stream (fast Walsh-Hadamard transform).
    package static let fwht = FourCC(rawValue: cv4l2_fourcc_fwht)

    /// The four characters; what cannot be printed stands as a dot.
    package var description: String {
        let bytes = (0..<4).map { UInt8(truncatingIfNeeded: rawValue >> UInt32(8 * $0)) & 0x7F }
        return String(decoding: bytes.map { $0 >= 0x20 && $0 < 0x7F ? $0 : UInt8(ascii: ".") }, as: UTF8.self)
    }
}
