import FuzzSupport
import RTP
import Testing

struct RTPPacketViewTests {
    private func view(_ bytes: [UInt8]) -> RTPPacketView? {
        bytes.withUnsafeBytes { RTPPacketView(parsing: $0) }
    }

    private func bytes(of payload: RTPPacketView?, in packet: [UInt8]) -> [UInt8]? {
        packet.withUnsafeBytes { raw in payload.map { Array($0.payload(in: raw)) } }
    }

    @Test("A plain packet gives its fields and its payload")
    func plain() throws {
        let packet: [UInt8] = [0x80, 0xE0, 0x12, 0x34, 0xDE, 0xAD, 0xBE, 0xEF, 1, 2, 3, 4, 9, 8, 7]
        let parsed = try #require(view(packet))
        #expect(parsed.header.marker)
        #expect(parsed.header.payloadType.rawValue == 96)
        #expect(parsed.header.sequenceNumber == SequenceNumber(0x1234))
        #expect(parsed.header.timestamp == RTPTimestamp(0xDEAD_BEEF))
        #expect(parsed.header.ssrc == SSRC(0x0102_0304))
        #expect(parsed.header.ssrc.description == "01020304")
        #expect(parsed.extensionProfile == nil)
        #expect(parsed.headerLength == 12)
        #expect(bytes(of: parsed, in: packet) == [9, 8, 7])
    }

    @Test("Contributing sources, an RFC 8285 extension and padding are taken off")
    func allParts() throws {
        let packet =
            RTPFixtures.fixed(first: 0x80 | 0x20 | 0x10 | 2)
            + [0, 0, 0, 5, 0, 0, 0, 6, 0xBE, 0xDE, 0, 1, 0x10, 0xFF, 0, 0, 0x41, 0x42, 0, 0, 3]
        let parsed = try #require(view(packet))
        #expect(parsed.contributingSourceCount == 2)
        #expect(parsed.extensionProfile == 0xBEDE)
        #expect(parsed.extensionRange == 24..<28)
        #expect(bytes(of: parsed, in: packet) == [0x41, 0x42])
        packet.withUnsafeBytes { raw in
            #expect(parsed.contributingSource(at: 0, in: raw) == SSRC(5))
            #expect(parsed.contributingSource(at: 1, in: raw) == SSRC(6))
            #expect(parsed.contributingSource(at: 2, in: raw) == nil)
            #expect(parsed.contributingSource(at: -1, in: raw) == nil)
        }
    }

    @Test("A packet of nothing but padding has an empty payload")
    func onlyPadding() throws {
        let parsed = try #require(view(RTPFixtures.fixed(first: 0xA0) + [0, 0, 0, 4]))
        #expect(parsed.payloadRange.isEmpty)
    }

    @Test("Lengths that lead out of the packet are refused", arguments: RTPFixtures.broken)
    func broken(packet: [UInt8]) {
        #expect(view(packet) == nil)
    }

    @Test("A view used on a shorter packet gives an empty payload, not foreign memory")
    func wrongPacket() throws {
        let parsed = try #require(view(RTPFixtures.fixed(first: 0x80) + [1, 2, 3]))
        #expect(bytes(of: parsed, in: [0x80]) == [])
    }

    @Test("Any input is parsed or refused, and ranges stay inside")
    func fuzz() {
        var fuzzer = MutationFuzzer(corpus: RTPFixtures.corpus, seed: 3550)
        var accepted = 0
        fuzzer.run(count: 30_000) { packet in
            _ = DatagramKind(of: packet)
            guard let parsed = RTPPacketView(parsing: packet) else { return }
            accepted += 1
            #expect(parsed.payloadRange.upperBound <= packet.count)
            #expect(parsed.extensionRange.upperBound <= parsed.payloadRange.lowerBound)
            #expect(parsed.payload(in: packet).count == parsed.payloadRange.count)
            for index in 0..<parsed.contributingSourceCount {
                #expect(parsed.contributingSource(at: index, in: packet) != nil)
            }
        }
        #expect(accepted > 5_000)
    }
}
