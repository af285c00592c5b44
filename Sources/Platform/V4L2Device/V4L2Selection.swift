import CV4L2
package import LinuxSystem

/// A rectangle within a picture, in pixels.
package struct V4L2Rectangle: Sendable, Hashable {
    package var left: Int
    package var top: Int
    package var width: Int
    package var height: Int

    package init(left: Int = 0, top: Int = 0, width: Int, height: Int) {
        self.left = left
        self.top = top
        self.width = width
        self.height = height
    }
}

extension V4L2Node {
    /// The part of the raw pictures that is encoded (V4L2_SEL_TGT_CROP on OUTPUT; VIDIOC_S_SELECTION).
    ///
    /// - Returns: what the driver made of it.
    package func setVisibleRectangle(_ rectangle: V4L2Rectangle) throws(SystemError) -> V4L2Rectangle {
        var raw = v4l2_selection()
        // Selections name the single-planar types in both APIs.
        raw.type = V4L2_BUF_TYPE_VIDEO_OUTPUT.rawValue
        raw.target = UInt32(truncatingIfNeeded: V4L2_SEL_TGT_CROP)
        raw.r = v4l2_rect(
            left: Int32(clamping: rectangle.left), top: Int32(clamping: rectangle.top),
            width: UInt32(clamping: rectangle.width), height: UInt32(clamping: rectangle.height))
        try borrowed.ioctl(cv4l2_s_selection, named: "VIDIOC_S_SELECTION", &raw)
        return V4L2Rectangle(
            left: Int(raw.r.left), top: Int(raw.r.top), width: Int(raw.r.width), height: Int(raw.r.height))
    }

    /// The part of the decoded pictures that shall be shown (V4L2_SEL_TGT_COMPOSE on CAPTURE; VIDIOC_G_SELECTION);
    /// nil when the driver has no such thing.
    package func decodedRectangle() -> V4L2Rectangle? {
        var raw = v4l2_selection()
        raw.type = V4L2_BUF_TYPE_VIDEO_CAPTURE.rawValue
        raw.target = UInt32(truncatingIfNeeded: V4L2_SEL_TGT_COMPOSE)
        guard borrowed.ioctlStatus(cv4l2_g_selection, &raw) == 0 else { return nil }
        return V4L2Rectangle(
            left: Int(raw.r.left), top: Int(raw.r.top), width: Int(raw.r.width), height: Int(raw.r.height))
    }
}
