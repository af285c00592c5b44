package import MediaTypes

/// What the room wants of a camera; comes from the board file.
package struct CaptureRequest: Sendable, Equatable {
    /// Acceptable formats, the best liked first.
    package var formats: [PixelFormat]
    package var width: Int
    package var height: Int
    package var frameRate: FrameRate
    /// Buffers to ask for, 3 to 32. The driver fills some while the encoder and the screen hold others.
    package var bufferCount: Int
    /// The device's input by name, such as "HDMI 000-0"; nil for its first camera, or else the one that is chosen.
    package var input: String?

    package init(
        formats: [PixelFormat] = [.nv12, .yuyv, .mjpeg], width: Int, height: Int, frameRate: FrameRate,
        bufferCount: Int = 8, input: String? = nil
    ) {
        self.formats = formats
        self.width = width
        self.height = height
        self.frameRate = frameRate
        self.bufferCount = bufferCount
        self.input = input
    }
}
