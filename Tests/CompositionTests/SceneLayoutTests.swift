import Composition
import MediaTypes
import Testing

@Suite("Layouts of the screen")
struct SceneLayoutTests {
    private static let screens = [
        DisplayMode(width: 1280, height: 720, refreshMillihertz: 60000),
        DisplayMode(width: 1920, height: 1080, refreshMillihertz: 59940),
        DisplayMode(width: 3840, height: 2160, refreshMillihertz: 30000),
        DisplayMode(width: 1366, height: 768, refreshMillihertz: 60000),
        DisplayMode(width: 1080, height: 1920, refreshMillihertz: 60000),
    ]

    @Test("Tiles are even, on the screen, and never overlap but for the self view", arguments: screens)
    func wellFormed(screen: DisplayMode) {
        for count in 1...12 {
            let parties = (1...count).map { TileID(rawValue: $0) }
            for layout in [
                SceneLayout.remoteFull, .remoteWithSelfView(.topLeft), .remoteWithSelfView(.bottomRight),
                .grid(showsSelf: true), .grid(showsSelf: false), .sideBySide, .selfViewOnly, .none,
            ] {
                let tiles = layout.tiles(on: screen, parties: parties)
                for (index, tile) in tiles.enumerated() {
                    #expect(screen.bounds.contains(tile.rect))
                    #expect([tile.rect.x, tile.rect.y, tile.rect.width, tile.rect.height].allSatisfy { $0 % 2 == 0 })
                    #expect(!tile.rect.isEmpty)
                    for other in tiles[(index + 1)...] where other.z == tile.z {
                        #expect(!tile.rect.intersects(other.rect), "\(layout) with \(count)")
                    }
                }
                #expect(Set(tiles.map(\.id)).count == tiles.count)
            }
        }
    }

    @Test("One remote party fills the screen, and the self view sits in its corner above it")
    func remoteWithSelfView() throws {
        let screen = Self.screens[1]
        let tiles = SceneLayout.remoteWithSelfView(.topRight).tiles(on: screen)
        let remote = try #require(tiles.first { $0.id == .remote })
        let own = try #require(tiles.first { $0.id == .selfView })
        #expect(remote.rect == screen.bounds)
        #expect(own.rect == Rect(x: 1920 - 36 - 480, y: 36, width: 480, height: 270))
        #expect(own.z > remote.z)
        #expect(own.isMirrored && !remote.isMirrored)
    }

    @Test("Four parties stand two by two, a fifth party makes a short last row in the middle")
    func grid() {
        let four = SceneLayout.grid(showsSelf: false).tiles(
            on: Self.screens[1], parties: (1...4).map { TileID(rawValue: $0) })
        #expect(Set(four.map(\.rect.y)).count == 2)
        #expect(Set(four.map(\.rect.x)).count == 2)
        let five = SceneLayout.grid(showsSelf: true).tiles(
            on: Self.screens[1], parties: (1...4).map { TileID(rawValue: $0) })
        #expect(five.count == 5)
        #expect(five.last?.id == .selfView)
        let lastRow = five.filter { $0.rect.y == five.map(\.rect.y).max() }
        let left = lastRow.map(\.rect.x).min() ?? 0
        let right = 1920 - (lastRow.map(\.rect.right).max() ?? 0)
        #expect(lastRow.count == 2 && abs(left - right) <= 2)
    }

    @Test("A scene sorts its tiles by height and holds sixteen")
    func scene() {
        let tiles = (0..<20).map { Tile(id: TileID(rawValue: $0), rect: Rect(width: 10, height: 10), z: 20 - $0) }
        let scene = Scene(tiles: tiles)
        #expect(scene.tiles.count == 16)
        #expect(scene.tiles.first?.id.rawValue == 19)
    }
}

@Suite("A picture's place in its tile")
struct PlacementTests {
    private func place(_ width: Int, _ height: Int, _ rect: Rect, _ filling: TileFilling) -> Placement {
        Placement(width: width, height: height, in: Tile(id: .remote, rect: rect, filling: filling))
    }

    @Test("The same shape fills the tile either way")
    func sameShape() {
        let tile = Rect(x: 100, y: 50, width: 640, height: 360)
        for filling in TileFilling.allCases {
            let placement = place(1280, 720, tile, filling)
            #expect(placement.source == Rect(width: 1280, height: 720))
            #expect(placement.destination == tile)
        }
        #expect(place(640, 360, tile, .fit).isUnscaled)
    }

    @Test("A 4:3 picture stands between bars or loses its top and bottom")
    func fourToThree() {
        let screen = Rect(width: 1920, height: 1080)
        #expect(place(640, 480, screen, .fit).destination == Rect(x: 240, y: 0, width: 1440, height: 1080))
        let filled = place(640, 480, screen, .fill)
        #expect(filled.destination == screen)
        #expect(filled.source == Rect(x: 0, y: 60, width: 640, height: 360))
    }

    @Test("Any sizes give even places inside picture and tile")
    func always() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<5000 {
            let width = Int.random(in: 2...2000, using: &random)
            let height = Int.random(in: 2...2000, using: &random)
            let tile = Tile(
                id: .remote, rect: random.rect(within: 3000), filling: Bool.random(using: &random) ? .fit : .fill)
            let placement = Placement(width: width, height: height, in: tile)
            if tile.rect.isEmpty { continue }
            #expect(tile.rect.contains(placement.destination))
            #expect(Rect(width: width, height: height).contains(placement.source))
            #expect(!placement.source.isEmpty && !placement.destination.isEmpty)
            for place in [placement.source, placement.destination] {
                #expect(place.x % 2 == 0 && place.y % 2 == 0)
            }
        }
    }
}
