import Composition
import LinuxSystem
import MediaTypes
import RealtimeSupport
import Synchronization

/// The user interface on an overlay plane of its own, above those of the tiles, so that a call's bar does not keep the
/// far end's picture from its plane. Confined to the display thread.
///
/// The part of the screen in which something is drawn is copied to the plane's memory when the interface changes, once a
/// second in a call. Memory is taken when that part changes its size.
final class InterfacePlane {
    /// On screen, on its way there, staged.
    private static let count = 3
    /// A larger part of the screen is painted: its memory would cost more than its plane saves.
    private static let largestShare = 3

    private var pool: FramePool?
    private var poolFormat: VideoFormat?
    private var picture: FrameHandle?
    private var place = Rect.zero
    private var isFresh = false
    private let figures: DisplayFigures
    var isOnOverlay = false {
        didSet { figures.interfaceOnOverlay.store(isOnOverlay, ordering: .relaxed) }
    }

    init(figures: DisplayFigures) { self.figures = figures }

    /// The interface has changed.
    func forget() { picture = nil }

    /// The interface is painted again, or the display goes: the memory goes with the last picture on screen.
    func release() {
        picture = nil
        pool = nil
        poolFormat = nil
        isOnOverlay = false
    }

    // MARK: - Real-time

    /// Whether what was staged last had not been staged before; once.
    func takeFreshness() -> Bool {
        defer { isFresh = false }
        return isFresh
    }

    /// Stages what is drawn; false when there is no memory for it or no plane takes it.
    func stage(_ surface: UserInterfaceSurface, on output: any DisplayOutput) throws(DeviceError) -> Bool {
        if picture == nil { picture = make(surface, on: output) }
        guard let made = picture.take() else { return false }
        let staged = try output.stageOverlay(
            made, source: Rect(width: place.width, height: place.height), destination: place, isMirrored: false)
        picture = consume made
        return staged
    }

    private func make(_ surface: UserInterfaceSurface, on output: any DisplayOutput) -> FrameHandle? {
        let bounds = Rect(width: surface.width, height: surface.height)
        let drawn = surface.occupied.bounds.evened(within: bounds)
        guard !drawn.isEmpty, drawn.area * Self.largestShare <= bounds.area else { return nil }
        let format = VideoFormat(.argb8888, width: drawn.width, height: drawn.height)
        if format != poolFormat {
            pool = output.makePlanePictures(format, count: Self.count)
            poolFormat = format
        }
        guard let pool, let slot = pool.takeReturned() else { return nil }
        var result = ConversionResult.damaged
        pool.update(slot) { result = PictureConverter.copy(surface, part: drawn, into: $0) }
        guard result == .converted else {
            pool.putBack(slot)
            return nil
        }
        place = drawn
        isFresh = true
        return pool.lend(slot)
    }
}
