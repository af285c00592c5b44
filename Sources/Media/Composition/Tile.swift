package import MediaTypes

/// Names a tile for as long as it may be shown; the same id keeps its picture when the layout changes.
package struct TileID: Sendable, Hashable, Comparable, RawRepresentable, BitwiseCopyable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// The room's own camera.
    package static let selfView = TileID(rawValue: 0)
    /// The other party's camera; further parties count on from here.
    package static let remote = TileID(rawValue: 1)
}

/// How a picture of another shape fills its tile.
package enum TileFilling: String, Sendable, Hashable, CaseIterable {
    /// All of the picture, with bars of background.
    case fit
    /// All of the tile, with the picture's edges cut off.
    case fill
}

/// A place on the screen where one video is shown.
package struct Tile: Sendable, Hashable {
    package var id: TileID
    /// Even coordinates on the screen.
    package var rect: Rect
    /// Higher ones cover lower ones.
    package var z: Int
    package var filling: TileFilling
    /// Left and right swapped, as people expect of themselves.
    package var isMirrored: Bool

    package init(id: TileID, rect: Rect, z: Int = 0, filling: TileFilling = .fit, isMirrored: Bool = false) {
        self.id = id
        self.rect = Rect(x: rect.x & ~1, y: rect.y & ~1, width: rect.width & ~1, height: rect.height & ~1)
        self.z = z
        self.filling = filling
        self.isMirrored = isMirrored
    }
}

/// A colour of the screen, 8 bits each, without alpha.
package struct ScreenColour: Sendable, Hashable {
    package var red: UInt8
    package var green: UInt8
    package var blue: UInt8

    package init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    package static let black = ScreenColour(red: 0, green: 0, blue: 0)

    /// As a pixel in memory order B, G, R, 255.
    package var pixel: UInt32 { 0xFF00_0000 | UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue) }

    /// Between this colour (`part` 0) and another (`part` = `whole`), rounded up at `threshold` quarters of a step,
    /// so that neighbours with thresholds 0 to 3 look like what lies between two steps.
    package func mixed(with other: ScreenColour, part: Int, of whole: Int, threshold: Int) -> ScreenColour {
        func mix(_ from: UInt8, _ to: UInt8) -> UInt8 {
            let sum = Int(from) * (whole - part) + Int(to) * part
            return UInt8(clamping: (sum * 8 + threshold * 2 * whole + whole) / max(8 * whole, 1))
        }
        return ScreenColour(red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue))
    }
}

/// What shows where no tile does: one colour at the top of the screen running over into another at its bottom.
package struct Backdrop: Sendable, Hashable {
    package var top: ScreenColour
    package var bottom: ScreenColour

    package init(top: ScreenColour, bottom: ScreenColour) {
        self.top = top
        self.bottom = bottom
    }

    package static let black = Backdrop(top: .black, bottom: .black)
}

/// The whole screen below the user interface.
package struct Scene: Sendable, Hashable {
    package static let maximumTiles = 16

    /// At most `maximumTiles`, from the lowest to the highest.
    package let tiles: [Tile]
    package let backdrop: Backdrop

    package init(tiles: [Tile] = [], backdrop: Backdrop = .black) {
        self.tiles = Array(tiles.sorted { ($0.z, $0.id) < ($1.z, $1.id) }.prefix(Self.maximumTiles))
        self.backdrop = backdrop
    }
}
