import CYUV
package import MediaTypes

/// Paints a scene (backdrop, tiles, user interface) into back buffers, and only what has changed.
///
/// Keeps for each back buffer what it lacks. Rectangles are grown to even coordinates on their way in, so that
/// pictures with half-size chroma can be painted in parts. Confined to the display thread; no allocation per frame.
package final class Compositor {
    private let bounds: Rect
    private var scene = Scene()
    /// In the scene's order.
    private var painters: [TilePainter] = []
    private var userInterface: UserInterfaceSurface?
    /// What each back buffer lacks.
    private let lacking: UnsafeMutablePointer<Region>
    private let bufferCount: Int
    /// What has changed since the last presentation.
    private var changed: Region
    private let band: UnsafeMutableRawPointer
    private let bandRows = 16
    /// Passes of the CPU over whole pictures since the start, for the figure of copies per frame.
    package private(set) var passes: UInt64 = 0

    /// - Parameter bufferCount: of the display; none of its buffers holds anything yet.
    package init(mode: DisplayMode, bufferCount: Int) {
        bounds = mode.bounds
        self.bufferCount = max(bufferCount, 1)
        lacking = .allocate(capacity: self.bufferCount)
        lacking.initialize(repeating: Region(mode.bounds), count: self.bufferCount)
        changed = Region(mode.bounds)
        band = .allocate(byteCount: (mode.width * 4 + 64) * bandRows, alignment: 64)
    }

    deinit {
        lacking.deallocate()
        band.deallocate()
    }

    // MARK: - Scene

    /// Changes tiles and backdrop. Pictures stay where the same tile stays; a tile that changed its size has none
    /// until its frame is shown again: `needsFrame` says so.
    package func setScene(_ scene: Scene) {
        if scene.backdrop != self.scene.backdrop { damage(bounds) }
        var kept: [TilePainter] = []
        for tile in scene.tiles {
            if let painter = painters.first(where: { $0.tile.id == tile.id }) {
                if painter.tile != tile {
                    damage(painter.destination)
                    _ = painter.move(to: tile)
                    damage(painter.destination)
                }
                kept.append(painter)
            } else {
                kept.append(TilePainter(tile))
            }
        }
        for painter in painters where !kept.contains(where: { $0 === painter }) { damage(painter.destination) }
        painters = kept
        self.scene = scene
    }

    /// Whether the tile shows nothing and would show a frame.
    package func needsFrame(_ id: TileID) -> Bool { painter(id).map { !$0.hasPicture } ?? false }

    /// Whether the last frame that was shown on the tile is painted from, so that it must stay valid.
    package func paintsFromFrame(_ id: TileID) -> Bool {
        painter(id).map { $0.hasPicture && $0.paintsFromFrame } ?? false
    }

    /// Takes the tile's picture away, as when it is on an overlay plane or its sender has gone.
    package func hide(_ id: TileID) {
        guard let painter = painter(id), painter.hasPicture else { return }
        damage(painter.destination)
        painter.clear()
    }

    /// Where a picture of `format` would go on an overlay plane; nil when there is no such tile.
    package func overlayPlacement(_ id: TileID, for format: VideoFormat) -> Placement? {
        painter(id)?.placement(for: format)
    }

    /// The tile as the scene has it.
    package func tile(_ id: TileID) -> Tile? { painter(id)?.tile }

    /// Replaces the user interface's layer; nil takes it away. The surface must stay valid until it is replaced.
    ///
    /// - Parameter changes: what differs from the surface before.
    package func setUserInterface(_ surface: UserInterfaceSurface?, changes: borrowing Region) {
        for index in 0..<changes.count { damage(changes[index]) }
        userInterface = surface
    }

    /// Has everything painted anew, as after standby.
    package func damageAll() { damage(bounds) }

    // MARK: - Real-time

    /// Makes a frame the tile's picture, to be painted by the next `compose`.
    package func show(_ frame: VideoFrame, on id: TileID) -> ConversionResult {
        guard let position = position(id) else { return .unsupported }
        let painter = painters[position]
        let before = painter.destination
        let result = painter.prepare(frame)
        guard result == .converted else { return result }
        passes &+= UInt64(painter.passes)
        if before != painter.destination { damage(before) }
        var visible = Region(painter.destination)
        for higher in (position + 1)..<max(painters.count, position + 1) {
            visible.subtract(painters[higher].destination)
        }
        for index in 0..<visible.count { damage(visible[index]) }
        return .converted
    }

    /// Whether something has changed since the last presentation.
    package var isDirty: Bool { !changed.isEmpty }

    /// Paints into `buffer` all that it lacks. May be repeated before the buffer is presented.
    package func compose(into buffer: DisplayBuffer) {
        guard buffer.index >= 0, buffer.index < bufferCount else { return }
        let region = lacking[buffer.index]
        lacking[buffer.index].removeAll()
        if region.isEmpty { return }
        passes &+= 1
        let target = PaintTarget(base: buffer.base, stride: buffer.stride, originX: 0, originY: 0)
        guard let userInterface else {
            paintLayers(region, to: target)
            return
        }
        // What lies under the user interface is painted and blended in cached memory, a few rows at a time: the
        // buffer's own memory may be slow to read.
        var plain = region
        for index in 0..<userInterface.occupied.count {
            let occupied = userInterface.occupied[index].evened(within: bounds)
            plain.subtract(occupied)
        }
        paintLayers(plain, to: target)
        for index in 0..<userInterface.occupied.count {
            let occupied = userInterface.occupied[index].evened(within: bounds)
            for part in 0..<region.count {
                blend(userInterface, region[part].intersection(occupied), to: target)
            }
        }
    }

    /// What has changed since the last presentation; forgotten with this call. Call it when presenting.
    package func takeChanges() -> Region {
        defer { changed.removeAll() }
        return changed
    }

    private func blend(_ surface: UserInterfaceSurface, _ rect: Rect, to target: PaintTarget) {
        let rect = rect.intersection(Rect(width: surface.width, height: surface.height))
        if rect.isEmpty { return }
        let stride = (rect.width * 4 + 63) & ~63
        var top = rect.y
        while top < rect.bottom {
            let rows = min(bandRows, rect.bottom - top)
            let strip = Rect(x: rect.x, y: top, width: rect.width, height: rows)
            paintLayers(
                Region(strip), to: PaintTarget(base: band, stride: stride, originX: strip.x, originY: strip.y))
            let below = band.assumingMemoryBound(to: UInt8.self)
            let layer = (surface.base + strip.y * surface.stride + strip.x * 4).assumingMemoryBound(to: UInt8.self)
            ARGBBlend(
                layer, Int32(surface.stride), below, Int32(stride), below, Int32(stride), Int32(rect.width),
                Int32(rows))
            CopyPlane(
                below, Int32(stride), target.pixel(strip.x, strip.y).assumingMemoryBound(to: UInt8.self),
                Int32(target.stride), Int32(rect.width * 4), Int32(rows))
            top += rows
        }
    }

    /// Paints backdrop and tiles; `region` may be painted over more than once, from the lowest to the highest.
    private func paintLayers(_ region: borrowing Region, to target: PaintTarget) {
        if region.isEmpty { return }
        var bare = copy region
        for painter in painters { bare.subtract(painter.destination) }
        for index in 0..<bare.count { paintBackdrop(bare[index], to: target) }
        for position in 0..<painters.count {
            let painter = painters[position]
            var visible = region.clipped(to: painter.destination)
            if visible.isEmpty { continue }
            for higher in (position + 1)..<max(painters.count, position + 1) {
                visible.subtract(painters[higher].destination)
            }
            for index in 0..<visible.count { painter.paint(visible[index], to: target) }
        }
    }

    private func paintBackdrop(_ rect: Rect, to target: PaintTarget) {
        let backdrop = scene.backdrop
        if backdrop.top == backdrop.bottom {
            ARGBRect(
                target.pixel(rect.x, rect.y).assumingMemoryBound(to: UInt8.self), Int32(target.stride), 0, 0,
                Int32(rect.width), Int32(rect.height), backdrop.top.pixel)
            return
        }
        // A slow gradient in eight bits shows steps; four neighbours in turn hide them.
        for y in rect.y..<rect.bottom {
            let row = target.pixel(rect.x, y).assumingMemoryBound(to: UInt32.self)
            let order = y & 1 == 0 ? (0, 2, 1, 3) : (3, 1, 2, 0)
            func pixel(_ threshold: Int) -> UInt32 {
                backdrop.top.mixed(with: backdrop.bottom, part: y, of: bounds.height, threshold: threshold).pixel
            }
            // By where they stand in this rectangle.
            let four = SIMD4(pixel(order.0), pixel(order.1), pixel(order.2), pixel(order.3))
            var pixels = SIMD4<UInt32>()
            for column in 0..<4 { pixels[column] = four[(rect.x + column) & 3] }
            let whole = rect.width & ~3
            for column in stride(from: 0, to: whole, by: 4) {
                UnsafeMutableRawPointer(row + column).storeBytes(of: pixels, as: SIMD4<UInt32>.self)
            }
            for column in whole..<rect.width { row[column] = pixels[column & 3] }
        }
    }

    private func damage(_ rect: Rect) {
        let rect = rect.evened(within: bounds)
        if rect.isEmpty { return }
        changed.add(rect)
        for index in 0..<bufferCount { lacking[index].add(rect) }
    }

    private func position(_ id: TileID) -> Int? {
        for index in 0..<painters.count where painters[index].tile.id == id { return index }
        return nil
    }

    private func painter(_ id: TileID) -> TilePainter? { position(id).map { painters[$0] } }
}
