import MediaTypes
import Testing

@testable import Composition

@Suite("Enlarging by one half")
struct ThreeHalvesScalerTests {
    @Test("A picture keeps its shades, and no seam shows between strips")
    func shades() throws {
        // Both ways the luma rises evenly, and strips of sixteen rows meet more than once.
        let picture = TestPictures.make(.i420, 160, 100) { x, y in
            (UInt8(20 + x), UInt8(30 + y * 2), UInt8(200 - x))
        }
        for part in [Rect(width: 160, height: 100), Rect(x: 16, y: 8, width: 64, height: 84)] {
            let destination = Rect(width: part.width * 3 / 2, height: part.height * 3 / 2)
            let result = PictureMemory(VideoFormat(.i420, width: destination.width, height: destination.height))
            let scaler = try #require(ThreeHalvesScaler(part: part, destination: destination))
            #expect(scaler.scale(picture.frame, part: part, into: result.frame) == .converted)
            for y in 2..<(destination.height - 2) {
                for x in 2..<(destination.width - 2) {
                    let expected = 20 + Double(part.x) + (Double(x) + 0.5) / 1.5 - 0.5
                    #expect(abs(Double(result.byte(0, x, y)) - expected) < 1.6)
                }
            }
            for y in 2..<(destination.height / 2 - 2) {
                // Chroma of half size was made from every second row.
                let expected = 30 + 2 * (Double(part.y) + 1 + 2 * ((Double(y) + 0.5) / 1.5 - 0.5))
                #expect(abs(Double(result.byte(1, 10, y)) - expected) < 4.5, "row \(y)")
            }
        }
    }

    @Test("Other factors and sizes are left to others")
    func refused() {
        #expect(
            ThreeHalvesScaler(part: Rect(width: 160, height: 100), destination: Rect(width: 320, height: 200)) == nil)
        #expect(
            ThreeHalvesScaler(part: Rect(width: 162, height: 100), destination: Rect(width: 243, height: 150)) == nil)
        #expect(ThreeHalvesScaler(part: Rect(width: 8, height: 8), destination: Rect(width: 12, height: 12)) == nil)
    }

    @Test(
        "A tile of one and a half times the picture's size shows it whole, mirrored or not", arguments: [true, false])
    func tile(mirrored: Bool) throws {
        let mode = DisplayMode(width: 240, height: 150, refreshMillihertz: 60000)
        for format in [PixelFormat.i420, .nv12, .yuyv] {
            let compositor = Compositor(mode: mode, bufferCount: 1)
            compositor.setScene(Scene(tiles: [Tile(id: .remote, rect: mode.bounds, isMirrored: mirrored)]))
            let picture = TestPictures.make(format, 160, 100) { x, _ in (x < 80 ? 16 : 235, 128, 128) }
            #expect(compositor.show(picture.frame, on: .remote) == .converted)
            let screen = PictureMemory(VideoFormat(.xrgb8888, width: 240, height: 150))
            compositor.compose(into: try #require(screen.buffer(0)))
            for (x, y) in [(0, 0), (100, 75), (0, 149)] { #expect(screen.rgb(x, y) == (mirrored ? 0xFF_FFFF : 0)) }
            for (x, y) in [(239, 0), (140, 75), (239, 149)] { #expect(screen.rgb(x, y) == (mirrored ? 0 : 0xFF_FFFF)) }
        }
    }
}
