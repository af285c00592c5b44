import H264Bitstream
import Testing

struct AccessUnitSummaryTests {
    @Test("A key frame is known by its slices, with the parameter sets before it")
    func keyFrame() {
        let stream = H264Fixtures.keyFrame.bytes
        stream.withUnsafeBytes { raw in
            let summary = AccessUnitSummary(of: raw)
            #expect(summary.isKeyFrame)
            #expect(summary.isDecoderEntry)
            #expect(summary.sliceCount == 1)
            #expect(summary.sequenceParameterSet.map { Array(raw[$0]) } == H264Fixtures.sps720)
            #expect(summary.pictureParameterSet.map { Array(raw[$0]) } == H264Fixtures.pps720)
            #expect(AccessUnitSummary(headOf: raw) == summary)
        }
    }

    @Test("A slice that refers to others is no key frame")
    func otherFrame() {
        let bytes: [UInt8] = [0, 0, 0, 1, 9, 0xF0, 0, 0, 1, 0x41, 0x9A, 1, 2, 3]
        bytes.withUnsafeBytes { raw in
            let summary = AccessUnitSummary(of: raw)
            #expect(!summary.isKeyFrame)
            #expect(!summary.isDecoderEntry)
            #expect(summary.sliceCount == 1)
            #expect(summary.unitCount == 2)
        }
    }

    @Test("A slice behind kilobytes of SEI is still found from the head")
    func longHead() {
        let sei: [UInt8] = [0, 0, 1, 6] + Array(repeating: 0x55, count: 5000)
        let bytes = sei + [0, 0, 1, 0x65, 0x88, 0x84]
        #expect(bytes.withUnsafeBytes { AccessUnitSummary(headOf: $0).isKeyFrame })
    }

    @Test("The head of a large access unit is enough")
    func largeSlice() {
        let bytes: [UInt8] = [0, 0, 1, 0x65] + Array(repeating: 0xAA, count: 100_000) + [0, 0, 1, 0x65, 1]
        #expect(bytes.withUnsafeBytes { AccessUnitSummary(headOf: $0).sliceCount } == 1)
        #expect(bytes.withUnsafeBytes { AccessUnitSummary(of: $0).sliceCount } == 2)
    }

    @Test("An IDR picture without parameter sets is a key frame but no place to start")
    func withoutParameterSets() {
        let bytes: [UInt8] = [0, 0, 1, 0x65, 0x88]
        let summary = bytes.withUnsafeBytes { AccessUnitSummary(of: $0) }
        #expect(summary.isKeyFrame)
        #expect(!summary.isDecoderEntry)
    }
}
