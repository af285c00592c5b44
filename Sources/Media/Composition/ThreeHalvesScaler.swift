import CYUV
import MediaTypes

/// Enlarges I420 pictures by one half both ways, as 720 lines on a screen of 1080 need it.
///
/// libyuv has fast code for doubling and for three quarters, and slow code for all odd factors: doubling first and
/// taking three quarters of that is twice as fast, with a strip at a time that stays in the processor's cache.
/// Each strip sees one row beyond its edges, so that none is visible. Confined to one thread.
final class ThreeHalvesScaler {
    private static let stripRows = 16

    private let width: Int
    private let height: Int
    private let strip: UnsafeMutablePointer<UInt8>

    /// - Parameter part: of the picture that is enlarged.
    init?(part: Rect, destination: Rect) {
        guard part.width % 4 == 0, part.height % 4 == 0, part.width >= 16, part.height >= 16,
            destination.width * 2 == part.width * 3, destination.height * 2 == part.height * 3
        else { return nil }
        width = part.width
        height = part.height
        strip = .allocate(capacity: width * 2 * (Self.stripRows + 2) * 2 + 64)
    }

    deinit { strip.deallocate() }

    // MARK: - Real-time

    /// `source` and `destination` are complete I420 pictures, and `part` (even origin) lies in `source`.
    func scale(_ source: VideoFrame, part: Rect, into destination: VideoFrame) -> ConversionResult {
        guard part.width == width, part.height == height,
            scale(source.planes.0, x: part.x, y: part.y, width, height, into: destination.planes.0),
            scale(source.planes.1, x: part.x / 2, y: part.y / 2, width / 2, height / 2, into: destination.planes.1),
            scale(source.planes.2, x: part.x / 2, y: part.y / 2, width / 2, height / 2, into: destination.planes.2)
        else { return .damaged }
        return .converted
    }

    private func scale(
        _ plane: FramePlane, x: Int, y: Int, _ width: Int, _ height: Int, into target: FramePlane
    ) -> Bool {
        guard let source = plane.base, let destination = target.base else { return false }
        let from = source.assumingMemoryBound(to: UInt8.self) + y * plane.stride + x
        let to = destination.assumingMemoryBound(to: UInt8.self)
        var row = 0
        while row < height {
            let rows = min(Self.stripRows, height - row)
            let above = row > 0 ? 1 : 0
            let below = row + rows < height ? 1 : 0
            let seen = rows + above + below
            ScalePlane(
                from + (row - above) * plane.stride, Int32(plane.stride), Int32(width), Int32(seen), strip,
                Int32(width * 2), Int32(width * 2), Int32(seen * 2), kFilterBilinear)
            ScalePlane(
                strip + above * 2 * width * 2, Int32(width * 2), Int32(width * 2), Int32(rows * 2),
                to + row / 2 * 3 * target.stride, Int32(target.stride), Int32(width * 3 / 2), Int32(rows * 3 / 2),
                kFilterBox)
            row += rows
        }
        return true
    }
}
