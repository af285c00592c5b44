import Composition
import MediaTypes
import Testing

@Suite("Compositor")
struct CompositorTests {
    private let mode = DisplayMode(width: 160, height: 90, refreshMillihertz: 60000)
    private let screens = (0..<2).map { _ in PictureMemory(VideoFormat(.xrgb8888, width: 160, height: 90)) }
    private let white: UInt32 = 0xFF_FFFF

    private func compositor(_ tiles: [Tile], backdrop: Backdrop = .black) -> Compositor {
        let compositor = Compositor(mode: mode, bufferCount: 2)
        compositor.setScene(Scene(tiles: tiles, backdrop: backdrop))
        return compositor
    }

    private func compose(_ compositor: Compositor, _ index: Int) throws -> PictureMemory {
        compositor.compose(into: try #require(screens[index].buffer(index)))
        return screens[index]
    }

    /// Marks the whole buffer, so that a test sees where it was painted.
    private func mark(_ index: Int) { screens[index].clear(luma: 0xEE) }

    private func isMarked(_ index: Int, _ x: Int, _ y: Int) -> Bool { screens[index].rgb(x, y) == 0xEE_EEEE }

    @Test("An empty scene is its backdrop, from the top's colour to the bottom's")
    func backdrop() throws {
        let compositor = compositor(
            [], backdrop: Backdrop(top: .black, bottom: ScreenColour(red: 200, green: 100, blue: 40)))
        let screen = try compose(compositor, 0)
        #expect(screen.rgb(0, 0) == 0)
        let bottom = screen.rgb(159, 89)
        #expect(abs(Int(bottom >> 16) - 198) < 4 && abs(Int((bottom >> 8) & 255) - 99) < 4)
        #expect(compositor.takeChanges().bounds == mode.bounds)
        #expect(!compositor.isDirty)
    }

    @Test("A frame is painted on its tile only, and higher tiles stay above")
    func layers() throws {
        let compositor = compositor([
            Tile(id: .remote, rect: mode.bounds),
            Tile(id: .selfView, rect: Rect(x: 120, y: 60, width: 32, height: 18), z: 1),
        ])
        let gray = TestPictures.flat(.nv12, 160, 90, 126, 128, 128)
        let bright = TestPictures.flat(.i420, 64, 36, 235, 128, 128)
        #expect(compositor.show(gray.frame, on: .remote) == .converted)
        #expect(compositor.show(bright.frame, on: .selfView) == .converted)
        let screen = try compose(compositor, 0)
        #expect(screen.rgb(0, 0) == 0x80_8080)
        #expect(screen.rgb(130, 70) == white)
        #expect(screen.rgb(119, 70) == 0x80_8080)
        _ = compositor.takeChanges()

        // Only the remote picture changes: the self view is neither damaged nor painted again.
        _ = try compose(compositor, 1)
        mark(0)
        #expect(compositor.show(gray.frame, on: .remote) == .converted)
        let changes = compositor.takeChanges()
        #expect(!changes.contains(x: 130, y: 70))
        #expect(changes.contains(x: 0, y: 0))
        // Buffer 0 lacks nothing else.
        _ = try compose(compositor, 0)
        #expect(isMarked(0, 130, 70))
        #expect(screen.rgb(0, 0) == 0x80_8080)
    }

    @Test("Each buffer is brought up to date with what it missed")
    func bufferAge() throws {
        let compositor = compositor([
            Tile(id: .remote, rect: Rect(x: 0, y: 0, width: 80, height: 90), filling: .fill),
            Tile(id: .selfView, rect: Rect(x: 80, y: 0, width: 80, height: 90), filling: .fill),
        ])
        let dark = TestPictures.flat(.nv12, 80, 90, 16, 128, 128)
        let bright = TestPictures.flat(.nv12, 80, 90, 235, 128, 128)
        _ = compositor.show(dark.frame, on: .remote)
        _ = compositor.show(dark.frame, on: .selfView)
        _ = try compose(compositor, 0)
        _ = try compose(compositor, 1)
        _ = compositor.show(bright.frame, on: .remote)
        _ = try compose(compositor, 0)
        _ = compositor.show(bright.frame, on: .selfView)
        let late = try compose(compositor, 1)
        #expect(late.rgb(10, 10) == white && late.rgb(100, 10) == white)
        #expect(screens[0].rgb(10, 10) == white && screens[0].rgb(100, 10) == 0)
    }

    @Test("Bars beside a picture show the backdrop, also after a wider picture")
    func bars() throws {
        let compositor = compositor([Tile(id: .remote, rect: mode.bounds)])
        let wide = TestPictures.flat(.nv12, 160, 90, 235, 128, 128)
        let square = TestPictures.flat(.nv12, 90, 90, 235, 128, 128)
        _ = compositor.show(wide.frame, on: .remote)
        var screen = try compose(compositor, 0)
        #expect(screen.rgb(2, 40) == white)
        _ = compositor.show(square.frame, on: .remote)
        screen = try compose(compositor, 0)
        #expect(screen.rgb(2, 40) == 0 && screen.rgb(157, 40) == 0 && screen.rgb(80, 40) == white)
    }

    @Test("A hidden tile gives way to what is below")
    func hiding() throws {
        let compositor = compositor([
            Tile(id: .remote, rect: mode.bounds),
            Tile(id: .selfView, rect: Rect(x: 0, y: 0, width: 32, height: 18), z: 1),
        ])
        _ = compositor.show(TestPictures.flat(.nv12, 160, 90, 126, 128, 128).frame, on: .remote)
        // Painted from the frame itself, so it has to live; a scaled one need not.
        #expect(compositor.paintsFromFrame(.remote))
        let remote = TestPictures.flat(.nv12, 160, 90, 126, 128, 128)
        _ = compositor.show(remote.frame, on: .remote)
        _ = compositor.show(TestPictures.flat(.nv12, 64, 36, 235, 128, 128).frame, on: .selfView)
        #expect(!compositor.paintsFromFrame(.selfView))
        #expect(try compose(compositor, 0).rgb(5, 5) == white)
        compositor.hide(.selfView)
        #expect(compositor.needsFrame(.selfView))
        #expect(try compose(compositor, 0).rgb(5, 5) == 0x80_8080)
    }

    @Test("The user interface is blended over the video where it is occupied, and nowhere else")
    func userInterface() throws {
        let compositor = compositor([Tile(id: .remote, rect: mode.bounds)])
        let gray = TestPictures.flat(.nv12, 160, 90, 126, 128, 128)
        _ = compositor.show(gray.frame, on: .remote)
        // Half-transparent red over all; only a part of it is said to be occupied.
        let layer = TestPictures.make(.argb8888, 160, 90) { _, _ in (0, 0, 128) }
        let plane = layer.frame.planes.0
        for pixel in 0..<(90 * plane.stride / 4) {
            plane.base?.storeBytes(of: 0x8080_0000, toByteOffset: pixel * 4, as: UInt32.self)
        }
        let occupied = Region(Rect(x: 20, y: 20, width: 40, height: 40))
        let surface = UserInterfaceSurface(
            base: try #require(plane.base), width: 160, height: 90, stride: plane.stride, occupied: occupied)
        compositor.setUserInterface(surface, changes: occupied)
        var screen = try compose(compositor, 0)
        #expect(screen.rgb(10, 10) == 0x80_8080)
        #expect(screen.rgb(60, 20) == 0x80_8080)
        for (x, y) in [(20, 20), (59, 59), (40, 40)] {
            let pixel = screen.rgb(x, y)
            #expect(abs(Int(pixel >> 16) - 0xC0) <= 1 && abs(Int((pixel >> 8) & 255) - 0x40) <= 1)
        }
        // New video does not rub it out, and does not blend it twice.
        _ = compositor.show(gray.frame, on: .remote)
        screen = try compose(compositor, 0)
        #expect(abs(Int(screen.rgb(40, 40) >> 16) - 0xC0) <= 1)
        compositor.setUserInterface(nil, changes: occupied)
        #expect(compositor.takeChanges().contains(x: 20, y: 20))
        #expect(try compose(compositor, 0).rgb(40, 40) == 0x80_8080)
    }

    @Test("Broken and foreign frames leave the screen as it is")
    func refused() throws {
        let compositor = compositor([Tile(id: .remote, rect: mode.bounds)])
        let gray = TestPictures.flat(.nv12, 160, 90, 126, 128, 128)
        _ = compositor.show(gray.frame, on: .remote)
        _ = try compose(compositor, 0)
        _ = compositor.takeChanges()
        var broken = gray.frame
        broken.planes.1.base = nil
        #expect(compositor.show(broken, on: .remote) == .damaged)
        var stream = gray.frame
        stream.format.pixelFormat = .h264
        #expect(compositor.show(stream, on: .remote) != .converted)
        #expect(compositor.show(gray.frame, on: TileID(rawValue: 9)) == .unsupported)
    }

    @Test("Whatever is painted in parts looks as if it had been painted at once")
    func partsEqualWhole() throws {
        var random = SeededGenerator(seed: 99)
        let remote = TestPictures.ramp(.nv12, 160, 90)
        let own = TestPictures.ramp(.yuyv, 64, 48)
        let layer = PictureMemory(VideoFormat(.argb8888, width: 160, height: 90))
        layer.clear(luma: 0)
        let plane = layer.frame.planes.0
        let occupied = Rect(x: 30, y: 11, width: 57, height: 33)
        for y in occupied.y..<occupied.bottom {
            for x in occupied.x..<occupied.right {
                plane.base?.storeBytes(
                    of: 0x4040_2000 | UInt32(x & 63), toByteOffset: y * plane.stride + x * 4, as: UInt32.self)
            }
        }
        let surface = UserInterfaceSurface(
            base: try #require(plane.base), width: 160, height: 90, stride: plane.stride, occupied: Region(occupied))
        for _ in 0..<40 {
            let tiles = [
                Tile(id: .remote, rect: random.rect(within: 90), z: 0, filling: .fill),
                Tile(id: .selfView, rect: random.rect(within: 90), z: 1, isMirrored: true),
            ]
            let backdrop = Backdrop(top: .black, bottom: ScreenColour(red: 9, green: 90, blue: 200))
            let whole = compositor(tiles, backdrop: backdrop)
            for subject in [whole] {
                _ = subject.show(remote.frame, on: .remote)
                _ = subject.show(own.frame, on: .selfView)
                subject.setUserInterface(surface, changes: Region(occupied))
                _ = try compose(subject, 0)
            }
            let parts = compositor(tiles, backdrop: backdrop)
            _ = try compose(parts, 1)
            parts.setUserInterface(surface, changes: Region(occupied))
            _ = try compose(parts, 1)
            _ = parts.show(own.frame, on: .selfView)
            _ = try compose(parts, 1)
            _ = parts.show(remote.frame, on: .remote)
            _ = try compose(parts, 1)
            let differs = (0..<90).contains { y in
                (0..<160).contains { x in screens[0].rgb(x, y) != screens[1].rgb(x, y) }
            }
            #expect(!differs, "\(tiles)")
        }
    }
}
