import Composition
import LinuxSystem
import MediaTypes
import RealtimeSupport

/// What the screen's planes can do, for the turns of the display thread.
struct Overlays {
    let count: Int
    let scale: Bool
    let mirror: Bool
    /// Whether the highest one blends the user interface with what is below it.
    let blendsInterface: Bool

    init(of planes: [OverlayPlaneCapability]) {
        count = planes.count
        scale = planes.allSatisfy(\.scales)
        mirror = planes.allSatisfy(\.mirrors)
        blendsInterface = planes.last?.formats.contains(.argb8888) ?? false
    }
}

/// What goes to overlay planes rather than through the compositor. Real-time.
extension DisplayLoop {
    /// Puts the user interface and tiles on overlay planes, from the highest down to the first that cannot be; true
    /// when any of them has a new picture or left its plane.
    func stageOverlays(
        _ output: any DisplayOutput, _ compositor: Compositor
    ) throws(DeviceError) -> Bool {
        if overlays.count == 0 { return false }
        output.unstageOverlays()
        var changes = try stageInterface(output, compositor)
        var canGoOn = true
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
        countPlanePasses()
        return changes
    }

    /// Puts the user interface above all tiles, when it lies over a picture and there are planes enough for that one too;
    /// else the compositor paints it. True when it is new there, or left.
    private func stageInterface(
        _ output: any DisplayOutput, _ compositor: Compositor
    ) throws(DeviceError) -> Bool {
        var staged = false
        if let surface = userInterfaceSurface, overlays.blendsInterface, overlays.count > shownTiles.count,
            interfaceCoversPicture(compositor)
        {
            staged = try interfacePlane.stage(surface, on: output)
        }
        let wasOnOverlay = interfacePlane.isOnOverlay
        if wasOnOverlay, !staged { interfacePlane.release() }
        interfacePlane.isOnOverlay = staged
        if staged != wasOnOverlay {
            compositor.setUserInterface(staged ? nil : userInterfaceSurface, changes: userInterfaceOccupies)
        }
        // One that has left its plane and is not gone comes with what is painted.
        if interfaceProgress == .new, staged || (wasOnOverlay && userInterfaceSurface == nil) {
            interfaceProgress = .staged
        }
        guard staged else { return wasOnOverlay }
        return interfacePlane.takeFreshness() || !wasOnOverlay
    }

    private func interfaceCoversPicture(_ compositor: Compositor) -> Bool {
        if userInterfaceOccupies.isEmpty { return false }
        for index in shownTiles {
            guard let picture = tiles[index].picture,
                let placement = compositor.overlayPlacement(tiles[index].id, for: picture.format)
            else { continue }
            if userInterfaceOccupies.intersects(placement.destination) { return true }
        }
        return false
    }

    private func stage(
        _ tile: DisplayTile, _ output: any DisplayOutput, _ compositor: Compositor
    ) throws(DeviceError) -> Bool {
        guard let picture = tile.picture, var place = compositor.tile(tile.id),
            let placement = compositor.overlayPlacement(tile.id, for: picture.format)
        else { return false }
        // Unless it has a plane of its own, the user interface is painted below the planes.
        if !interfacePlane.isOnOverlay, userInterfaceOccupies.intersects(placement.destination) { return false }
        let mirrorsInPlane = place.isMirrored && overlays.mirror
        if !place.isMirrored || mirrorsInPlane {
            let staged = try tile.withFrame { (frame) throws(DeviceError) -> Bool in
                try output.stageOverlay(
                    frame, source: placement.source, destination: placement.destination, isMirrored: mirrorsInPlane)
            }
            if staged == true { return true }
        }
        // Not as it is: in the plane's own memory.
        if mirrorsInPlane { place.isMirrored = false }
        func makePool(_ format: VideoFormat, _ count: Int) -> FramePool? {
            output.makePlanePictures(format, count: count)
        }
        let staged = try tile.withPlanePicture(on: place, scales: overlays.scale, makePool: makePool) {
            (made) throws(DeviceError) -> Bool in
            let format = made.frame.value.format
            return try output.stageOverlay(
                made.frame, source: Rect(width: format.width, height: format.height), destination: made.destination,
                isMirrored: mirrorsInPlane)
        }
        return staged ?? false
    }

    private func countPlanePasses() {
        var passes: UInt64 = 0
        for tile in tiles { passes &+= tile.planePictures.passes }
        control.figures.passes.add(passes &- countedPlanePasses)
        countedPlanePasses = passes
    }
}
