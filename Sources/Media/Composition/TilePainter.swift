import MediaTypes

/// Prepares one tile's picture (import, scaling, mirroring, each only when needed) and paints parts of it.
///
/// Confined to the display thread. Memory is taken when picture format or tile change, never per frame.
final class TilePainter {
    private(set) var tile: Tile
    private var format: VideoFormat?
    private var placement: Placement?
    private var imported: PictureMemory?
    private var scaled: PictureMemory?
    private var threeHalves: ThreeHalvesScaler?
    private var mirrored: PictureMemory?
    /// What is painted from: the frame itself, or one of the memories above.
    private var picture: VideoFrame?
    private var pictureOrigin = Rect.zero
    /// Whether the frame that was prepared must live on, since it is painted from directly.
    private(set) var paintsFromFrame = false
    /// Passes of the CPU over the picture that preparing takes, painting not counted.
    private(set) var passes = 0

    init(_ tile: Tile) { self.tile = tile }

    /// Where on the screen the picture is; `.zero` before the first frame.
    var destination: Rect { picture == nil ? .zero : placement?.destination ?? .zero }

    var hasPicture: Bool { picture != nil }

    /// What `prepare` made, and which part of it the tile shows; valid until the next call.
    var prepared: (picture: VideoFrame, part: Rect)? { picture.map { ($0, pictureOrigin) } }

    /// Moves the tile. A picture that was prepared stays only if it fits; else false: prepare the frame again.
    func move(to tile: Tile) -> Bool {
        let old = self.tile
        self.tile = tile
        guard old.rect != tile.rect || old.filling != tile.filling || old.isMirrored != tile.isMirrored else {
            return true
        }
        if let placement, let format, old.rect.width == tile.rect.width, old.rect.height == tile.rect.height,
            old.filling == tile.filling, old.isMirrored == tile.isMirrored
        {
            let moved = Placement(width: format.width, height: format.height, in: tile)
            if moved.source == placement.source, moved.destination.width == placement.destination.width,
                moved.destination.height == placement.destination.height
            {
                self.placement = moved
                return true
            }
        }
        format = nil
        clear()
        return false
    }

    /// Forgets the picture; the tile shows what is below it.
    func clear() { picture = nil }

    /// Where a frame of this format would be shown, for overlay planes.
    func placement(for format: VideoFormat) -> Placement {
        if format == self.format, let placement { return placement }
        return Placement(width: format.width, height: format.height, in: tile)
    }

    // MARK: - Real-time

    /// Makes `frame` the tile's picture. When `paintsFromFrame` is true afterwards, the frame must stay valid until
    /// the next call; else it is not needed any more.
    func prepare(_ frame: VideoFrame) -> ConversionResult {
        guard FrameLayout.isComplete(frame), frame.format.width >= 2, frame.format.height >= 2 else {
            return .damaged
        }
        if frame.format != format { configure(frame.format) }
        guard let placement, !placement.destination.isEmpty else { return .unsupported }
        var current = frame
        if let imported {
            var target = imported.frame
            let result = PictureConverter.convert(frame, into: &target)
            if result != .converted { return result }
            current = target
        }
        var part = placement.source
        if let scaled {
            let result =
                threeHalves?.scale(current, part: part, into: scaled.frame)
                ?? PictureConverter.scale(current, part: part, into: scaled.frame)
            if result != .converted { return result }
            current = scaled.frame.described(as: current)
            part = Rect(width: scaled.frame.format.width, height: scaled.frame.format.height)
        }
        if let mirrored {
            let result = PictureConverter.mirror(current, part: part, into: mirrored.frame)
            if result != .converted { return result }
            current = mirrored.frame.described(as: current)
            part = Rect(width: part.width, height: part.height)
        }
        picture = current
        pictureOrigin = part
        return .converted
    }

    /// Paints the part `clip` (even, inside `destination`) at its place in `target`.
    func paint(_ clip: Rect, to target: PaintTarget) {
        guard let picture, let placement else { return }
        let part = clip.offset(
            x: pictureOrigin.x - placement.destination.x, y: pictureOrigin.y - placement.destination.y)
        _ = PictureConverter.paint(picture, part: part, at: target.pixel(clip.x, clip.y), stride: target.stride)
    }

    // MARK: - Set-up

    private func configure(_ format: VideoFormat) {
        let placement = Placement(width: format.width, height: format.height, in: tile)
        self.format = format
        self.placement = placement
        picture = nil
        threeHalves = ThreeHalvesScaler(part: placement.source, destination: placement.destination)
        let isPlanar = format.pixelFormat == .i420 || (format.pixelFormat == .nv12 && threeHalves == nil)
        let planar: PixelFormat = threeHalves != nil ? .i420 : isPlanar ? format.pixelFormat : .nv12
        imported = isPlanar ? nil : PictureMemory(VideoFormat(planar, width: format.width, height: format.height))
        let shown = VideoFormat(planar, width: placement.destination.width, height: placement.destination.height)
        let isVisible = !placement.destination.isEmpty
        scaled = isVisible && !placement.isUnscaled ? PictureMemory(shown) : nil
        mirrored = isVisible && tile.isMirrored ? PictureMemory(shown) : nil
        paintsFromFrame = imported == nil && scaled == nil && mirrored == nil
        passes = (imported == nil ? 0 : 1) + (scaled == nil ? 0 : 1) + (mirrored == nil ? 0 : 1)
    }
}

extension VideoFrame {
    /// The same planes with another picture's matrix and range.
    fileprivate func described(as other: VideoFrame) -> VideoFrame {
        var result = self
        result.matrix = other.matrix.resolved(height: other.format.height)
        result.isFullRange = other.isFullRange
        return result
    }
}

/// Pixels in XRGB8888 to paint to; the first one is the screen's pixel at `originX`, `originY`.
struct PaintTarget {
    let base: UnsafeMutableRawPointer
    let stride: Int
    let originX: Int
    let originY: Int

    func pixel(_ x: Int, _ y: Int) -> UnsafeMutableRawPointer {
        base + (y - originY) * stride + (x - originX) * 4
    }
}
