import FuzzSupport
import RTP
import RTPPayload
import Testing

struct H264PacketizerTests {
    private let mode1 = H264Packetizer(mode: .nonInterleaved, maximumPayloadSize: 1200)

    @Test("SPS and PPS share one STAP-A, the slice is fragmented evenly, the last packet has the marker")
    func keyFrame() throws {
        let packets = Wire.packets(of: StreamFixtures.keyFrame(size: 5_000), with: mode1)
        try #require(packets.count == 6)
        let sps = StreamFixtures.sps
        let pps = StreamFixtures.pps
        #expect(packets[0].payload == [0x78, 0, 24] + sps + [0, 4] + pps)
        #expect(packets[1].payload.prefix(2) == [0x7C, 0x85])
        #expect(packets[2].payload.prefix(2) == [0x7C, 0x05])
        #expect(packets[5].payload.prefix(2) == [0x7C, 0x45])
        #expect(packets.map(\.header.marker) == [false, false, false, false, false, true])
        let sizes = packets.dropFirst().map(\.payload.count)
        #expect(sizes.max() == 1002 && sizes.min() == 1001)
    }

    @Test("A NAL unit that fits is sent as it is")
    func single() {
        let unit = StreamFixtures.unit(0x41, count: 1200)
        let packets = Wire.packets(of: StreamFixtures.stream([unit]), with: mode1)
        #expect(packets.map(\.payload) == [unit])
        #expect(packets.map(\.header.marker) == [true])
    }

    @Test("One byte more than fits makes two fragments")
    func boundary() {
        let packets = Wire.packets(
            of: StreamFixtures.stream([StreamFixtures.unit(0x41, count: 1201)]), with: mode1)
        #expect(packets.map(\.payload.count) == [602, 602])
        #expect(packets.map { $0.payload[1] } == [0x81, 0x41])
    }

    @Test("The slice bytes are not copied: the body points into the access unit")
    func zeroCopy() {
        StreamFixtures.keyFrame().withUnsafeBytes { raw in
            var total = 0
            for slice in mode1.packets(of: raw) {
                total += slice.body.count
                let start = UInt(bitPattern: slice.body.baseAddress)
                #expect(start >= UInt(bitPattern: raw.baseAddress))
                #expect(start + UInt(slice.body.count) <= UInt(bitPattern: raw.baseAddress) + UInt(raw.count))
                #expect(slice.prefixLength <= PacketSlice.prefixCapacity)
            }
            #expect(total > 5_000)
        }
    }

    @Test("An aggregate takes the highest reference value, and no more than fits the prefix")
    func aggregateHeader() {
        let sei = StreamFixtures.unit(0x06, count: 10)
        let slice = StreamFixtures.unit(0x41, count: 30)
        let packets = Wire.packets(of: StreamFixtures.stream([sei, slice]), with: mode1)
        #expect(packets.map(\.payload) == [[0x58, 0, 10] + sei + [0, 30] + slice])
        // Three units of 30: the first fits the prefix, the second does not fit behind it.
        let units = (1...3).map { StreamFixtures.unit(0x41, count: 30, seed: UInt64($0)) }
        let split = Wire.packets(of: StreamFixtures.stream(units), with: mode1)
        #expect(split.map(\.payload.count) == [65, 30])
    }

    @Test("Without aggregation each parameter set goes alone")
    func noAggregation() {
        let packetizer = H264Packetizer(mode: .nonInterleaved, maximumPayloadSize: 1200, aggregates: false)
        let packets = Wire.packets(of: StreamFixtures.keyFrame(size: 100), with: packetizer)
        #expect(packets.map(\.payload.count) == [24, 4, 100])
    }

    @Test("Mode 0 neither aggregates nor fragments, and counts what is too large")
    func singleMode() {
        let packetizer = H264Packetizer(mode: .singleNALUnit, maximumPayloadSize: 1200)
        let stream = StreamFixtures.keyFrame(size: 3_000)
        let packets = Wire.packets(of: stream, with: packetizer)
        #expect(packets.map(\.payload.count) == [24, 4, 3_000])
        stream.withUnsafeBytes { raw in
            var iterator = packetizer.packets(of: raw)
            while iterator.next() != nil {}
            #expect(iterator.oversizedUnitCount == 1)
        }
    }

    @Test("Delimiters and filler are not sent, and types that no bitstream has are counted")
    func filtered() {
        let stream = StreamFixtures.stream([
            [9, 0xF0], [12, 0xFF, 0x80], [0x7C, 1], [0x60, 1], StreamFixtures.unit(0x41, count: 50), [12, 0xFF, 0x80],
        ])
        stream.withUnsafeBytes { raw in
            var iterator = mode1.packets(of: raw)
            let only = iterator.next()
            #expect(only?.body.count == 50)
            #expect(only?.marker == true)
            #expect(iterator.next() == nil)
            #expect(iterator.droppedUnitCount == 2)
        }
    }

    @Test("No NAL unit, no packet", arguments: [[], [0, 0, 1], [1, 2, 3], [0, 0, 1, 9, 0xF0]] as [[UInt8]])
    func empty(stream: [UInt8]) {
        #expect(Wire.packets(of: stream, with: mode1).isEmpty)
    }

    @Test("A slice does not write past a buffer that is too small")
    func smallBuffer() throws {
        try StreamFixtures.keyFrame().withUnsafeBytes { raw in
            var iterator = mode1.packets(of: raw)
            let first = iterator.next()
            let slice = try #require(first)
            var buffer = [UInt8](repeating: 0xAA, count: slice.prefixLength - 1)
            #expect(buffer.withUnsafeMutableBytes { slice.writePrefix(into: $0) } == nil)
            #expect(buffer.withUnsafeMutableBytes { slice.write(into: $0) } == nil)
            #expect(buffer.allSatisfy { $0 == 0xAA })
        }
    }

    @Test("Every payload keeps to its size, one marker ends each access unit, for any input")
    func fuzz() {
        let corpus = [StreamFixtures.keyFrame(size: 700), StreamFixtures.frame(size: 300)]
        var fuzzer = MutationFuzzer(
            corpus: corpus, interesting: [[0, 0, 1], [0, 0, 0, 1, 0x65], [0, 0, 1, 0x67]], seed: 9)
        var random = SplitMix64(seed: 10)
        fuzzer.run(count: 20_000) { raw in
            let size = Int.random(in: 0...300, using: &random)
            let packetizer = H264Packetizer(
                mode: .nonInterleaved, maximumPayloadSize: size, aggregates: Bool.random(using: &random))
            var markers = 0
            var isMarkerLast = true
            var bytes = 0
            for slice in packetizer.packets(of: raw) {
                if slice.count > max(64, size) || slice.count == 0 { Issue.record("\(slice.count) bytes of \(size)") }
                isMarkerLast = slice.marker
                markers += slice.marker ? 1 : 0
                bytes += slice.count
            }
            #expect(isMarkerLast && markers <= 1 && bytes <= raw.count * 2)
        }
    }
}
