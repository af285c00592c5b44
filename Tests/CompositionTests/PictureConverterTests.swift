import Composition
import MediaTypes
import Testing

@Suite("Conversions of pictures")
struct PictureConverterTests {
    @Test("YUYV, I420 and NV12 become each other without a changed luma", arguments: [PixelFormat.nv12, .i420])
    func planar(target: PixelFormat) throws {
        for source in [PixelFormat.yuyv, .nv12, .i420] {
            let picture = TestPictures.ramp(source, 64, 32)
            let result = PictureMemory(VideoFormat(target, width: 64, height: 32))
            var frame = result.frame
            var from = picture.frame
            from.sequence = 42
            #expect(PictureConverter.convert(from, into: &frame) == .converted)
            #expect(frame.sequence == 42)
            for (x, y) in [(0, 0), (63, 0), (31, 17), (63, 31)] {
                #expect(result.byte(0, x, y) == UInt8(16 + x * 219 / 63))
                let chroma = target == .nv12 ? result.byte(1, x & ~1, y / 2) : result.byte(1, x / 2, y / 2)
                #expect(abs(Int(chroma) - (16 + y * 224 / 31)) <= 8)
            }
        }
    }

    @Test("Each matrix and range gives the colour that its standard says")
    func matrices() throws {
        // Pure red in studio BT.601 and BT.709, and in full-range BT.601.
        let reds: [(UInt8, UInt8, UInt8, ColourMatrix, Bool)] = [
            (81, 90, 240, .bt601, false), (63, 102, 240, .bt709, false), (76, 85, 255, .bt601, true),
        ]
        for (luma, cb, cr, matrix, full) in reds {
            for format in [PixelFormat.nv12, .i420] {
                var frame = TestPictures.flat(format, 16, 16, luma, cb, cr)
                let screen = PictureMemory(VideoFormat(.xrgb8888, width: 16, height: 16))
                var described = frame.frame
                described.matrix = matrix
                described.isFullRange = full
                let target = try #require(screen.frame.planes.0.base)
                #expect(
                    PictureConverter.paint(
                        described, part: Rect(width: 16, height: 16), at: target, stride: screen.frame.planes.0.stride)
                        == .converted)
                let pixel = screen.rgb(7, 7)
                #expect(pixel >> 16 >= 252 && (pixel >> 8) & 255 <= 4 && pixel & 255 <= 4, "\(matrix) \(full)")
                frame = screen
            }
        }
    }

    @Test("A matrix that is not said is BT.601 below 720 lines and BT.709 from there on")
    func unspecified() {
        #expect(ColourMatrix.unspecified.resolved(height: 576) == .bt601)
        #expect(ColourMatrix.unspecified.resolved(height: 720) == .bt709)
        #expect(ColourMatrix.bt601.resolved(height: 1080) == .bt601)
    }

    @Test("Scaling keeps the picture's ramp", arguments: [PixelFormat.nv12, .i420])
    func scaling(format: PixelFormat) throws {
        let picture = TestPictures.ramp(format, 128, 72)
        for (width, height) in [(64, 36), (256, 144), (192, 108), (48, 27), (32, 18), (90, 50)] {
            let result = PictureMemory(VideoFormat(format, width: width, height: height))
            let part = Rect(width: 128, height: 72)
            #expect(PictureConverter.scale(picture.frame, part: part, into: result.frame) == .converted)
            for x in [0, width / 3, width / 2, width - 1] {
                let expected = 16 + (Double(x) + 0.5) / Double(width) * 219
                #expect(abs(Double(result.byte(0, x, height / 2)) - expected) < 5, "\(width)x\(height) at \(x)")
            }
        }
    }

    @Test("Mirroring swaps left and right of the part")
    func mirroring() {
        for format in [PixelFormat.nv12, .i420] {
            let picture = TestPictures.ramp(format, 64, 32)
            let result = PictureMemory(VideoFormat(format, width: 32, height: 16))
            let part = Rect(x: 16, y: 8, width: 32, height: 16)
            #expect(PictureConverter.mirror(picture.frame, part: part, into: result.frame) == .converted)
            #expect(result.byte(0, 0, 0) == picture.byte(0, 47, 8))
            #expect(result.byte(0, 31, 15) == picture.byte(0, 16, 23))
        }
    }

    @Test("RGB becomes BT.601 in studio range, and says so")
    func fromRGB() {
        let red = TestPictures.make(.xrgb8888, 16, 16) { _, _ in (0, 0, 255) }
        let result = PictureMemory(VideoFormat(.nv12, width: 16, height: 16))
        var frame = result.frame
        #expect(PictureConverter.convert(red.frame, into: &frame) == .converted)
        #expect(frame.matrix == .bt601 && !frame.isFullRange)
        #expect(abs(Int(result.byte(0, 5, 5)) - 81) <= 2)
        #expect(abs(Int(result.byte(1, 5, 5)) - 240) <= 2)
    }

    @Test("Pictures that are shorter than their format says are refused")
    func short() {
        let picture = TestPictures.flat(.nv12, 64, 32, 100, 128, 128)
        let result = PictureMemory(VideoFormat(.i420, width: 64, height: 32))
        var target = result.frame
        var cut = picture.frame
        cut.planes.1.byteCount -= 1
        cut.planes.1.byteCount -= cut.planes.1.stride - 64
        #expect(PictureConverter.convert(cut, into: &target) == .damaged)
        cut = picture.frame
        cut.planes.0.stride = 32
        #expect(PictureConverter.convert(cut, into: &target) == .damaged)
        cut = picture.frame
        cut.planes.0.base = nil
        #expect(PictureConverter.convert(cut, into: &target) == .damaged)
        cut = picture.frame
        cut.format.width = 66
        #expect(PictureConverter.convert(cut, into: &target) != .converted)
        cut = picture.frame
        cut.format.height = .max
        #expect(PictureConverter.convert(cut, into: &target) == .damaged)
        let wide = Rect(width: 66, height: 32)
        #expect(PictureConverter.scale(picture.frame, part: wide, into: picture.frame) == .damaged)
    }
}
