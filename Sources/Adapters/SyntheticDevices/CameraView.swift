import MediaTypes

/// Which part of its scene the synthetic camera shows: pan, tilt and zoom by cutting out and enlarging.
///
/// There is nothing beside the scene, so looking aside brings it a little nearer as well.
package struct CameraView: Sendable, Equatable {
    static let panRange = -100...100
    static let zoomRange = 100...400

    /// To the right, in hundredths of the way to the edge.
    package var pan = 0
    /// Upwards, in the same measure.
    package var tilt = 0
    /// Percent.
    package var zoom = 100

    package init() {}

    var isWhole: Bool { self == CameraView() }

    /// The part of the scene, with even edges.
    func part(width: Int, height: Int) -> Rect {
        let scale = max(zoom, 100 + max(abs(pan), abs(tilt)) / 4)
        let (wide, high) = (max(width * 100 / scale, 2) & ~1, max(height * 100 / scale, 2) & ~1)
        let left = (width - wide) * (100 + pan) / 200 & ~1
        let top = (height - high) * (100 - tilt) / 200 & ~1
        return Rect(x: left, y: top, width: wide, height: high)
    }
}
