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

    let control: DisplayControl
    private let events: @Sendable (DisplayEvent) -> Void
    private let open: DisplayPipeline.Opener

    private var output: (any DisplayOutput)?
    private var compositor: Compositor?
    private var tiles: [DisplayTile] = []
    /// Tiles of the scene from the highest to the lowest, by position in `tiles`.
    private var shownTiles: [Int] = []
    private var layout = DisplayControl.Layout(layout: .none, parties: [], backdrop: .black)
    private var userInterface: UserInterfaceHandle?
    /// What `userInterface` holds; valid as long as that is.
    private var userInterfaceSurface: UserInterfaceSurface?
    private var userInterfaceOccupies: Region { userInterfaceSurface?.occupied ?? Region() }
    private var wantsActive = true
    private var isActive = true
    private var seenVersion: UInt64 = 0

    private var flipPending = false
    private var presentedAt = MonotonicTime.zero
    private var lastFlip = MonotonicTime.zero
    private var interval: Int64 = 16_666_667
    private var countedPasses: UInt64 = 0
    private var hasOverlays = false
    private var captures: [CheckedContinuation<CapturedScreen, any Error>] = []

    init(
        control: DisplayControl, events: @escaping @Sendable (DisplayEvent) -> Void,
        open: @escaping DisplayPipeline.Opener
    ) {
        self.control = control
        self.events = events
        self.open = open
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
        }
        for tile in tiles { tile.discardFrames() }
        compositor = nil
        output?.close()
        output = nil
        userInterface = nil
        for continuation in captures { continuation.resume(throwing: DisplayControl.shutDown) }
    }

    // MARK: - Real-time

    private func turn() {
        guard let output, let compositor else {
            for tile in tiles { tile.discardFrames() }
            return
        }
        do throws(DeviceError) {
            if flipPending { try takeFlip(output) }
            try followStandby(output, compositor)
            if isActive {
                takeFrames(at: MonotonicTime.now)
                if flipPending {
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

    private func takeFlip(_ output: any DisplayOutput) throws(DeviceError) {
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
        control.figures.flips.add()
        for index in shownTiles where tiles[index].isUnderWay { tiles[index].shown(at: flip.time) }
    }

    private func takeFrames(at now: MonotonicTime) {
        let deadline = nextBlank(after: now).advanced(byNanoseconds: interval / 2)
        for index in shownTiles { tiles[index].takeFrames(dueBy: deadline) }
        if shownTiles.count < tiles.count {
            for index in 0..<tiles.count where !shownTiles.contains(index) { tiles[index].discardFrames() }
        }
    }

    /// The vertical blank at which a picture composed now would be seen.
    private func nextBlank(after now: MonotonicTime) -> MonotonicTime {
        let since = now.advanced(byNanoseconds: Self.commitMargin) - lastFlip
        let blanks = max(since / interval + 1, flipPending ? 2 : 1)
        return lastFlip.advanced(byNanoseconds: blanks * interval)
    }

    /// While a flip is under way: paints into a spare buffer, if there is one, to be presented right after it.
    private func composeAhead(_ output: any DisplayOutput, _ compositor: Compositor) {
        // What goes to planes is settled when presenting.
        for index in shownTiles where tiles[index].isOnOverlay { return }
        guard showFresh(compositor) || compositor.isDirty, let buffer = output.backBuffer() else { return }
        compose(compositor, buffer)
    }

    private func present(_ output: any DisplayOutput, _ compositor: Compositor) throws(DeviceError) {
        let planesChange = try stageOverlays(output, compositor)
        showFresh(compositor)
        guard compositor.isDirty else {
            if planesChange { try commit(output, nil, Region()) }
            return
        }
        guard let buffer = output.backBuffer() else { return }
        compose(compositor, buffer)
        try commit(output, buffer, compositor.takeChanges())
    }

    private func commit(
        _ output: any DisplayOutput, _ buffer: DisplayBuffer?, _ damage: Region
    ) throws(DeviceError) {
        try output.present(buffer, damage: damage)
        flipPending = true
        presentedAt = MonotonicTime.now
        for index in shownTiles where tiles[index].picture != nil && !tiles[index].isFresh {
            tiles[index].isUnderWay = true
        }
    }

    private func compose(_ compositor: Compositor, _ buffer: DisplayBuffer) {
        let start = MonotonicTime.now
        compositor.compose(into: buffer)
        control.figures.composition.record(nanoseconds: MonotonicTime.now - start)
        control.figures.passes.add(compositor.passes &- countedPasses)
        countedPasses = compositor.passes
    }

    /// Hands fresh frames of tiles that are painted to the compositor; true when there were any.
    @discardableResult
    private func showFresh(_ compositor: Compositor) -> Bool {
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

    /// Puts tiles on overlay planes, from the highest down to the first that cannot be; true when any of them has
    /// a new picture or left its plane.
    private func stageOverlays(
        _ output: any DisplayOutput, _ compositor: Compositor
    ) throws(DeviceError) -> Bool {
        if !hasOverlays { return false }
        var changes = false
        var canGoOn = true
        output.unstageOverlays()
        for index in shownTiles {
            let tile = tiles[index]
            var staged = false
            if canGoOn, tile.picture != nil { staged = try stage(tile, output, compositor) }
            if staged {
                changes = changes || tile.isFresh || !tile.isOnOverlay
                tile.isFresh = false
            } else {
                canGoOn = canGoOn && tile.picture == nil
                if tile.isOnOverlay {
                    changes = true
                    tile.isFresh = tile.picture != nil
                }
            }
            if staged && !tile.isOnOverlay { compositor.hide(tile.id) }
            tile.isOnOverlay = staged
        }
        return changes
    }

    private func stage(
        _ tile: DisplayTile, _ output: any DisplayOutput, _ compositor: Compositor
    ) throws(DeviceError) -> Bool {
        guard let picture = tile.picture, picture.planes.0.dmabuf != nil,
            let placement = compositor.overlayPlacement(tile.id, for: picture.format)
        else { return false }
        // The user interface is painted below the planes.
        if userInterfaceOccupies.intersects(placement.destination) { return false }
        return try tile.withFrame { (frame) throws(DeviceError) -> Bool in
            try output.stageOverlay(frame, source: placement.source, destination: placement.destination)
        } ?? false
    }

    private func timeout(at now: MonotonicTime) -> Int64? {
        guard output != nil, isActive else { return nil }
        if flipPending { return max(Self.stallLimit - (now - presentedAt), 0) + 1_000_000 }
        var earliest: Int64?
        for index in shownTiles {
            guard let time = tiles[index].waitsUntil else { continue }
            // Right after the vertical blank before the one nearest to the frame's time.
            let sinceFlip = time.advanced(byNanoseconds: -interval / 2) - lastFlip
            let blank = lastFlip.advanced(byNanoseconds: (sinceFlip + interval - 1) / interval * interval)
            let wait = max(blank.advanced(byNanoseconds: -interval) - now, 500_000)
            earliest = min(earliest ?? wait, wait)
        }
        return earliest
    }

    // MARK: - Changes

    private func applyRequests() {
        seenVersion = control.version
        var surface: UserInterfaceHandle?
        let requests = control.takeRequests(userInterface: &surface)
        tiles.append(contentsOf: requests.newTiles)
        wantsActive = requests.isActive
        if let reason = requests.closes { closeOutput(reason) }
        if requests.reopens {
            closeQuietly()
            openOutput()
        }
        if requests.connectorChanged { followConnector() }
        if requests.changesUserInterface {
            replaceUserInterface(surface.take(), changes: requests.userInterfaceChanges)
        }
        if let layout = requests.layout {
            self.layout = layout
            applyLayout()
        } else if !requests.newTiles.isEmpty {
            applyLayout()
        }
        for id in requests.cleared {
            for tile in tiles where tile.id == id {
                compositor?.hide(id)
                tile.discardFrames()
            }
        }
        captures.append(contentsOf: requests.captures)
    }

    private func applyLayout() {
        guard let output, let compositor else { return }
        let scene = Scene(
            tiles: layout.layout.tiles(on: output.mode, parties: layout.parties), backdrop: layout.backdrop)
        compositor.setScene(scene)
        shownTiles = scene.tiles.reversed().compactMap { tile in tiles.firstIndex { $0.id == tile.id } }
        for index in 0..<tiles.count {
            let tile = tiles[index]
            if !shownTiles.contains(index) {
                tile.isOnOverlay = false
                tile.discardFrames()
            } else if tile.picture != nil, !tile.isOnOverlay, compositor.needsFrame(tile.id) {
                tile.isFresh = true
            }
        }
    }

    private func replaceUserInterface(_ surface: consuming UserInterfaceHandle?, changes: Region) {
        var changes = changes
        if let surface {
            userInterfaceSurface = surface.value
            compositor?.setUserInterface(surface.value, changes: changes)
            userInterface = consume surface
        } else {
            changes.add(userInterfaceOccupies)
            userInterfaceSurface = nil
            compositor?.setUserInterface(nil, changes: changes)
            userInterface = nil
        }
    }

    private func followStandby(_ output: any DisplayOutput, _ compositor: Compositor) throws(DeviceError) {
        if wantsActive == isActive || flipPending { return }
        try output.setActive(wantsActive)
        isActive = wantsActive
        control.reportActive(isActive)
        compositor.damageAll()
        // Frames go back to their producers, and the compositor must not look at them any more.
        for tile in tiles where !isActive {
            compositor.hide(tile.id)
            tile.isOnOverlay = false
            tile.discardFrames()
        }
    }

    private func followConnector() {
        guard let output else {
            openOutput()
            return
        }
        do throws(DeviceError) {
            if try output.connectorChanged() == .changed {
                closeQuietly()
                openOutput()
            }
        } catch {
            closeOutput(error)
        }
    }

    private func openOutput() {
        do throws(DeviceError) {
            let opened = try open()
            let compositor = Compositor(mode: opened.mode, bufferCount: opened.capabilities.bufferCount)
            output = opened
            self.compositor = compositor
            flipPending = false
            isActive = true
            countedPasses = 0
            hasOverlays = !opened.capabilities.overlays.isEmpty
            interval = opened.mode.refreshInterval.nanoseconds
            lastFlip = MonotonicTime.now
            compositor.setUserInterface(userInterfaceSurface, changes: Region())
            applyLayout()
            control.reportOpened(opened.mode, opened.capabilities)
            control.reportActive(true)
            events(.opened(opened.mode, opened.capabilities))
        } catch {
            control.reportClosed(error)
            events(.closed(error))
        }
    }

    private func closeQuietly() {
        for tile in tiles {
            tile.isOnOverlay = false
            tile.isUnderWay = false
        }
        compositor = nil
        output?.close()
        output = nil
        flipPending = false
    }

    private func closeOutput(_ error: DeviceError) {
        if output == nil { return }
        closeQuietly()
        for tile in tiles { tile.discardFrames() }
        control.reportClosed(error)
        events(.closed(error))
    }

    private func answerCaptures() {
        // What was asked for before the capture shall be in it: a flip may be under way, and one more after it.
        for _ in 0..<2 where flipPending {
            waitForFlip()
            turn()
        }
        waitForFlip()
        let waiting = captures
        captures.removeAll()
        for continuation in waiting {
            do throws(DeviceError) { continuation.resume(returning: try readScreen()) } catch {
                continuation.resume(throwing: error)
                closeOutput(error)
            }
        }
    }

    private func readScreen() throws(DeviceError) -> CapturedScreen {
        guard let output else {
            throw DeviceError(.gone, device: "screen", detail: "there is no screen now")
        }
        let mode = output.mode
        let stride = mode.width * 4
        var pixels = [UInt8](repeating: 0, count: stride * mode.height)
        var failure: DeviceError?
        pixels.withUnsafeMutableBytes { bytes in
            do throws(DeviceError) { try output.readScreen(into: bytes, stride: stride) } catch { failure = error }
        }
        if let failure { throw failure }
        return CapturedScreen(pixels: pixels, width: mode.width, height: mode.height, stride: stride)
    }

    private func waitForFlip() {
        guard flipPending, let output else { return }
        var set = PollSet(count: 1)
        set.watch(0, output.eventDescriptor, for: .readable)
        do throws(DeviceError) {
            while flipPending {
                _ = try? set.wait(nanoseconds: 50_000_000)
                try takeFlip(output)
            }
        } catch {
            closeOutput(error)
        }
    }
}
