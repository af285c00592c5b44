import CV4L2
package import LinuxSystem

/// One of the sources that a capture device can be switched to (VIDIOC_ENUMINPUT).
package struct V4L2Input: Sendable, Equatable {
    package let index: Int
    /// Such as "Camera 1" or "HDMI 000-0".
    package let name: String
    /// A camera rather than a tuner.
    package let isCamera: Bool
    /// Has a signal of its own size and rate (HDMI, SDI), which is to be detected.
    package let hasDigitalTimings: Bool
}

extension V4L2Node {
    /// The inputs; empty for a device that has no choice.
    package func inputs() -> [V4L2Input] {
        var found: [V4L2Input] = []
        for index in 0..<UInt32(64) {
            var raw = v4l2_input()
            raw.index = index
            guard borrowed.ioctlStatus(cv4l2_enuminput, &raw) == 0 else { break }
            found.append(
                V4L2Input(
                    index: Int(index), name: text(raw.name),
                    isCamera: raw.type == UInt32(truncatingIfNeeded: V4L2_INPUT_TYPE_CAMERA),
                    hasDigitalTimings: raw.capabilities & UInt32(truncatingIfNeeded: V4L2_IN_CAP_DV_TIMINGS) != 0))
        }
        return found
    }

    /// The input that is chosen now; nil when there is no choice.
    package func currentInput() -> Int? {
        var index: Int32 = 0
        return borrowed.ioctlStatus(cv4l2_g_input, &index) == 0 ? Int(index) : nil
    }

    /// Switches to another input (VIDIOC_S_INPUT).
    package func selectInput(_ index: Int) throws(SystemError) {
        var value = Int32(clamping: index)
        try borrowed.ioctl(cv4l2_s_input, named: "VIDIOC_S_INPUT", &value)
    }

    /// Measures the signal at the input and sets the receiver to it (VIDIOC_QUERY_DV_TIMINGS, VIDIOC_S_DV_TIMINGS).
    ///
    /// - Returns: the active picture's size. ENOLINK: no signal; ENOLCK: not locked to it.
    package func adoptSignal() throws(SystemError) -> (width: Int, height: Int) {
        var timings = v4l2_dv_timings()
        try borrowed.ioctl(cv4l2_query_dv_timings, named: "VIDIOC_QUERY_DV_TIMINGS", &timings)
        try borrowed.ioctl(cv4l2_s_dv_timings, named: "VIDIOC_S_DV_TIMINGS", &timings)
        return (Int(cv4l2_timings_width(&timings)), Int(cv4l2_timings_height(&timings)))
    }
}
