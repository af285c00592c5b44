import FuzzSupport
import H264Bitstream
import Testing

struct AnnexBScannerTests {
    private func units(_ bytes: [UInt8]) -> [[UInt8]] {
        bytes.withUnsafeBytes { raw in AnnexBScanner(raw).map { Array(raw[$0]) } }
    }

    /// The definition of annex B, byte by byte, to compare with.
    private func unitsByDefinition(_ bytes: [UInt8]) -> [[UInt8]] {
        var result: [[UInt8]] = []
        var current: [UInt8]?
        var index = 0
        func close() {
            guard var unit = current else { return }
            while unit.last == 0 { unit.removeLast() }
            if !unit.isEmpty { result.append(unit) }
        }
        while index < bytes.count {
            if index + 3 <= bytes.count, bytes[index] == 0, bytes[index + 1] == 0, bytes[index + 2] == 1 {
                close()
                current = []
                index += 3
            } else {
                current?.append(bytes[index])
                index += 1
            }
        }
        close()
        return result
    }

    @Test("Three and four byte start codes, and zeros that trail")
    func startCodes() {
        #expect(
            units([0, 0, 0, 1, 0x67, 1, 2, 0, 0, 1, 0x68, 3, 0, 0, 0, 0, 1, 0x65, 9, 0, 0]) == [
                [0x67, 1, 2], [0x68, 3], [0x65, 9],
            ])
    }

    @Test(
        "Nothing but garbage, start codes or nothing at all gives no unit",
        arguments: [
            [], [0], [0, 0, 1], [0, 0, 0, 1], [0, 0, 1, 0, 0, 1, 0, 0, 1], [1, 2, 3, 4],
            Array(repeating: 0, count: 100),
        ] as [[UInt8]])
    func empty(bytes: [UInt8]) {
        #expect(units(bytes).isEmpty)
    }

    @Test("A start code is found at every place and behind every kind of byte")
    func everyPlace() {
        for length in 0..<40 {
            for fill: UInt8 in [0, 1, 2, 0x7F, 0x80, 0xFF] {
                let bytes = [UInt8](repeating: fill, count: length) + [0, 0, 1, 0x65, 0x88]
                #expect(units(bytes) == [[0x65, 0x88]])
                let framed: [UInt8] = [0, 0, 1, 0x41] + bytes + [0, 0, 1, 0x09]
                #expect(units(framed) == unitsByDefinition(framed))
            }
        }
    }

    @Test("A real stream falls into its units", arguments: H264Fixtures.streams)
    func realStream(stream: H264Fixtures.Stream) {
        let found = units(stream.bytes)
        #expect(found.map { $0[0] & 0x1F } == stream.unitTypes)
        #expect(found == unitsByDefinition(stream.bytes))
    }

    @Test("Random bytes full of zeros and ones are split as the standard defines")
    func againstDefinition() {
        var random = SplitMix64(seed: 264)
        for _ in 0..<20_000 {
            let length = Int.random(in: 0...64, using: &random)
            let bytes = (0..<length).map { _ in UInt8([0, 0, 0, 1, 3, 0x80, 0xFF][Int(random.next() % 7)]) }
            #expect(units(bytes) == unitsByDefinition(bytes))
        }
    }

    @Test("Any input gives units inside the buffer")
    func fuzz() {
        var fuzzer = MutationFuzzer(
            corpus: H264Fixtures.streams.map(\.bytes), interesting: [[0, 0, 1], [0, 0, 0, 1], [0, 0, 3], [0, 0]],
            seed: 5)
        fuzzer.run(count: 20_000) { buffer in
            var previous = 0
            for range in AnnexBScanner(buffer) {
                #expect(range.lowerBound >= previous + 3 && !range.isEmpty && range.upperBound <= buffer.count)
                previous = range.upperBound
            }
            let summary = AccessUnitSummary(of: buffer)
            #expect(AccessUnitSummary(headOf: buffer).isKeyFrame == summary.isKeyFrame || summary.sliceCount > 1)
        }
    }
}
