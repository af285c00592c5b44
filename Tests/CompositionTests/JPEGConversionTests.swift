import Composition
import FuzzSupport
import MediaTypes
import Testing

@Suite("Pictures of cameras that send JPEG")
struct JPEGConversionTests {
    private func decode(
        _ bytes: UnsafeRawBufferPointer, into target: PictureMemory, width: Int = 48, height: Int = 32
    ) -> (result: ConversionResult, frame: VideoFrame) {
        let plane = FramePlane(
            base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), stride: 0, byteCount: bytes.count)
        let source = VideoFrame(
            format: VideoFormat(.mjpeg, width: width, height: height), planes: (plane, .none, .none))
        var frame = target.frame
        return (PictureConverter.convert(source, into: &frame), frame)
    }

    @Test("A red picture is red in each sampling, and has full range", arguments: [PixelFormat.nv12, .i420])
    func red(format: PixelFormat) throws {
        let pictures = [
            (JPEGPictures.red422, "4:2:2"), (JPEGPictures.red420, "4:2:0"), (JPEGPictures.red444, "4:4:4"),
        ]
        for (bytes, name) in pictures {
            let target = PictureMemory(VideoFormat(format, width: 48, height: 32))
            let (result, frame) = bytes.withUnsafeBytes { decode($0, into: target) }
            #expect(result == .converted, "\(name)")
            #expect(frame.isFullRange && frame.matrix == .bt601)
            let screen = PictureMemory(VideoFormat(.xrgb8888, width: 48, height: 32))
            let base = try #require(screen.frame.planes.0.base)
            let painted = PictureConverter.paint(
                frame, part: Rect(width: 48, height: 32), at: base, stride: screen.frame.planes.0.stride)
            #expect(painted == .converted)
            let pixel = screen.rgb(20, 20)
            #expect(pixel >> 16 > 240 && (pixel >> 8) & 255 < 16 && pixel & 255 < 16, "\(name)")
        }
    }

    @Test("Another size than was negotiated, a cut picture and none at all are damaged")
    func damaged() {
        let target = PictureMemory(VideoFormat(.nv12, width: 48, height: 32))
        let larger = PictureMemory(VideoFormat(.nv12, width: 64, height: 32))
        JPEGPictures.red422.withUnsafeBytes { bytes in
            #expect(decode(bytes, into: larger, width: 64).result == .damaged)
            for count in [0, 1, 2, 20, 200] {
                #expect(decode(UnsafeRawBufferPointer(rebasing: bytes[..<count]), into: target).result == .damaged)
            }
        }
    }

    @Test("Twenty thousand broken pictures do no harm")
    func fuzzed() {
        let target = PictureMemory(VideoFormat(.nv12, width: 48, height: 32))
        let markers: [[UInt8]] = [[0xFF, 0xD8], [0xFF, 0xD9], [0xFF, 0xC0], [0xFF, 0xDA], [0xFF, 0xDD]]
        var fuzzer = MutationFuzzer(corpus: JPEGPictures.all, interesting: markers, seed: 11)
        var converted = 0
        var damaged = 0
        fuzzer.run(count: 20_000) { bytes in
            if decode(bytes, into: target).result == .converted { converted += 1 } else { damaged += 1 }
        }
        // Both happen: bytes of the picture's body may be anything.
        #expect(converted > 100 && damaged > 100)
    }
}
