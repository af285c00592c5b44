import FuzzSupport
import H264Bitstream
import Testing
import V4L2Codec

@Suite("Parameter sets")
struct ParameterSetsTests {
    private static let sps: [UInt8] = [0x67, 66, 0xC0, 31, 1, 2, 3]
    private static let pps: [UInt8] = [0x68, 9, 8]
    private static let headers: [UInt8] = [0, 0, 0, 1] + sps + [0, 0, 0, 1] + pps
    private static let idr: [UInt8] = [0, 0, 0, 1, 0x65, 1, 2, 3, 4]
    private static let delimiter: [UInt8] = [0, 0, 0, 1, 9, 0x10]

    private func prepend(_ unit: [UInt8], remembering: [[UInt8]], room: Int = 4096) -> [UInt8] {
        var sets = ParameterSets()
        for bytes in remembering {
            bytes.withUnsafeBytes { sets.remember(AccessUnitSummary(of: $0), in: $0) }
        }
        let target = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 1)
        defer { target.deallocate() }
        let length = unit.withUnsafeBytes { sets.prepend(to: $0, into: target) }
        return Array(target[..<length])
    }

    @Test("a bare IDR gets the last SPS and PPS, also when they came in two buffers")
    func bare() {
        #expect(prepend(Self.idr, remembering: [Self.headers]) == Self.headers + Self.idr)
        let separate = [[0, 0, 1] + Self.sps, [0, 0, 1] + Self.pps]
        #expect(prepend(Self.idr, remembering: separate) == Self.headers + Self.idr)
        var other = Self.headers
        other[7] = 40
        #expect(prepend(Self.idr, remembering: [Self.headers, other]) == other + Self.idr)
    }

    @Test("an access unit delimiter stays first")
    func delimited() {
        #expect(
            prepend(Self.delimiter + Self.idr, remembering: [Self.headers])
                == Self.delimiter + Self.headers + Self.idr)
    }

    @Test("without both sets, or without room, nothing is written")
    func nothing() {
        #expect(prepend(Self.idr, remembering: []) == [])
        #expect(prepend(Self.idr, remembering: [[0, 0, 1] + Self.sps]) == [])
        #expect(prepend(Self.idr, remembering: [Self.headers], room: 20) == [])
        // A set larger than any real one is not kept.
        #expect(prepend(Self.idr, remembering: [[0, 0, 1, 0x67] + Array(repeating: 1, count: 600)]) == [])
    }

    @Test("whatever an encoder gives, nothing is read or written out of bounds")
    func fuzz() {
        var fuzzer = MutationFuzzer(
            corpus: [Self.headers + Self.idr, Self.delimiter + Self.idr, Self.headers, Self.idr],
            interesting: [[0, 0, 1], [0, 0, 0, 1], [0x67], [0x68], [0x65], [9]])
        var sets = ParameterSets()
        let target = UnsafeMutableRawBufferPointer.allocate(byteCount: 2048, alignment: 1)
        defer { target.deallocate() }
        var written = 0
        fuzzer.run(count: 20_000) { bytes in
            sets.remember(AccessUnitSummary(of: bytes), in: bytes)
            let length = sets.prepend(to: bytes, into: target)
            #expect(length <= target.count)
            if length > 0 { written += 1 }
        }
        #expect(written > 1000)
    }
}
