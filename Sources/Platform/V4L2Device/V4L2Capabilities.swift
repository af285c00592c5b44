import CV4L2

/// What a video node is and can do (VIDIOC_QUERYCAP), of this node rather than of the whole device.
package struct V4L2Capabilities: Sendable, Equatable {
    package let driver: String
    package let card: String
    package let busInfo: String
    private let bits: UInt32

    package init(driver: String, card: String, busInfo: String, bits: UInt32) {
        self.driver = driver
        self.card = card
        self.busInfo = busInfo
        self.bits = bits
    }

    init(_ raw: v4l2_capability) {
        // Without the flag the driver is old, and says only what all of its nodes do together.
        let perNode = raw.capabilities & UInt32(truncatingIfNeeded: V4L2_CAP_DEVICE_CAPS) != 0
        self.init(
            driver: text(raw.driver), card: text(raw.card), busInfo: text(raw.bus_info),
            bits: perNode ? raw.device_caps : raw.capabilities)
    }

    /// Takes pictures from outside and streams them.
    package var isCapture: Bool {
        has(V4L2_CAP_STREAMING) && (has(V4L2_CAP_VIDEO_CAPTURE) || has(V4L2_CAP_VIDEO_CAPTURE_MPLANE))
    }

    /// Takes data from memory and gives data back: a codec or a scaler.
    package var isMemoryToMemory: Bool {
        has(V4L2_CAP_STREAMING) && (has(V4L2_CAP_VIDEO_M2M) || has(V4L2_CAP_VIDEO_M2M_MPLANE))
    }

    /// Speaks the multi-planar API; preferred where a node speaks both.
    package var isMultiplanar: Bool { has(V4L2_CAP_VIDEO_CAPTURE_MPLANE) || has(V4L2_CAP_VIDEO_M2M_MPLANE) }

    private func has(_ bit: some BinaryInteger) -> Bool { bits & UInt32(truncatingIfNeeded: bit) != 0 }
}

/// The text in a fixed array of characters that ends with a zero byte, or fills the array.
func text<Characters>(_ characters: Characters) -> String {
    withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}
