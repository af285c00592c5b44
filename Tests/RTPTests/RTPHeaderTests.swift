import FuzzSupport
import RTP
import Testing

struct RTPHeaderTests {
    @Test("What is written is read back")
    func roundTrip() throws {
        var random = SplitMix64(seed: 7)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 20, alignment: 1)
        defer { buffer.deallocate() }
        for _ in 0..<2_000 {
            let header = RTPHeader(
                marker: Bool.random(using: &random),
                payloadType: PayloadType(headerByte: UInt8.random(in: 0...255, using: &random)),
                sequenceNumber: SequenceNumber(UInt16.random(in: 0...65535, using: &random)),
                timestamp: RTPTimestamp(UInt32.random(in: 0...UInt32.max, using: &random)),
                ssrc: SSRC(UInt32.random(in: 0...UInt32.max, using: &random)))
            #expect(header.write(into: buffer) == 12)
            let parsed = try #require(RTPPacketView(parsing: UnsafeRawBufferPointer(buffer)))
            #expect(parsed.header == header)
            #expect(parsed.payloadRange == 12..<20)
        }
    }

    @Test("The bytes are those of RFC 3550")
    func bytes() throws {
        let type = try #require(PayloadType(rawValue: 111))
        let header = RTPHeader(
            marker: true, payloadType: type, sequenceNumber: SequenceNumber(0x0102),
            timestamp: RTPTimestamp(0x0304_0506), ssrc: SSRC(0x0708_090A))
        var written = [UInt8](repeating: 0, count: 12)
        #expect(written.withUnsafeMutableBytes { header.write(into: $0) } == 12)
        #expect(written == [0x80, 0xEF, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    }

    @Test("A buffer that is too small is left alone")
    func tooSmall() {
        let header = RTPHeader(
            marker: false, payloadType: .pcmu, sequenceNumber: SequenceNumber(1), timestamp: RTPTimestamp(1),
            ssrc: SSRC(1))
        var short = [UInt8](repeating: 0xAA, count: 11)
        #expect(short.withUnsafeMutableBytes { header.write(into: $0) } == nil)
        #expect(short.allSatisfy { $0 == 0xAA })
    }

    @Test("Payload types have seven bits")
    func payloadType() {
        #expect(PayloadType(rawValue: 128) == nil)
        #expect(PayloadType(rawValue: 127)?.isDynamic == true)
        #expect(PayloadType(headerByte: 0x80) == .pcmu)
        #expect(!PayloadType.pcma.isDynamic)
    }
}
