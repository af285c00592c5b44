import FuzzSupport
import RTCP
import RTP
import Testing

struct CompoundPacketTests {
    /// Parses, and hands the packets over while the datagram lives.
    private func read<Result>(
        _ bytes: [UInt8], _ body: (CompoundPacket, [RTCPPacket]) throws -> Result
    ) throws -> Result {
        try bytes.withUnsafeBytes { raw in
            let compound = try #require(CompoundPacket(parsing: raw))
            return try body(compound, Array(compound))
        }
    }

    @Test("A sender report with a block and a CNAME")
    func senderReport() throws {
        try read(RTCPFixtures.senderReport) { compound, packets in
            #expect(!compound.isReducedSize)
            try #require(packets.count == 2)
            guard case .senderReport(let report, let blocks) = packets[0],
                case .sourceDescription(let description) = packets[1]
            else {
                Issue.record("\(packets)")
                return
            }
            #expect(report.sender == SSRC(0x1122_3344))
            #expect(report.ntpTimestamp.rawValue == 0xE1A2_B3C4_8000_0000)
            #expect(report.rtpTimestamp == RTPTimestamp(90_000))
            #expect(report.packetCount == 100 && report.octetCount == 123_456)
            let block = try #require(blocks.block(about: SSRC(0x5566_7788)))
            #expect(block.fractionLost == 64 && block.cumulativeLost == 258)
            #expect(block.extendedHighestSequenceNumber == 0x0001_0203 && block.jitter == 300)
            #expect(block.lastSenderReport == 0xB3C4_7FFF && block.delaySinceLastSenderReport == 65_536)
            #expect(blocks.block(about: SSRC(1)) == nil)
            #expect(description.canonicalName(of: SSRC(0x1122_3344)) == "room@host")
            #expect(description.canonicalName(of: SSRC(1)) == nil)
        }
    }

    @Test("Several description items, and a goodbye of two sources with a reason")
    func goodbye() throws {
        try read(RTCPFixtures.goodbye) { _, packets in
            try #require(packets.count == 3)
            guard case .receiverReport(SSRC(0xAABB_CCDD), let blocks) = packets[0],
                case .sourceDescription(let description) = packets[1], case .goodbye(let goodbye) = packets[2]
            else {
                Issue.record("\(packets)")
                return
            }
            #expect(blocks.count == 0)
            #expect(description.map(\.type) == [1, 2, 6])
            #expect(description.canonicalName(of: SSRC(0xAABB_CCDD)) == "a.b")
            #expect(Array(goodbye) == [SSRC(0xAABB_CCDD), SSRC(9)])
            #expect(String(decoding: goodbye.reason, as: UTF8.self) == "leave!")
        }
    }

    @Test("Feedback without a report is accepted as reduced size")
    func feedback() throws {
        try read(RTCPFixtures.pictureLoss + RTCPFixtures.fullIntra + RTCPFixtures.nack) { compound, packets in
            #expect(compound.isReducedSize)
            try #require(packets.count == 3)
            guard case .pictureLossIndication(let loss) = packets[0], case .fullIntraRequest(let intra) = packets[1],
                case .transportLayerNack(let nack) = packets[2]
            else {
                Issue.record("\(packets)")
                return
            }
            #expect(loss == PictureLossIndication(sender: SSRC(1), mediaSource: SSRC(2)))
            #expect(intra.sender == SSRC(1) && intra.count == 2)
            #expect(intra.map(\.commandNumber) == [7, 255])
            #expect(intra.entry(for: SSRC(3))?.commandNumber == 255)
            #expect(intra.entry(for: SSRC(4)) == nil)
            #expect(nack.mediaSource == SSRC(2))
            #expect(nack.map(\.rawValue) == [100, 101, 116, 65535, 0])
        }
    }

    @Test("A type that is not used is passed by, and padding at the end is taken off")
    func padded() throws {
        try read(RTCPFixtures.padded) { _, packets in
            guard packets.count == 2, case .other(type: 207, format: 0, let body) = packets[1] else {
                Issue.record("\(packets)")
                return
            }
            #expect(body.count == 4)
        }
    }

    @Test("Lengths that do not add up are refused", arguments: RTCPFixtures.broken)
    func broken(bytes: [UInt8]) {
        #expect(bytes.withUnsafeBytes { CompoundPacket(parsing: $0) } == nil)
    }

    private static let malformed = [
        "81c80006 11223344 e1a2b3c4 80000000 00015f90 00000064 0001e240",  // a block announced, none there
        "80c80003 11223344 e1a2b3c4 80000000",  // sender information cut
        "80c90000",  // no receiver
        "81ca0002 00000001 01ff6100",  // an item longer than the packet
        "82ca0002 00000001 00000000",  // two chunks announced, one there
        "81ca0001 00000001",  // a chunk without end
        "81cb0000",  // a source announced, none there
        "81cb0002 00000001 09616200",  // a reason longer than the packet
        "81ce0001 00000001",  // no media source
        "84ce0002 00000001 00000000",  // no command
        "84ce0003 00000001 00000000 00000002",  // half a command
        "81cd0002 00000001 00000002",  // nothing missing
        "a1ce0002 00000001 00000000",  // padding of no bytes
        "a1ce0002 00000001 000000ff",  // padding longer than the packet
    ]

    @Test("A packet whose inside contradicts its head is told apart", arguments: malformed)
    func malformedInside(hex: String) throws {
        try read(RTCPFixtures.bytes(hex: hex)) { _, packets in
            guard packets.count == 1, case .malformed = packets[0] else {
                Issue.record("\(packets)")
                return
            }
        }
    }

    @Test("Any input is parsed or refused, and lists end")
    func fuzz() {
        var fuzzer = MutationFuzzer(
            corpus: RTCPFixtures.corpus + [RTCPFixtures.senderReport + RTCPFixtures.pictureLoss],
            interesting: [
                [0x9F, 200], [0x9F, 201], [0x9F, 202], [0x9F, 203], [0xA1, 206, 0, 1], [0x81, 205, 0xFF, 0xFF],
            ],
            seed: 3550)
        var packets = 0
        fuzzer.run(count: 30_000) { datagram in
            guard let compound = CompoundPacket(parsing: datagram) else { return }
            for packet in compound {
                packets += 1
                switch packet {
                case .senderReport(_, let blocks), .receiverReport(_, let blocks):
                    if blocks.reduce(0, { count, _ in count + 1 }) != blocks.count { Issue.record("\(blocks)") }
                case .sourceDescription(let description):
                    for item in description { _ = description.canonicalName(of: item.source) }
                case .goodbye(let goodbye):
                    if goodbye.reduce(0, { count, _ in count + 1 }) != goodbye.count { Issue.record("\(goodbye)") }
                case .fullIntraRequest(let request):
                    if request.reduce(0, { count, _ in count + 1 }) != request.count { Issue.record("\(request)") }
                case .transportLayerNack(let nack):
                    if nack.reduce(0, { count, _ in count + 1 }) > datagram.count * 17 / 4 { Issue.record("\(nack)") }
                case .pictureLossIndication, .other, .malformed:
                    break
                }
            }
        }
        #expect(packets > 5_000)
    }
}
