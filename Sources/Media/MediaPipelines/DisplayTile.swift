import Composition
import LinuxSystem
import MediaTypes
import RealtimeSupport
import Synchronization

/// One tile's way from its inbox to the screen. Apart from `inbox` and `figures`, confined to the display thread.
final class DisplayTile: @unchecked Sendable {
    // @unchecked: made by any thread, handed to the display thread under DisplayControl's lock, and changed there only.
    /// After so many pictures that had to wait for the one before, the screen is behind for good.
    private static let maximumDeferrals = 4
    /// Nanoseconds.
    private static let longestInterval: Int64 = 250_000_000

    let id: TileID
    let inbox: FrameInbox
    let figures = DisplayTileFigures()

    /// On screen, or to be composed.
    private var current: FrameHandle?
    /// What `current` holds; valid as long as that is.
    private(set) var picture: VideoFrame?
    /// Waits for its time.
    private var waiting: TimedFrame?
    /// `current` has not been composed or put on a plane yet.
    var isFresh = false
    /// `current` has not been presented yet.
    private var isUnpresented = false
    /// The picture of the presentation under way, when it is one that was not on screen before.
    private var underWay: (ready: MonotonicTime, capture: MonotonicTime)?
    /// `waiting` is due, and gives the one before it its vertical blank.
    private(set) var isDeferred = false
    /// How many pictures in a row were deferred.
    private var deferrals = 0
    /// `current` as an overlay plane can show it, where it has to be made; nil until it is asked for.
    private var planePicture: PlanePicture?
    let planePictures = PlanePictures()
    var isOnOverlay = false {
        didSet { figures.onOverlay.store(isOnOverlay, ordering: .relaxed) }
    }
    private var readyTime = MonotonicTime.zero
    /// From one picture to the next, the mean of the last ones in nanoseconds; 0 while there is none.
    private var pictureInterval: Int64 = 0
    private var captureTime = MonotonicTime.zero

    init(id: TileID, doorbell: Doorbell) {
        self.id = id
        inbox = FrameInbox(doorbell: doorbell)
    }

    // MARK: - Real-time

    /// Takes the newest frame that may be seen at `deadline`; older ones are let go and counted.
    ///
    /// When two come within one vertical blank, as they do after a hiccup of the network, both are seen one after the
    /// other, as long as the screen catches up soon.
    func takeFrames(dueBy deadline: MonotonicTime) {
        isDeferred = false
        while true {
            if let pending = waiting.take() {
                if pending.notBefore > deadline {
                    waitsUntil = pending.notBefore
                    waiting = consume pending
                    return
                }
                if isUnpresented, inbox.depth == 0, deferrals < Self.maximumDeferrals {
                    isDeferred = true
                    waitsUntil = nil
                    waiting = consume pending
                    return
                }
                let captured = pending.captured
                become(pending.unwrap(), captured: captured)
            }
            waitsUntil = nil
            guard let next = inbox.takeOldestTimed() else {
                deferrals = 0
                return
            }
            waiting = consume next
        }
    }

    /// Takes and lets go of all frames, for a tile that is not shown.
    func discardFrames() {
        waiting = nil
        waitsUntil = nil
        isDeferred = false
        while let frame = inbox.takeOldestTimed() { _ = consume frame }
        release()
    }

    /// When the frame that waits may be seen, nil when none waits.
    private(set) var waitsUntil: MonotonicTime?

    /// When the producer's next picture should be there; nil when that is not known, or one waits for its time already.
    var expectsNext: MonotonicTime? {
        pictureInterval == 0 || waitsUntil != nil ? nil : readyTime.advanced(byNanoseconds: pictureInterval)
    }

    /// A presentation with the tile's picture is on its way.
    func presented() {
        guard isUnpresented, !isFresh, picture != nil else { return }
        isUnpresented = false
        if isDeferred { deferrals += 1 }
        underWay = (readyTime, captureTime)
    }

    /// There is nothing to present, since something else covers the tile.
    func settle() { if !isFresh { isUnpresented = false } }

    /// The presentation has come on screen at `time`.
    func shown(at time: MonotonicTime) {
        guard let shown = underWay.take() else { return }
        figures.shown.add()
        if shown.ready != .zero { figures.readyToScreen.record(nanoseconds: time - shown.ready) }
        // A decoder's picture may carry a tag instead of a time; the clock has left such small values behind.
        if shown.capture.nanoseconds > 1_000_000_000 {
            figures.captureToScreen.record(nanoseconds: time - shown.capture)
        }
    }

    /// The presentation under way will not come: the screen has gone.
    func abandon() { underWay = nil }

    /// The frame cannot be shown.
    func refuse() {
        figures.refused.add()
        release()
    }

    /// Lends the frame to `body`; nil when there is none.
    func withFrame<Result>(
        _ body: (borrowing FrameHandle) throws(DeviceError) -> Result
    ) throws(DeviceError) -> Result? {
        guard let frame = current.take() else { return nil }
        do throws(DeviceError) {
            let result = try body(frame)
            current = consume frame
            return result
        } catch {
            release()
            throw error
        }
    }

    /// The frame as an overlay plane can show it, made on first demand; nil when it cannot be made.
    func withPlanePicture<Result>(
        on tile: Tile, scales: Bool, makePool: (VideoFormat, Int) -> FramePool?,
        _ body: (borrowing PlanePicture) throws(DeviceError) -> Result
    ) throws(DeviceError) -> Result? {
        guard let picture else { return nil }
        let made = planePicture.take() ?? planePictures.prepare(picture, for: tile, scales: scales, makePool: makePool)
        guard let made else { return nil }
        let result = try body(made)
        planePicture = consume made
        return result
    }

    /// The tile was moved, or the display is another one: what was made for it does not fit.
    func forgetPlanePicture() {
        planePicture = nil
        planePictures.release()
    }

    /// Lets the frame go.
    func release() {
        current = nil
        planePicture = nil
        picture = nil
        isFresh = false
        isUnpresented = false
    }

    private func become(_ frame: consuming FrameHandle, captured: MonotonicTime) {
        if isUnpresented { figures.overtaken.add() }
        let value = frame.value
        let passed = value.readyTime - readyTime
        // A pause is no interval.
        if passed > 0, passed < Self.longestInterval {
            pictureInterval = pictureInterval == 0 ? passed : pictureInterval + (passed - pictureInterval) / 8
        }
        readyTime = value.readyTime
        captureTime = captured == .zero ? value.captureTime : captured
        picture = value
        planePicture = nil
        current = consume frame
        isFresh = true
        isUnpresented = true
    }
}
