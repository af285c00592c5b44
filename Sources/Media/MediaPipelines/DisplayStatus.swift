package import Composition
package import LinuxSystem
package import MediaTypes
package import RealtimeSupport
import Synchronization

/// What happened to the screen; rare, and told to the supervisor.
package enum DisplayEvent: Sendable {
    /// The screen is there: render the user interface for this mode and hand it over.
    case opened(DisplayMode, DisplayCapabilities)
    /// There is no screen. `reopen` tries again; until then frames are taken and let go.
    case closed(DeviceError)
}

/// What the whole screen shows at one moment.
package struct CapturedScreen: Sendable {
    /// XRGB8888, `height × stride` bytes.
    package var pixels: [UInt8]
    package var width: Int
    package var height: Int
    /// Bytes from one row to the next.
    package var stride: Int

    package init(pixels: [UInt8], width: Int, height: Int, stride: Int) {
        self.pixels = pixels
        self.width = width
        self.height = height
        self.stride = stride
    }
}

/// Figures of one tile since the pipeline started.
package struct DisplayTileStatus: Sendable, Equatable {
    /// Pictures that came on screen.
    package var framesShown: UInt64
    /// Pictures that a newer one overtook, or that found the inbox full.
    package var framesDropped: UInt64
    /// Pictures that were broken or of a format that cannot be shown.
    package var framesRefused: UInt64
    /// From the producer's hand-over (`VideoFrame.readyTime`) to the vertical blank that showed the picture.
    package var readyToScreen: LatencySummary
    /// From `VideoFrame.captureTime` to that vertical blank.
    package var captureToScreen: LatencySummary
    /// Whether an overlay plane shows it, without a copy by the CPU.
    package var isOnOverlay: Bool
}

/// Figures of the screen since the pipeline started.
package struct DisplayStatus: Sendable, Equatable {
    /// Nil while there is no screen.
    package var mode: DisplayMode?
    package var capabilities: DisplayCapabilities?
    /// In words, when there is no screen.
    package var trouble: String?
    package var isActive: Bool
    package var flips: UInt64
    /// Flips that brought a new user interface.
    package var interfaceFlips: UInt64
    /// Whether an overlay plane of its own shows the user interface above the pictures.
    package var isInterfaceOnOverlay: Bool
    /// When the last flip was on the screen; zero before the first.
    package var lastFlip: MonotonicTime
    /// CPU time of one composition.
    package var composition: LatencySummary
    /// Passes of the CPU over a picture's pixels, the painting to the screen included, per frame shown.
    package var copiesPerFrame: Double
    package var tiles: [TileID: DisplayTileStatus]
}

/// How far a new user interface has come.
enum InterfaceProgress: Sendable {
    case new
    /// In the buffer that is presented next.
    case composed
    /// On its plane, or off it, with the next presentation.
    case staged
    case presented, shown
}

/// Counters of one tile; written by the display thread.
final class DisplayTileFigures: Sendable {
    let shown = Counter()
    let overtaken = Counter()
    let refused = Counter()
    let readyToScreen = LatencyHistogram()
    let captureToScreen = LatencyHistogram()
    let onOverlay = Atomic<Bool>(false)
}

extension DisplayTileFigures {
    func status(dropped: UInt64) -> DisplayTileStatus {
        DisplayTileStatus(
            framesShown: shown.value, framesDropped: dropped &+ overtaken.value, framesRefused: refused.value,
            readyToScreen: readyToScreen.summary(), captureToScreen: captureToScreen.summary(),
            isOnOverlay: onOverlay.load(ordering: .relaxed))
    }
}

/// Counters of the screen; written by the display thread.
final class DisplayFigures: Sendable {
    let flips = Counter()
    let interfaceFlips = Counter()
    let interfaceOnOverlay = Atomic<Bool>(false)
    private let lastFlipTime = Atomic<Int64>(0)
    let passes = Counter()
    let composition = LatencyHistogram()

    var lastFlip: MonotonicTime { MonotonicTime(nanoseconds: lastFlipTime.load(ordering: .relaxed)) }

    /// Counts a flip. Real-time safe.
    func flipped(at time: MonotonicTime) {
        lastFlipTime.store(time.nanoseconds, ordering: .relaxed)
        flips.add()
    }
}
