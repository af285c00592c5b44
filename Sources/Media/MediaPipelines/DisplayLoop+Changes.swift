import Composition
import LinuxSystem
import MediaTypes
import RealtimeSupport

/// What the room wants, and screens that come and go; rare, never per frame.
extension DisplayLoop {
    func applyRequests() {
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
            selfViewHold = .zero
            applyLayout()
        } else if !requests.newTiles.isEmpty {
            applyLayout()
        }
        if let hold = requests.selfViewHold { selfViewHold = hold }
        for id in requests.cleared {
            for tile in tiles where tile.id == id {
                compositor?.hide(id)
                tile.discardFrames()
            }
        }
        captures.append(contentsOf: requests.captures)
    }

    func applyLayout() {
        guard let output, let compositor else { return }
        let scene = Scene(
            tiles: layout.layout.tiles(on: output.mode, parties: layout.parties), backdrop: layout.backdrop)
        compositor.setScene(scene)
        for tile in tiles { tile.forgetPlanePicture() }
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

    func replaceUserInterface(_ surface: consuming UserInterfaceHandle?, changes: Region) {
        var changes = changes
        interfaceProgress = .new
        interfacePlane.forget()
        if let surface {
            userInterfaceSurface = surface.value
            userInterface = consume surface
        } else {
            changes.add(userInterfaceOccupies)
            userInterfaceSurface = nil
            userInterface = nil
        }
        if !interfacePlane.isOnOverlay { compositor?.setUserInterface(userInterfaceSurface, changes: changes) }
    }

    func followStandby(_ output: any DisplayOutput, _ compositor: Compositor) throws(DeviceError) {
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

    func followConnector() {
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

    func openOutput() {
        do throws(DeviceError) {
            let opened = try open()
            let compositor = Compositor(mode: opened.mode, bufferCount: opened.capabilities.bufferCount)
            output = opened
            self.compositor = compositor
            flipPending = false
            isActive = true
            countedPasses = 0
            overlays = Overlays(of: opened.capabilities.overlays)
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

    func closeQuietly() {
        for tile in tiles {
            tile.isOnOverlay = false
            tile.forgetPlanePicture()
            tile.abandon()
        }
        interfacePlane.release()
        compositor = nil
        output?.close()
        output = nil
        flipPending = false
    }

    func closeOutput(_ error: DeviceError) {
        if output == nil { return }
        closeQuietly()
        for tile in tiles { tile.discardFrames() }
        control.reportClosed(error)
        events(.closed(error))
    }
}
