import FuzzSupport
import RTPPayload
import Testing

struct OpusPayloadTests {
    private func parse(_ bytes: [UInt8]) -> OpusPayload? {
        bytes.withUnsafeBytes { OpusPayload(parsing: $0) }
    }

    private static let cases: [([UInt8], Int, Bool)] = [
        ([0 << 3, 1], 480, false),  // SILK, 10 ms
        ([3 << 3, 1], 2880, false),  // SILK, 60 ms
        ([13 << 3 | 4, 1], 960, true),  // hybrid, 20 ms, stereo
        ([16 << 3, 1], 120, false),  // CELT, 2.5 ms
        ([31 << 3 | 4, 1], 960, true),  // CELT fullband, 20 ms
        ([30 << 3 | 1, 1], 960, false),  // two frames of 10 ms
        ([31 << 3 | 3, 6], 5760, false),  // six frames of 20 ms
    ]

    @Test("Length and channels are read from the first byte", arguments: cases)
    func length(bytes: [UInt8], sampleFrames: Int, isStereo: Bool) throws {
        let packet = try #require(parse(bytes))
        #expect(packet.sampleFrames == sampleFrames)
        #expect(packet.isStereo == isStereo)
    }

    @Test(
        "More than 120 ms, no frame or no byte is refused",
        arguments: [
            [], [31 << 3 | 3], [31 << 3 | 3, 0], [31 << 3 | 3, 7], [3 << 3 | 3, 3],
        ] as [[UInt8]])
    func refused(bytes: [UInt8]) {
        #expect(parse(bytes) == nil)
    }

    @Test("Any input is parsed or refused")
    func fuzz() {
        var fuzzer = MutationFuzzer(corpus: Self.cases.map(\.0), seed: 6716)
        fuzzer.run(count: 20_000) { payload in
            if let packet = OpusPayload(parsing: payload) { #expect((120...5760).contains(packet.sampleFrames)) }
        }
    }
}
