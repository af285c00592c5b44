import FuzzSupport
import RTP
import RTPPayload
import Testing

struct H264DepacketizerTests {
    private let mode1 = H264Packetizer(mode: .nonInterleaved, maximumPayloadSize: 1200)

    private func send(_ frames: [[UInt8]], from number: Int = 65_530) -> [Packet] {
        var packets: [Packet] = []
        for (index, frame) in frames.enumerated() {
            packets += Wire.packets(
                of: frame, with: mode1, from: number + packets.count, timestamp: 0xFFFF_F000 &+ UInt32(index) * 3000)
        }
        return packets
    }

    @Test("Access units come out as they went in")
    func roundTrip() throws {
        let frames = [StreamFixtures.keyFrame(), StreamFixtures.frame(), StreamFixtures.frame(size: 50)]
        let receiver = Receiver()
        let units = receiver.receive(send(frames))
        try #require(units.map(\.bytes) == frames)
        #expect(units.map(\.info.isKeyFrame) == [true, false, false])
        #expect(units[0].info.hasSequenceParameterSet && units[0].info.hasPictureParameterSet)
        #expect(units.allSatisfy { !$0.info.isDamaged && $0.info.packetsLostBefore == 0 })
        #expect(units.map(\.info.timestamp.rawValue) == [0xFFFF_F000, 0xFFFF_FBB8, 0x770])
        #expect(receiver.depacketizer.counters.lost == 0)
    }

    @Test("A loss inside a fragmented picture damages only that picture")
    func lossInside() throws {
        let frames = [StreamFixtures.keyFrame(), StreamFixtures.frame(size: 5_000), StreamFixtures.frame(seed: 3)]
        var packets = send(frames)
        packets.remove(at: 8)
        let receiver = Receiver()
        let units = receiver.receive(packets)
        try #require(units.count == 3)
        #expect(units.map(\.info.isDamaged) == [false, true, false])
        #expect(units[0].bytes == frames[0] && units[2].bytes == frames[2])
        // What came before the loss is kept as it was.
        #expect(frames[1].starts(with: units[1].bytes))
        #expect(receiver.depacketizer.counters.lost == 1)
        #expect(receiver.depacketizer.counters.damagedAccessUnits == 1)
    }

    @Test("A lost last packet damages the picture that it ended, and the next one tells of the loss")
    func lostMarker() throws {
        let frames = [StreamFixtures.frame(size: 3_000), StreamFixtures.frame(size: 60)]
        var packets = send(frames)
        packets.remove(at: 2)
        let units = Receiver().receive(packets)
        try #require(units.count == 2)
        #expect(units[0].info.isDamaged)
        #expect(!units[1].info.isDamaged)
        #expect(units[1].info.packetsLostBefore == 1)
        #expect(units[1].bytes == frames[1])
    }

    @Test("A whole lost picture is told by the next one, which is not damaged itself")
    func lostPicture() throws {
        let packets = send([StreamFixtures.frame(size: 60), StreamFixtures.frame(), StreamFixtures.frame(size: 70)])
        let units = Receiver().receive([packets[0], packets[3]])
        try #require(units.count == 2)
        #expect(!units[1].info.isDamaged)
        #expect(units[1].info.packetsLostBefore == 2)
    }

    @Test("A picture whose head was lost is damaged even when its own packets follow each other")
    func lostHead() throws {
        let first = StreamFixtures.frame(size: 60)
        let twoSlices = StreamFixtures.stream([
            StreamFixtures.unit(0x41, count: 1_000), StreamFixtures.unit(0x41, count: 1_000, isFirstSlice: false),
        ])
        var packets = send([first, twoSlices])
        packets.remove(at: 1)
        let units = Receiver().receive(packets)
        try #require(units.count == 2)
        #expect(units[1].info.isDamaged)
        #expect(units[1].info.packetsLostBefore == 1)
    }

    @Test("Fragments without their beginning give nothing, and the next picture tells")
    func orphans() throws {
        var packets = send([StreamFixtures.frame(size: 60), StreamFixtures.frame(size: 5_000), StreamFixtures.frame()])
        packets.remove(at: 1)
        let receiver = Receiver()
        let units = receiver.receive(packets)
        try #require(units.count == 2)
        #expect(!units[1].info.isDamaged)
        #expect(units[1].info.packetsLostBefore == 5)
        #expect(receiver.depacketizer.counters.orphanFragments == 4)
    }

    @Test("A sender without markers is split by its timestamps")
    func withoutMarker() {
        let frames = [StreamFixtures.keyFrame(), StreamFixtures.frame(), StreamFixtures.frame(size: 10)]
        let packets = send(frames).map { packet in
            var changed = packet
            changed.header.marker = false
            return changed
        }
        let receiver = Receiver()
        var units = receiver.receive(packets)
        if let last = receiver.finish() { units.append(last) }
        #expect(units.map(\.bytes) == frames)
        #expect(units.allSatisfy { !$0.info.isDamaged })
        #expect(receiver.finish() == nil)
    }

    @Test("Parameter sets sent apart, with marker and a timestamp of their own, come with the picture")
    func separateParameterSets() throws {
        let parameterSets = StreamFixtures.stream([StreamFixtures.sps, StreamFixtures.pps])
        let picture = StreamFixtures.stream([StreamFixtures.unit(0x65, count: 90)])
        let units = Receiver().receive(send([parameterSets, picture]))
        try #require(units.count == 1)
        #expect(units[0].bytes == parameterSets + picture)
        #expect(units[0].info.isKeyFrame && units[0].info.hasSequenceParameterSet && !units[0].info.isDamaged)
        #expect(units[0].info.timestamp.rawValue == 0xFFFF_FBB8)
    }

    @Test("Late packets and copies are dropped")
    func late() {
        var packets = send([StreamFixtures.keyFrame(), StreamFixtures.frame()])
        packets.insert(packets[2], at: 3)
        packets.insert(packets[0], at: 7)
        let receiver = Receiver()
        let units = receiver.receive(packets)
        #expect(units.map(\.bytes) == [StreamFixtures.keyFrame(), StreamFixtures.frame()])
        #expect(receiver.depacketizer.counters.late == 2)
    }

    @Test("A sender that starts anew with far other numbers is followed", arguments: [5, 40_000])
    func restart(number: Int) {
        let receiver = Receiver()
        _ = receiver.receive(send([StreamFixtures.frame()], from: 20_000))
        let units = receiver.receive(
            Wire.packets(of: StreamFixtures.keyFrame(), with: mode1, from: number, timestamp: 77))
        #expect(units.map(\.bytes) == [StreamFixtures.keyFrame()])
        #expect(units.first?.info.packetsLostBefore == 1)
        #expect(receiver.depacketizer.counters.lost == 1)
    }

    @Test("An access unit above the buffer is cut, damaged and counted; the next one is whole")
    func overflow() throws {
        let receiver = Receiver(capacity: 3_000)
        let units = receiver.receive(send([StreamFixtures.frame(size: 9_000), StreamFixtures.frame(size: 1_000)]))
        try #require(units.count == 2)
        #expect(units[0].info.isDamaged && units[0].bytes.count <= 3_000)
        #expect(units[1].bytes == StreamFixtures.frame(size: 1_000))
        #expect(receiver.depacketizer.counters.overflows == 1)
    }

    @Test("Padding alone changes nothing")
    func emptyPayload() {
        var packets = send([StreamFixtures.keyFrame()])
        let padding = Packet(payload: [], header: packets[1].header)
        packets[1].header.sequenceNumber = packets[1].header.sequenceNumber.next
        packets =
            [packets[0], padding] + [packets[1]]
            + packets[2...].map { packet in
                var changed = packet
                changed.header.sequenceNumber = packet.header.sequenceNumber.next
                return changed
            }
        let units = Receiver().receive(packets)
        #expect(units.map(\.bytes) == [StreamFixtures.keyFrame()])
        #expect(units.first?.info.isDamaged == false)
    }

    @Test(
        "Malformed aggregates and fragments are counted and damage the picture",
        arguments: [
            [0x78],  // STAP-A of nothing
            [0x78, 0],
            [0x78, 0, 0],  // a unit of no bytes
            [0x78, 0, 9, 0x67, 1],  // longer than the packet
            [0x78, 0, 2, 0x67, 1, 0xFF],  // a byte left over
            [0x78, 0, 2, 0x78, 1],  // an aggregate inside an aggregate
            [0x7C],  // FU-A without its header
            [0x7C, 0xC5, 1],  // start and end at once
            [0x7C, 0x9C, 1],  // a fragment inside a fragment
            [0x7C, 0x80, 1],  // type 0
        ] as [[UInt8]])
    func malformed(payload: [UInt8]) {
        let receiver = Receiver()
        let slice = StreamFixtures.unit(0x41, count: 20)
        let units = receiver.receive([
            Packet(payload: slice, header: Wire.header(1, timestamp: 5, marker: false)),
            Packet(payload: payload, header: Wire.header(2, timestamp: 5, marker: true)),
        ])
        #expect(receiver.depacketizer.counters.malformed == 1)
        #expect(units.map(\.bytes) == [[0, 0, 0, 1] + slice])
        #expect(units.first?.info.isDamaged == true)
    }

    @Test("Interleaved mode and reserved types are counted", arguments: [0, 25, 26, 27, 29, 30, 31] as [UInt8])
    func unsupported(type: UInt8) {
        let receiver = Receiver()
        _ = receiver.receive([
            Packet(payload: [0x60 | type, 1, 2, 3, 4], header: Wire.header(1, timestamp: 5, marker: true))
        ])
        #expect(receiver.depacketizer.counters.unsupported == 1)
    }

    @Test("A fragment of another type than the one begun is refused")
    func changedType() {
        let receiver = Receiver()
        let units = receiver.receive([
            Packet(payload: [0x7C, 0x85, 0x88, 2], header: Wire.header(1, timestamp: 5, marker: false)),
            Packet(payload: [0x7C, 0x41, 3, 4], header: Wire.header(2, timestamp: 5, marker: true)),
        ])
        #expect(receiver.depacketizer.counters.malformed == 1)
        #expect(units.map(\.bytes) == [[0, 0, 0, 1, 0x65, 0x88, 2]])
        #expect(units.first?.info.isDamaged == true)
    }

    @Test("A reset forgets the sequence but keeps the counters")
    func reset() {
        let receiver = Receiver()
        _ = receiver.receive(send([StreamFixtures.keyFrame()], from: 100))
        receiver.depacketizer.reset()
        let units = receiver.receive(send([StreamFixtures.frame()], from: 90))
        #expect(units.first?.info.packetsLostBefore == 0)
        #expect(receiver.depacketizer.counters.accessUnits == 2)
    }

    @Test("With random losses, every undamaged picture is exactly what was sent")
    func randomLosses() {
        var random = SplitMix64(seed: 6184)
        var intact = 0
        for round in 0..<200 {
            let frames = (0..<20).map { index in
                index % 10 == 0
                    ? StreamFixtures.keyFrame(size: 4_000)
                    : StreamFixtures.frame(size: Int.random(in: 2...4_000, using: &random), seed: UInt64(index))
            }
            let sent = send(frames, from: round * 1000)
            let packets = sent.prefix(1) + sent.dropFirst().filter { _ in Int.random(in: 0..<20, using: &random) != 0 }
            for unit in Receiver().receive(Array(packets)) where !unit.info.isDamaged {
                let index = Int((unit.info.timestamp.rawValue &- 0xFFFF_F000) / 3000)
                // Parameter sets of a picture that was lost behind them come with the next one.
                let orphaned = StreamFixtures.stream([StreamFixtures.sps, StreamFixtures.pps])
                let isWhole = unit.bytes == frames[index] || unit.bytes == orphaned + frames[index]
                // A lost STAP-A can only be told by the loss before the picture.
                let lacksParameterSets =
                    unit.info.isKeyFrame && !unit.info.hasSequenceParameterSet && unit.info.packetsLostBefore > 0
                if !isWhole, !lacksParameterSets {
                    Issue.record("\(unit.info), \(unit.bytes.prefix(8)) instead of \(frames[index].count) bytes")
                }
                intact += isWhole ? 1 : 0
            }
        }
        #expect(intact > 2_500)
    }

    @Test("Any packets in any order leave a unit inside the buffer")
    func fuzz() {
        let frames = [StreamFixtures.keyFrame(size: 3_000), StreamFixtures.frame(size: 40), StreamFixtures.frame()]
        let corpus = send(frames).map(\.payload)
        var fuzzer = MutationFuzzer(
            corpus: corpus, interesting: [[0x78, 0, 4], [0x7C, 0x85], [0x7C, 0x45], [0x7C, 0x05], [0x79], [0x67]],
            seed: 28)
        var random = SplitMix64(seed: 29)
        var depacketizer = H264Depacketizer()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 5_000, alignment: 1)
        defer { buffer.deallocate() }
        var number = 0
        var timestamp: UInt32 = 0
        var units = 0
        fuzzer.run(count: 40_000) { payload in
            number += [1, 1, 1, 1, 1, 1, 2, 0, -3, 5000][Int.random(in: 0..<10, using: &random)]
            if Int.random(in: 0..<5, using: &random) == 0 { timestamp &+= 3000 }
            let header = Wire.header(number, timestamp: timestamp, marker: Bool.random(using: &random))
            var tries = 0
            loop: while true {
                tries += 1
                switch depacketizer.receive(payload, header: header, into: buffer) {
                case .incomplete:
                    break loop
                case .accessUnit(let unit):
                    if unit.byteCount <= 0 || unit.byteCount > buffer.count { Issue.record("\(unit)") }
                    units += 1
                    break loop
                case .accessUnitBeforePacket(let unit):
                    if unit.byteCount <= 0 || unit.byteCount > buffer.count { Issue.record("\(unit)") }
                    units += 1
                    if tries > 1 { Issue.record("one packet ended two units before it") }
                }
            }
        }
        #expect(units > 5_000)
    }
}
