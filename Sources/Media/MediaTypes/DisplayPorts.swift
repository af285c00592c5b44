package import LinuxSystem

/// Size and rate of a screen.
package struct DisplayMode: Sendable, Hashable, CustomStringConvertible {
    /// Pixels.
    package var width: Int
    package var height: Int
    /// Pictures in 1000 seconds, such as 59940.
    package var refreshMillihertz: Int

    package init(width: Int, height: Int, refreshMillihertz: Int) {
        self.width = width
        self.height = height
        self.refreshMillihertz = max(refreshMillihertz, 1000)
    }

    /// From one vertical blank to the next.
    package var refreshInterval: Duration { .nanoseconds(1_000_000_000_000 / Int64(refreshMillihertz)) }

    package var bounds: Rect { Rect(width: width, height: height) }

    package var description: String {
        let fraction = refreshMillihertz % 1000
        let digits = fraction == 0 ? "" : "." + String(1000 + fraction).dropFirst()
        return "\(width)x\(height)@\(refreshMillihertz / 1000)\(digits)"
    }
}

/// A plane that can show pictures beside the software-composed one.
package struct OverlayPlaneCapability: Sendable, Equatable {
    package var formats: [PixelFormat]
    /// Whether a trial commit with two sizes went through.
    package var scales: Bool
    /// Whether it shows pictures with left and right swapped.
    package var mirrors: Bool

    package init(formats: [PixelFormat], scales: Bool, mirrors: Bool = false) {
        self.formats = formats
        self.scales = scales
        self.mirrors = mirrors
    }
}

/// What probing found a display able to do; published in status.
package struct DisplayCapabilities: Sendable, Equatable {
    /// Driver and connector, such as "vc4 HDMI-A-1".
    package var name: String
    /// What the screen offers, its favourite first.
    package var modes: [DisplayMode]
    /// How many back buffers software composition takes turns with.
    package var bufferCount: Int
    package var overlays: [OverlayPlaneCapability]
    /// Whether the driver is told which parts of a picture changed.
    package var takesDamage: Bool

    package init(
        name: String, modes: [DisplayMode], bufferCount: Int, overlays: [OverlayPlaneCapability] = [],
        takesDamage: Bool = false
    ) {
        self.name = name
        self.modes = modes
        self.bufferCount = bufferCount
        self.overlays = overlays
        self.takesDamage = takesDamage
    }
}

/// A picture of the whole screen that can be painted now: XRGB8888, not on screen and not on its way there.
///
/// It still holds what was painted into it last. Valid until it is presented or the display is closed.
package struct DisplayBuffer: @unchecked Sendable, BitwiseCopyable {
    // @unchecked: a pointer into the display's mapping, used on the display thread only.

    /// 0 to `bufferCount` − 1; the painter keeps what each buffer lacks by this number.
    package let index: Int
    package let base: UnsafeMutableRawPointer
    /// Bytes from one row to the next.
    package let stride: Int

    package init(index: Int, base: UnsafeMutableRawPointer, stride: Int) {
        self.index = index
        self.base = base
        self.stride = stride
    }
}

/// A presented picture has come on screen.
package struct DisplayFlip: Sendable, Equatable, BitwiseCopyable {
    /// When its first line was sent to the screen.
    package var time: MonotonicTime
    /// The display's own count of vertical blanks.
    package var sequence: UInt64

    package init(time: MonotonicTime, sequence: UInt64) {
        self.time = time
        self.sequence = sequence
    }
}

/// What a look at the connector found.
package enum DisplayChange: Sendable, Equatable {
    case unchanged
    /// Another screen, or other modes: close and open again.
    case changed
}

/// A screen, or what stands for one. Opened, used and closed on one thread (the display thread).
///
/// At most one presentation is under way: after `present`, wait for `takeFlip` before the next one.
package protocol DisplayOutput: AnyObject {
    /// The device as people know it.
    var name: String { get }
    var mode: DisplayMode { get }
    var capabilities: DisplayCapabilities { get }
    /// Becomes readable when `takeFlip` has something to say.
    var eventDescriptor: BorrowedDescriptor { get }
    /// A buffer to paint, nil while all are on screen or on their way. The same one until it is presented.
    /// Its memory may be write-combined: write it, do not read it.
    func backBuffer() -> DisplayBuffer?
    /// Puts a picture on the next free overlay plane, from the top downwards, for the next `present`.
    ///
    /// The display shares the handle until the picture is off the screen again.
    /// - Parameters:
    ///   - source: the part of the picture to show.
    ///   - destination: where on the screen, scaled when the sizes differ.
    ///   - isMirrored: left and right swapped.
    /// - Returns: false when no plane can do it (paint the picture then); what was staged before stays.
    func stageOverlay(
        _ frame: borrowing FrameHandle, source: Rect, destination: Rect, isMirrored: Bool
    ) throws(DeviceError) -> Bool
    /// Pictures in memory that the overlay planes can show, to be painted by the CPU and staged; nil when there is none.
    func makePlanePictures(_ format: VideoFormat, count: Int) -> FramePool?
    /// Forgets what was staged since the last `present`.
    func unstageOverlays()
    /// Shows a painted buffer (nil: the one that is on screen stays) and the staged overlays, and no others, from
    /// the next vertical blank on. Returns at once.
    ///
    /// - Parameter damage: what differs from the buffer that is on screen; a hint for the driver.
    func present(_ buffer: DisplayBuffer?, damage: borrowing Region) throws(DeviceError)
    /// The flip that ended the presentation under way, nil when it has not come yet.
    func takeFlip() throws(DeviceError) -> DisplayFlip?
    /// Copies what is on screen now, overlays included, as XRGB8888 into `pixels` (height × stride bytes).
    func readScreen(into pixels: UnsafeMutableRawBufferPointer, stride: Int) throws(DeviceError)
    /// Switches the screen's signal off (standby) or on again; never while a presentation is under way.
    func setActive(_ active: Bool) throws(DeviceError)
    /// Looks at the connector again after the kernel announced a change. Throws `.gone` when the screen is unplugged.
    func connectorChanged() throws(DeviceError) -> DisplayChange
    /// Gives the screen back as it was found. Nothing may be called afterwards.
    func close()
}

extension DisplayOutput {
    package func makePlanePictures(_ format: VideoFormat, count: Int) -> FramePool? { nil }

    /// The same, not mirrored.
    package func stageOverlay(
        _ frame: borrowing FrameHandle, source: Rect, destination: Rect
    ) throws(DeviceError) -> Bool {
        try stageOverlay(frame, source: source, destination: destination, isMirrored: false)
    }
}
