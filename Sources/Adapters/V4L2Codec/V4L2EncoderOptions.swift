package import V4L2Device

/// What a board file may say about an encoder, beyond what probing finds.
package struct V4L2EncoderOptions: Sendable, Equatable {
    /// The bit stream to ask for; anything but H.264 is for tests of the protocol, and is handed through unread.
    package var codedFormat: FourCC
    /// Whether pictures may be imported as DMABUFs; false for boards whose driver says yes and shows green.
    package var allowsImport: Bool
    /// Whether a new bitrate takes effect without a restart; nil to conclude it from the controls.
    package var changesBitrateLive: Bool?
    /// Whether the control for key frames makes one; nil to believe the driver.
    package var forcesKeyFrames: Bool?
    /// How often a device that cannot give buffers or start is opened anew before that is an error.
    package var attempts: Int

    package init(
        codedFormat: FourCC = .h264, allowsImport: Bool = true, changesBitrateLive: Bool? = nil,
        forcesKeyFrames: Bool? = nil, attempts: Int = 3
    ) {
        self.codedFormat = codedFormat
        self.allowsImport = allowsImport
        self.changesBitrateLive = changesBitrateLive
        self.forcesKeyFrames = forcesKeyFrames
        self.attempts = attempts
    }
}
