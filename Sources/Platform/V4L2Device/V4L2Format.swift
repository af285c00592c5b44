import CV4L2
package import LinuxSystem

/// A picture's or bit stream's format on one direction of a node, of the single- or the multi-planar API.
package struct V4L2Format: Sendable, Equatable {
    package var fourCC: FourCC
    package var width: Int
    package var height: Int
    /// One for each memory plane; NV12 in one piece of memory has one. Empty asks the driver to choose.
    package var planes: [V4L2PlaneLayout]
    package var colorimetry: V4L2Colorimetry

    package init(
        _ fourCC: FourCC, width: Int, height: Int, planes: [V4L2PlaneLayout] = [],
        colorimetry: V4L2Colorimetry = .init()
    ) {
        self.fourCC = fourCC
        self.width = width
        self.height = height
        self.planes = planes
        self.colorimetry = colorimetry
    }

    init(_ raw: cv4l2_format) {
        let lines = raw.bytes_per_line
        let sizes = raw.size_image
        let all = [(lines.0, sizes.0), (lines.1, sizes.1), (lines.2, sizes.2)]
        self.init(
            FourCC(rawValue: raw.fourcc), width: Int(raw.width), height: Int(raw.height),
            planes: all.prefix(Int(raw.plane_count)).map { V4L2PlaneLayout(stride: Int($0.0), byteCount: Int($0.1)) },
            colorimetry: V4L2Colorimetry(
                colorSpace: raw.colorspace, transferFunction: raw.transfer_function, encoding: raw.ycbcr_encoding,
                quantization: raw.quantization))
    }

    var raw: cv4l2_format {
        var raw = cv4l2_format()
        raw.fourcc = fourCC.rawValue
        raw.width = UInt32(clamping: width)
        raw.height = UInt32(clamping: height)
        raw.field = V4L2_FIELD_NONE.rawValue
        let planes = planes.prefix(cv4l2_plane_limit)
        raw.plane_count = UInt32(planes.count)
        withUnsafeMutableBytes(of: &raw.bytes_per_line) { bytes in
            let lines = bytes.bindMemory(to: UInt32.self)
            for (index, plane) in planes.enumerated() { lines[index] = UInt32(clamping: plane.stride) }
        }
        withUnsafeMutableBytes(of: &raw.size_image) { bytes in
            let sizes = bytes.bindMemory(to: UInt32.self)
            for (index, plane) in planes.enumerated() { sizes[index] = UInt32(clamping: plane.byteCount) }
        }
        raw.colorspace = colorimetry.colorSpace
        raw.transfer_function = colorimetry.transferFunction
        raw.ycbcr_encoding = colorimetry.encoding
        raw.quantization = colorimetry.quantization
        return raw
    }
}

/// How one memory plane of a picture is laid out.
package struct V4L2PlaneLayout: Sendable, Hashable {
    /// Bytes from one row to the next (bytesperline); 0 for a bit stream.
    package var stride: Int
    /// Bytes that a buffer must have (sizeimage).
    package var byteCount: Int

    package init(stride: Int, byteCount: Int) {
        self.stride = stride
        self.byteCount = byteCount
    }
}

extension V4L2Node {
    /// The format of one direction now (VIDIOC_G_FMT).
    package func format(_ direction: V4L2Direction) throws(SystemError) -> V4L2Format {
        var raw = v4l2_format()
        raw.type = bufferType(direction)
        try borrowed.ioctl(cv4l2_g_fmt, named: "VIDIOC_G_FMT", &raw)
        return Self.unpack(&raw)
    }

    /// Sets the format of one direction (VIDIOC_S_FMT).
    ///
    /// - Returns: what the driver made of it, which may differ in everything.
    package func setFormat(_ format: V4L2Format, _ direction: V4L2Direction) throws(SystemError) -> V4L2Format {
        var raw = v4l2_format()
        var flat = format.raw
        cv4l2_format_pack(bufferType(direction), &flat, &raw)
        try borrowed.ioctl(cv4l2_s_fmt, named: "VIDIOC_S_FMT", &raw)
        return Self.unpack(&raw)
    }

    private static func unpack(_ raw: inout v4l2_format) -> V4L2Format {
        var flat = cv4l2_format()
        cv4l2_format_unpack(&raw, &flat)
        return V4L2Format(flat)
    }

    /// Sets frames a second as `numerator / denominator` (VIDIOC_S_PARM).
    ///
    /// - Returns: what the driver made of it.
    package func setFrameRate(
        numerator: Int, denominator: Int, _ direction: V4L2Direction
    ) throws(SystemError) -> (numerator: Int, denominator: Int) {
        var raw = v4l2_streamparm()
        cv4l2_interval_pack(bufferType(direction), UInt32(clamping: denominator), UInt32(clamping: numerator), &raw)
        try borrowed.ioctl(cv4l2_s_parm, named: "VIDIOC_S_PARM", &raw)
        let interval = cv4l2_interval_unpack(&raw)
        return (Int(interval.denominator), Int(interval.numerator))
    }

    /// Frames a second as the driver has them (VIDIOC_G_PARM); nil when it does not know.
    package func frameRate(_ direction: V4L2Direction) -> (numerator: Int, denominator: Int)? {
        var raw = v4l2_streamparm()
        raw.type = bufferType(direction)
        guard borrowed.ioctlStatus(cv4l2_g_parm, &raw) == 0 else { return nil }
        let interval = cv4l2_interval_unpack(&raw)
        return interval.numerator > 0 && interval.denominator > 0
            ? (Int(interval.denominator), Int(interval.numerator)) : nil
    }
}
