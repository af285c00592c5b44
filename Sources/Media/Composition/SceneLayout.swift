package import MediaTypes

/// Where the self view sits.
package enum ScreenCorner: String, Sendable, Hashable, CaseIterable {
    case topLeft, topRight, bottomLeft, bottomRight
}

/// How the videos of a call share the screen. A pure function from a screen to a list of tiles.
package enum SceneLayout: Sendable, Hashable {
    /// The other party fills the screen.
    case remoteFull
    /// The other party fills the screen, the own camera small in a corner.
    case remoteWithSelfView(ScreenCorner)
    /// Both with the same size, the other party left.
    case sideBySide
    /// All parties with the same size in rows; the own camera comes last when it is shown.
    case grid(showsSelf: Bool)
    /// Only the own camera, as before a call.
    case selfViewOnly
    /// No video.
    case none
    /// Tiles placed by somebody else.
    case custom([Tile])

    /// The tiles for a screen.
    ///
    /// - Parameter parties: the tiles of the other parties in order of appearance; `[.remote]` in a call of two.
    package func tiles(on screen: DisplayMode, parties: [TileID] = [.remote]) -> [Tile] {
        let bounds = screen.bounds
        switch self {
        case .none:
            return []
        case .custom(let tiles):
            return tiles
        case .selfViewOnly:
            return [Tile(id: .selfView, rect: bounds, filling: .fill, isMirrored: true)]
        case .remoteFull:
            return Self.evenly(parties, in: bounds)
        case .remoteWithSelfView(let corner):
            let small = Tile(
                id: .selfView, rect: Self.corner(corner, of: bounds), z: 10, filling: .fill, isMirrored: true)
            return Self.evenly(parties, in: bounds) + [small]
        case .sideBySide:
            guard let first = parties.first else { return SceneLayout.selfViewOnly.tiles(on: screen) }
            let half = bounds.width / 2
            let gap = Self.gap(of: bounds)
            return [
                Tile(id: first, rect: Rect(x: 0, y: 0, width: half - gap / 2, height: bounds.height)),
                Tile(
                    id: .selfView,
                    rect: Rect(x: half + gap / 2, y: 0, width: half - gap / 2, height: bounds.height),
                    isMirrored: true),
            ]
        case .grid(let showsSelf):
            return Self.evenly(showsSelf ? parties + [.selfView] : parties, in: bounds)
        }
    }

    /// Equal tiles in rows that waste the least screen for 16:9 pictures; a short last row stands in the middle.
    private static func evenly(_ ids: [TileID], in bounds: Rect) -> [Tile] {
        let ids = ids.prefix(Scene.maximumTiles - 1)
        guard !ids.isEmpty else { return [] }
        if ids.count == 1, let id = ids.first {
            return [Tile(id: id, rect: bounds, filling: .fit, isMirrored: id == .selfView)]
        }
        let gap = Self.gap(of: bounds)
        var best = (columns: 1, width: 0, height: 0)
        for columns in 1...ids.count {
            let rows = (ids.count + columns - 1) / columns
            let room = (
                width: (bounds.width - gap * (columns + 1)) / columns,
                height: (bounds.height - gap * (rows + 1)) / rows
            )
            let width = min(room.width, room.height * 16 / 9)
            if width > best.width { best = (columns, width, width * 9 / 16) }
        }
        let rows = (ids.count + best.columns - 1) / best.columns
        let top = (bounds.height - rows * best.height - (rows - 1) * gap) / 2
        return ids.enumerated().map { position, id in
            let row = position / best.columns
            let inRow = min(best.columns, ids.count - row * best.columns)
            let left = (bounds.width - inRow * best.width - (inRow - 1) * gap) / 2
            let rect = Rect(
                x: left + (position % best.columns) * (best.width + gap), y: top + row * (best.height + gap),
                width: best.width, height: best.height)
            return Tile(id: id, rect: rect, filling: .fill, isMirrored: id == .selfView)
        }
    }

    /// A quarter of the screen's width, 16:9, a little away from the edges.
    private static func corner(_ corner: ScreenCorner, of bounds: Rect) -> Rect {
        let width = bounds.width / 4
        let height = width * 9 / 16
        let margin = bounds.height / 30
        let left = corner == .topLeft || corner == .bottomLeft
        let top = corner == .topLeft || corner == .topRight
        return Rect(
            x: left ? margin : bounds.width - margin - width, y: top ? margin : bounds.height - margin - height,
            width: width, height: height)
    }

    private static func gap(of bounds: Rect) -> Int { max(bounds.height / 90, 2) & ~1 }
}
