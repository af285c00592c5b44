import Testing
import V4L2Device

@Suite("V4L2 values")
struct V4L2DeviceTests {
    @Test("a four-character code prints as its characters, also when some cannot be printed")
    func fourCC() {
        #expect(FourCC.nv12.description == "NV12")
        #expect(FourCC.h264.description == "H264")
        #expect(FourCC(rawValue: 0x0001_4241).description == "AB..")
        // The flag for big endian is in the highest bit.
        #expect(FourCC(rawValue: FourCC.yuyv.rawValue | 1 << 31).description == "YUYV")
    }

    @Test("a range gives the nearest value from below")
    func range() {
        let range = V4L2Range(32, 4096, step: 32)
        #expect(range.nearest(notAbove: 1279) == 1248)
        #expect(range.nearest(notAbove: 1280) == 1280)
        #expect(range.nearest(notAbove: 1) == 32)
        #expect(range.nearest(notAbove: 99_999) == 4096)
        // A driver's nonsense stays harmless.
        #expect(V4L2Range(100, 50, step: 0).nearest(notAbove: 70) == 100)
    }

    @Test("colours keep their matrix and range, and a colour space stands for its own")
    func colorimetry() {
        for matrix in [V4L2Colorimetry.Matrix.bt601, .bt709] {
            for isFullRange in [false, true] {
                let colours = V4L2Colorimetry(matrix: matrix, isFullRange: isFullRange)
                #expect(colours.matrix == matrix)
                #expect(colours.isFullRange == isFullRange)
            }
        }
        // V4L2_COLORSPACE_SRGB, as webcams say it without more; V4L2_COLORSPACE_JPEG; V4L2_COLORSPACE_REC709.
        #expect(V4L2Colorimetry(colorSpace: 8).matrix == .bt601)
        #expect(!V4L2Colorimetry(colorSpace: 8).isFullRange)
        #expect(V4L2Colorimetry(colorSpace: 7).isFullRange)
        #expect(V4L2Colorimetry(colorSpace: 3).matrix == .bt709)
        // A driver that says nothing leaves the choice to the picture's size.
        #expect(V4L2Colorimetry().matrix == .other)
        #expect(V4L2Colorimetry(encoding: 1).matrix == .bt601)
    }
}
