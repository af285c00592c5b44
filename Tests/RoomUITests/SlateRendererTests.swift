import MediaTypes
import RealtimeSupport
import RoomUI
import Testing

@Suite("Slates and PNG")
struct SlateRendererTests {
    @Test("A slate is a dark picture with bright words in its middle", arguments: [PixelFormat.nv12, .i420])
    func slate(format: PixelFormat) throws {
        for (width, height) in [(1280, 720), (640, 480), (320, 180), (1920, 1080)] {
            let handle = SlateRenderer.render(
                Slate(title: "Camera unplugged", subtitle: "Lindau"),
                format: VideoFormat(format, width: width, height: height))
            guard let handle else {
                Issue.record("no slate of \(width)x\(height)")
                return
            }
            let frame = handle.value
            #expect(frame.matrix == .bt601 && !frame.isFullRange)
            let luma = frame.planes.0
            func brightest(_ rows: Range<Int>) -> UInt8 {
                rows.map { y in (0..<width).map { luma.bytes[y * luma.stride + $0] }.max() ?? 0 }.max() ?? 0
            }
            #expect(brightest(0..<height / 8) < 80)
            #expect(brightest(height * 7 / 8..<height) < 80)
            #expect(brightest(height * 48 / 100..<height * 60 / 100) > 220)
        }
    }

    @Test("Sizes and formats that cannot be are refused")
    func refused() {
        let slate = Slate(title: "Camera unplugged", subtitle: "")
        for format in [
            VideoFormat(.nv12, width: 0, height: 720), VideoFormat(.nv12, width: 100_000, height: 10),
            VideoFormat(.mjpeg, width: 1280, height: 720),
        ] {
            let none = SlateRenderer.render(slate, format: format) == nil
            #expect(none)
        }
    }

    @Test("A picture becomes a PNG of its size, and nonsense an error")
    func png() throws {
        let pixels = [UInt8](repeating: 200, count: 64 * 4 * 32)
        let png = try PNGEncoder.encode(pixels, width: 64, height: 32, stride: 256)
        #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
        // IHDR: width and height, big-endian.
        #expect(Array(png[16..<24]) == [0, 0, 0, 64, 0, 0, 0, 32])
        #expect(Array(png.suffix(8).prefix(4)) == Array("IEND".utf8))
        for (width, height, stride) in [(0, 0, 0), (64, 33, 256), (64, 32, 255), (-1, 5, 256)] {
            #expect(throws: PNGError.self) {
                try PNGEncoder.encode(pixels, width: width, height: height, stride: stride)
            }
        }
    }
}
