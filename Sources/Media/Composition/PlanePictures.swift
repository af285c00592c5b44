package import MediaTypes
import RealtimeSupport

/// Brings one tile's pictures into the memory of an overlay plane, for those that the plane cannot show as they are:
/// pictures outside DMABUFs (a software decoder's), other layouts than NV12, sizes that it cannot scale, mirrored ones
/// where it does not mirror.
///
/// One pass of 1.5 bytes a pixel in place of a conversion to RGB of 4; enlarging is left to a plane that can. Confined
/// to the display thread. Memory is taken when picture format or tile change, never per frame.
package final class PlanePictures {
    /// One on screen, one on its way there, one staged, one that is painted.
    private static let count = 4

    private var painter: TilePainter?
    private var pool: FramePool?
    private var poolFormat: VideoFormat?
    /// Passes of the CPU over pictures so far.
    package private(set) var passes: UInt64 = 0

    package init() {}

    /// Gives the memory back once the pictures on screen have gone.
    package func release() {
        painter = nil
        pool = nil
        poolFormat = nil
    }

    // MARK: - Real-time

    /// - Parameters:
    ///   - scales: whether the plane scales.
    ///   - makePool: the display's memory for pictures of a format; nil when it has none.
    /// - Returns: the picture, the whole of which belongs on `destination`; nil when it is broken, or all memory is in
    ///   use.
    package func prepare(
        _ frame: VideoFrame, for tile: Tile, scales: Bool, makePool: (_ format: VideoFormat, _ count: Int) -> FramePool?
    ) -> PlanePicture? {
        let placement = Placement(width: frame.format.width, height: frame.format.height, in: tile)
        guard !placement.destination.isEmpty else { return nil }
        var source = frame
        var part = placement.source
        let enlarges =
            placement.destination.width > part.width && placement.destination.height > part.height && !tile.isMirrored
        if !(enlarges && scales && FrameLayout.isComplete(frame) && frame.format.pixelFormat.isPlanar420) {
            guard let prepared = paint(frame, tile) else { return nil }
            (source, part) = prepared
        }
        let format = VideoFormat(.nv12, width: part.width, height: part.height)
        if format != poolFormat {
            pool = makePool(format, Self.count)
            poolFormat = format
        }
        guard let pool, let slot = pool.takeReturned(), let cropped = source.cropped(to: part) else { return nil }
        var result = ConversionResult.damaged
        pool.update(slot) { result = PictureConverter.convert(cropped, into: &$0) }
        guard result == .converted else {
            pool.putBack(slot)
            return nil
        }
        passes &+= 1
        return PlanePicture(frame: pool.lend(slot), destination: placement.destination)
    }

    /// The picture as the tile shows it, before it is put into the plane's memory.
    private func paint(_ frame: VideoFrame, _ tile: Tile) -> (VideoFrame, Rect)? {
        if painter?.tile != tile { painter = TilePainter(tile) }
        guard let painter, painter.prepare(frame) == .converted, let prepared = painter.prepared else { return nil }
        passes &+= UInt64(painter.passes)
        return prepared
    }
}

/// A picture in a plane's memory, and where the whole of it belongs on the screen.
package struct PlanePicture: ~Copyable {
    package let frame: FrameHandle
    package let destination: Rect
}

extension VideoFrame {
    /// The part `part` (even coordinates) of an NV12 or I420 picture as a picture of its own, over the same memory.
    fileprivate func cropped(to part: Rect) -> VideoFrame? {
        guard Rect(width: format.width, height: format.height).contains(part), format.pixelFormat.isPlanar420 else {
            return nil
        }
        if part == Rect(width: format.width, height: format.height) { return self }
        func moved(_ plane: FramePlane, x: Int, y: Int) -> FramePlane {
            let skipped = y * plane.stride + x
            return FramePlane(
                base: plane.base.map { $0 + skipped }, stride: plane.stride,
                byteCount: max(plane.byteCount - skipped, 0))
        }
        var result = self
        result.format = VideoFormat(format.pixelFormat, width: part.width, height: part.height)
        result.planes.0 = moved(planes.0, x: part.x, y: part.y)
        let isNV12 = format.pixelFormat == .nv12
        result.planes.1 = moved(planes.1, x: isNV12 ? part.x : part.x / 2, y: part.y / 2)
        if !isNV12 { result.planes.2 = moved(planes.2, x: part.x / 2, y: part.y / 2) }
        return result
    }
}

extension PixelFormat {
    fileprivate var isPlanar420: Bool { self == .nv12 || self == .i420 }
}
