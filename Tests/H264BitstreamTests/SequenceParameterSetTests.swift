import FuzzSupport
import H264Bitstream
import Testing

struct SequenceParameterSetTests {
    private func parse(_ bytes: [UInt8]) throws -> SequenceParameterSet {
        try bytes.withUnsafeBytes { try SequenceParameterSet(nalUnit: $0) }
    }

    private func parse(hex: String) throws -> SequenceParameterSet {
        try parse(H264Fixtures.bytes(hex: hex))
    }

    @Test("720p30 from x264, zero latency")
    func x264ZeroLatency() throws {
        let set = try parse(H264Fixtures.sps720)
        #expect(set.profileLevelID.text == "64001f")
        #expect(set.width == 1280 && set.height == 720)
        #expect(set.codedHeight == 720)
        #expect(set.frameRate == 30)
        #expect(set.referenceFrames == 1)
        #expect(set.isProgressive)
        #expect(set.reorderFrames == 0)
        #expect(set.usability?.restriction?.reorderFrames == 0)
        #expect(set.usability?.restriction?.bufferedFrames == 1)
        #expect(set.usability?.sampleAspectRatio?.width == 1)
    }

    @Test("1080p is cropped from 1088 lines, and B pictures need reordering")
    func x264HighProfile() throws {
        let set = try parse(hex: "67640028acd940780227e5c044000003000400000300f03c60c658")
        #expect(set.codedWidth == 1920 && set.codedHeight == 1088)
        #expect(set.width == 1920 && set.height == 1080)
        #expect(set.frameRate == 30)
        #expect(set.reorderFrames == 2)
        #expect(set.profileLevelID.profile == .high)
        #expect(set.profileLevelID.level == .level4)
    }

    @Test("Interlaced PAL with its sample aspect ratio")
    func interlaced() throws {
        let set = try parse(hex: "674d401eeca05a126c1040000003004000000c87c50a6580")
        #expect(!set.isProgressive)
        #expect(set.width == 720 && set.height == 576)
        #expect(set.usability?.sampleAspectRatio?.width == 16)
        #expect(set.usability?.sampleAspectRatio?.height == 11)
        #expect(set.frameRate == 25)
        #expect(set.profileLevelID.profile == .main)
    }

    @Test("4:4:4 pictures")
    func chroma444() throws {
        let set = try parse(hex: "67f4000a919b288f60220000030002000003003c1e244b2c")
        #expect(set.chromaFormat == 3)
        #expect(set.width == 64 && set.height == 48)
        #expect(set.lumaBitDepth == 8 && set.chromaBitDepth == 8)
        #expect(set.profileLevelID.profile == .high444Predictive)
    }

    @Test("Odd sizes, colours and buffer parameters")
    func colourAndBuffer() throws {
        let set = try parse(
            hex: "6742c015d901709f8888c05b810100a0000003002000000303cc0400249e000927f259403c58b920")
        #expect(set.width == 354 && set.height == 290)
        #expect(set.crop.left == 0 && set.crop.right == 14 && set.crop.top == 0 && set.crop.bottom == 14)
        #expect(set.usability?.isFullRange == true)
        #expect(set.usability?.matrixCoefficients == 1)
        #expect(set.frameRate == 15)
        #expect(set.reorderFrames == 0)
        #expect(set.profileLevelID.profile == .constrainedBaseline)
    }

    @Test("The profile tells when there is no VUI: no B slices, no reordering")
    func withoutUsability() throws {
        // Constrained baseline 3.1, 1280 x 720, no cropping, no VUI.
        let set = try parse(hex: "6742e01fda014016e4")
        #expect(set.width == 1280 && set.height == 720)
        #expect(set.usability == nil)
        #expect(set.reorderFrames == 0)
        #expect(set.frameRate == nil)
    }

    @Test("Cut at any byte it is an error, never a trap, and the error names what was cut")
    func truncated() {
        let whole = H264Fixtures.sps720
        for length in 0..<whole.count - 1 {
            #expect(throws: H264BitstreamError.self) { try parse(Array(whole.prefix(length))) }
        }
        #expect(throws: H264BitstreamError.truncated(element: "level_idc")) { try parse([0x67, 0x64, 0x00]) }
    }

    @Test("Another NAL unit is refused by its type")
    func wrongType() {
        #expect(throws: H264BitstreamError.wrongType(.pictureParameterSet)) { try parse(H264Fixtures.pps720) }
        #expect(throws: H264BitstreamError.truncated(element: "nal_unit_type")) { try parse([]) }
    }

    @Test("A crop larger than the picture is refused")
    func badCrop() {
        // Baseline, one macroblock, crop left 8 units of two samples = 16 of 16.
        // ue: id 0 | frame_num 0 | poc type 2 | refs 0 | gaps 0 | width 0 | height 0 | frame_mbs 1 | 8x8 0 | crop 1
        let bits = "1" + "1" + "011" + "1" + "0" + "1" + "1" + "1" + "0" + "1" + "0001001" + "1" + "1" + "1" + "0" + "1"
        var bytes: [UInt8] = [0x67, 66, 0, 30]
        let padded = bits + String(repeating: "0", count: (8 - bits.count % 8) % 8)
        for start in stride(from: 0, to: padded.count, by: 8) {
            bytes.append(UInt8(padded.dropFirst(start).prefix(8), radix: 2) ?? 0)
        }
        #expect(throws: H264BitstreamError.outOfRange(element: "frame_crop_offsets")) { try parse(bytes) }
    }

    @Test("Any input is parsed or refused, and sizes stay sane")
    func fuzz() {
        let corpus = H264Fixtures.parameterSets.map(H264Fixtures.bytes(hex:))
        var fuzzer = MutationFuzzer(corpus: corpus, interesting: [[0, 0, 3], [0, 0, 0, 0, 0, 1]], seed: 77)
        var accepted = 0
        fuzzer.run(count: 30_000) { buffer in
            guard let set = try? SequenceParameterSet(nalUnit: buffer) else { return }
            accepted += 1
            #expect(set.width > 0 && set.width <= 16_384 && set.height > 0 && set.height <= 32_768)
            _ = set.frameRate
            _ = set.profileLevelID.profile
        }
        #expect(accepted > 1_000)
    }
}
