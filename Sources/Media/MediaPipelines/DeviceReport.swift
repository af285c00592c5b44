package import MediaTypes

/// What a device thread tells the supervisor about its device; rare, never per frame.
package enum DeviceReport: Sendable {
    /// The device is open and ready to stream.
    case opened(DeviceDetails)
    case openFailed(DeviceError)
    /// The first frame or block since the start has come.
    case running
    /// The device failed or went away and has been closed.
    case lost(DeviceError)
    /// It was closed because it was asked to be.
    case closed
    /// An over-run or under-run was mended; not a loss.
    case xrun(total: UInt64)
}

/// What is known of an open device.
package struct DeviceDetails: Sendable, Equatable {
    package var name: String
    /// Cameras only.
    package var format: VideoFormat?
    package var frameRate: FrameRate?
    package var controls: [DeviceControl]

    package init(name: String, format: VideoFormat? = nil, frameRate: FrameRate? = nil, controls: [DeviceControl] = [])
    {
        self.name = name
        self.format = format
        self.frameRate = frameRate
        self.controls = controls
    }
}

/// What the pictures of an open camera are like.
package struct CameraPictures: Sendable, Equatable {
    package var format: VideoFormat
    /// Those of the pictures that an encoder is given.
    package var colours: PictureColours

    package init(_ format: VideoFormat, _ colours: PictureColours = .init()) {
        self.format = format
        self.colours = colours
    }
}
