import Composition
import LinuxSystem
import MediaTypes
import RealtimeSupport

/// The display thread's loop and all that it owns. Confined to that thread.
final class DisplayLoop {
    /// A flip that has not come after this long never will.
    static let stallLimit: Int64 = 1_000_000_000
    /// A frame this close to the vertical blank is taken for the next one: composing and committing take time.
    static let commitMargin: Int64 = 2_000_000
    /// The self view is presented so long before the vertical blank, and composed before that.
    static let lateMargin: Int64 = 2_500_000
    /// The far end's picture is waited for so long after its time.
    static let arrivalTolerance: Int64 = 4_000_000
    /// The self view waits so long for it: from one picture to the next at 30 a second.
    static let longestWait: Int64 = 34_000_000

    let control: DisplayControl
    let events: @Sendable (DisplayEvent) -> Void
    let open: DisplayPipeline.Opener

    var output: (any DisplayOutput)?
    var compositor: Compositor?
    var tiles: [DisplayTile] = []
    /// Tiles of the scene from the highest to the lowest, by position in `tiles`.
    var shownTiles: [Int] = []
    var layout = DisplayControl.Layout(layout: .none, parties: [], backdrop: .black)
    var userInterface: UserInterfaceHandle?
    /// How far a new interface has come on its way to the screen.
    var interfaceProgress = InterfaceProgress.shown
    /// What `userInterface` holds; valid as long as that is.
    var userInterfaceSurface: UserInterfaceSurface?
    var userInterfaceOccupies: Region { userInterfaceSurface?.occupied ?? Region() }
    var wantsActive = true
    var isActive = true
    var seenVersion: UInt64 = 0

    var flipPending = false
    var presentedAt = MonotonicTime.zero
    /// Until when the self view stands still (`DisplayPipeline.holdSelfView`).
    var selfViewHold = MonotonicTime.zero
    /// When the self view, which alone is new, is presented; nil when nothing waits so.
    var presentsAt: MonotonicTime?
    /// What composing took last, nanoseconds.
    var lastComposition: Int64 = 0
    var lastFlip = MonotonicTime.zero
    var interval: Int64 = 16_666_667
    var countedPasses: UInt64 = 0
    var overlays = Overlays(of: [])
    let interfacePlane: InterfacePlane
    var countedPlanePasses: UInt64 = 0
    var captures: [CheckedContinuation<CapturedScreen, any Error>] = []

    init(
        control: DisplayControl, events: @escaping @Sendable (DisplayEvent) -> Void,
        open: @escaping DisplayPipeline.Opener
    ) {
        self.control = control
        self.events = events
        self.open = open
        interfacePlane = InterfacePlane(figures: control.figures)
    }

    func run(_ thread: MediaThread) {
        var set = PollSet(count: 3)
        set.watch(0, thread.stopDescriptor, for: .readable)
        set.watch(1, control.doorbell.descriptor, for: .readable)
        openOutput()
        while !thread.isStopping {
            // Requests first: they may close the display whose descriptor would be polled.
            if control.version != seenVersion { applyRequests() }
            turn()
            if !captures.isEmpty { answerCaptures() }
            set.watch(2, output?.eventDescriptor, for: .readable)
            // A failing poll would be a defect of this loop; the stall limit bounds what it can do.
            _ = try? set.wait(nanoseconds: timeout(at: MonotonicTime.now))
            thread.beat()
            if !set.readiness(1).isEmpty { control.doorbell.drain() }
            if !set.readiness(2).isDisjoint(with: .trouble), let output {
                closeOutput(DeviceError(.gone, device: output.name, detail: "poll: the device has gone"))
            }
        }
        for tile in tiles { tile.discardFrames() }
        compositor = nil
        output?.close()
        output = nil
        userInterface = nil
        for continuation in captures { continuation.resume(throwing: DisplayControl.shutDown) }
    }

    // MARK: - Real-time

    func turn() {
        guard let output, let compositor else {
            for tile in tiles { tile.discardFrames() }
            return
        }
        do throws(DeviceError) {
            if flipPending { try takeFlip(output) }
            try followStandby(output, compositor)
            if isActive {
                let now = MonotonicTime.now
                takeFrames(at: now)
                if awaitsFarEnd(compositor, now) {
                    // Neither painted nor presented yet.
                } else if flipPending {
                    composeAhead(output, compositor)
                } else {
                    try present(output, compositor)
                }
            } else {
                for tile in tiles { tile.discardFrames() }
            }
        } catch {
            closeOutput(error)
        }
    }

    func takeFlip(_ output: any DisplayOutput) throws(DeviceError) {
        guard let flip = try output.takeFlip() else {
            let waited = MonotonicTime.now - presentedAt
            if waited > Self.stallLimit {
                throw DeviceError(
                    .stalled, device: output.name, detail: "no page flip for \(waited / 1_000_000) ms")
            }
            return
        }
        flipPending = false
        lastFlip = flip.time
        control.figures.flipped(at: flip.time)
        if interfaceProgress == .presented {
            interfaceProgress = .shown
            control.figures.interfaceFlips.add()
        }
        for index in shownTiles { tiles[index].shown(at: flip.time) }
    }

    func takeFrames(at now: MonotonicTime) {
        let deadline = nextBlank(after: now).advanced(byNanoseconds: interval / 2)
        for index in shownTiles { tiles[index].takeFrames(dueBy: deadline) }
        if shownTiles.count < tiles.count {
            for index in 0..<tiles.count where !shownTiles.contains(index) { tiles[index].discardFrames() }
        }
    }

    /// The vertical blank at which a picture composed now would be seen.
    func nextBlank(after now: MonotonicTime) -> MonotonicTime {
        let since = now.advanced(byNanoseconds: Self.commitMargin) - lastFlip
        let blanks = max(since / interval + 1, flipPending ? 2 : 1)
        return lastFlip.advanced(byNanoseconds: blanks * interval)
    }

    /// Whether the self view alone is new and can wait. Presented at once it would keep the far end's picture, which may
    /// come at any moment, from being seen at the next vertical blank, and take a presentation of its own. It waits until
    /// just before that blank, and for a far end's picture that is soon due; or as long as it was told.
    func awaitsFarEnd(_ compositor: Compositor, _ now: MonotonicTime) -> Bool {
        presentsAt = nil
        var isSelfViewFresh = false
        var showsFarEnd = false
        var expected: MonotonicTime?
        for index in shownTiles {
            let tile = tiles[index]
            if tile.id == .selfView {
                isSelfViewFresh = tile.isFresh
            } else if tile.isFresh {
                return false
            } else {
                showsFarEnd = true
                if let next = tile.expectsNext { expected = min(expected ?? next, next) }
            }
        }
        guard isSelfViewFresh, !compositor.isDirty, interfaceProgress != .new else { return false }
        if now < selfViewHold {
            presentsAt = selfViewHold
            return true
        }
        let margin = Self.lateMargin + lastComposition
        guard showsFarEnd, margin < interval / 2 else { return false }
        let blank = nextBlank(after: now)
        var due = blank.advanced(byNanoseconds: -margin)
        if let expected, expected - now < Self.longestWait {
            due = max(due, expected.advanced(byNanoseconds: Self.arrivalTolerance))
        }
        guard now < due else { return false }
        presentsAt = due
        return true
    }

    /// While a flip is under way: paints into a spare buffer, if there is one, to be presented right after it.
    func composeAhead(_ output: any DisplayOutput, _ compositor: Compositor) {
        // What goes to planes is settled when presenting.
        if interfacePlane.isOnOverlay { return }
        for index in shownTiles where tiles[index].isOnOverlay { return }
        guard showFresh(compositor) || compositor.isDirty, let buffer = output.backBuffer() else { return }
        compose(compositor, buffer)
    }

    func present(_ output: any DisplayOutput, _ compositor: Compositor) throws(DeviceError) {
        let planesChange = try stageOverlays(output, compositor)
        showFresh(compositor)
        guard compositor.isDirty else {
            if planesChange {
                try commit(output, nil, Region())
            } else {
                for index in shownTiles { tiles[index].settle() }
            }
            return
        }
        guard let buffer = output.backBuffer() else { return }
        compose(compositor, buffer)
        try commit(output, buffer, compositor.takeChanges())
    }

    func commit(
        _ output: any DisplayOutput, _ buffer: DisplayBuffer?, _ damage: Region
    ) throws(DeviceError) {
        try output.present(buffer, damage: damage)
        flipPending = true
        if interfaceProgress == .staged || (interfaceProgress == .composed && buffer != nil) {
            interfaceProgress = .presented
        }
        presentedAt = MonotonicTime.now
        for index in shownTiles { tiles[index].presented() }
    }

    func compose(_ compositor: Compositor, _ buffer: DisplayBuffer) {
        let start = MonotonicTime.now
        compositor.compose(into: buffer)
        lastComposition = MonotonicTime.now - start
        control.figures.composition.record(nanoseconds: lastComposition)
        if interfaceProgress == .new { interfaceProgress = .composed }
        control.figures.passes.add(compositor.passes &- countedPasses)
        countedPasses = compositor.passes
    }

    /// Hands fresh frames of tiles that are painted to the compositor; true when there were any.
    @discardableResult
    func showFresh(_ compositor: Compositor) -> Bool {
        var any = false
        for index in shownTiles {
            let tile = tiles[index]
            guard tile.isFresh, !tile.isOnOverlay, let frame = tile.picture else { continue }
            tile.isFresh = false
            if compositor.show(frame, on: tile.id) == .converted {
                any = true
            } else {
                // The picture before may have been painted from a frame that goes back now.
                if compositor.paintsFromFrame(tile.id) { compositor.hide(tile.id) }
                tile.refuse()
            }
        }
        return any
    }

    func timeout(at now: MonotonicTime) -> Int64? {
        guard output != nil, isActive else { return nil }
        if flipPending { return max(Self.stallLimit - (now - presentedAt), 0) + 1_000_000 }
        var earliest = presentsAt.map { max($0 - now, 0) }
        for index in shownTiles {
            let tile = tiles[index]
            if tile.isDeferred, presentsAt == nil { return 0 }
            guard let time = tile.waitsUntil else { continue }
            // Right after the vertical blank before the one nearest to the frame's time.
            let sinceFlip = time.advanced(byNanoseconds: -interval / 2) - lastFlip
            let blank = lastFlip.advanced(byNanoseconds: (sinceFlip + interval - 1) / interval * interval)
            let wait = max(blank.advanced(byNanoseconds: -interval) - now, 500_000)
            earliest = min(earliest ?? wait, wait)
        }
        return earliest
    }
}
