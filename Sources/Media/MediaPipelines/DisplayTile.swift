import Composition
import LinuxSystem
import MediaTypes
import RealtimeSupport
import Synchronization

/// One tile's way from its inbox to the screen. Apart from `inbox` and `figures`, confined to the display thread.
final class DisplayTile: @unchecked Sendable {
    // @unchecked: made by any thread, handed to the display thread under DisplayControl's lock, and changed there only.
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
    /// `current` is part of what is composed or presented, but has not been on screen yet.
    var isUnderWay = false
    /// `current` has been on screen.
    private var wasShown = true
    var isOnOverlay = false {
        didSet { figures.onOverlay.store(isOnOverlay, ordering: .relaxed) }
    }
    private var readyTime = MonotonicTime.zero
    private var captureTime = MonotonicTime.zero

    init(id: TileID, doorbell: Doorbell) {
        self.id = id
        inbox = FrameInbox(doorbell: doorbell)
    }

    // MARK: - Real-time

    /// Takes the newest frame that may be seen at `deadline`; older ones are let go and counted.
    func takeFrames(dueBy deadline: MonotonicTime) {
        while true {
            if let pending = waiting.take() {
                if pending.notBefore > deadline {
                    waitsUntil = pending.notBefore
                    waiting = consume pending
                    return
                }
                waitsUntil = nil
                become(pending.unwrap())
            }
            guard let next = inbox.takeOldestTimed() else { return }
            waiting = consume next
        }
    }

    /// Takes and lets go of all frames, for a tile that is not shown.
    func discardFrames() {
        waiting = nil
        waitsUntil = nil
        while let frame = inbox.takeOldestTimed() { _ = consume frame }
        release()
    }

    /// When the frame that waits may be seen, nil when none waits.
    private(set) var waitsUntil: MonotonicTime?

    /// The frame has come on screen at `time`.
    func shown(at time: MonotonicTime) {
        isUnderWay = false
        if wasShown { return }
        wasShown = true
        figures.shown.add()
        if readyTime != .zero { figures.readyToScreen.record(nanoseconds: time - readyTime) }
        // A decoder's picture may carry a tag instead of a time; the clock has left such small values behind.
        if captureTime.nanoseconds > 1_000_000_000 {
            figures.captureToScreen.record(nanoseconds: time - captureTime)
        }
    }

    /// The frame cannot be shown.
    func refuse() {
        figures.refused.add()
        wasShown = true
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

    /// Lets the frame go.
    func release() {
        current = nil
        picture = nil
        isFresh = false
        isUnderWay = false
    }

    private func become(_ frame: consuming FrameHandle) {
        if !wasShown { figures.overtaken.add() }
        let value = frame.value
        readyTime = value.readyTime
        captureTime = value.captureTime
        picture = value
        current = consume frame
        isFresh = true
        isUnderWay = false
        wasShown = false
    }
}
