import FuzzSupport
import RTCP
import RTP
import Testing

struct RTCPWriterTests {
    private let report = SenderReport(
        sender: SSRC(0x1122_3344), ntpTimestamp: NTPTimestamp(rawValue: 0xE1A2_B3C4_8000_0000),
        rtpTimestamp: RTPTimestamp(90_000), packetCount: 100, octetCount: 123_456)

    private func block(_ source: UInt32, lost: Int32 = 258) -> ReportBlock {
        ReportBlock(
            source: SSRC(source),
            reception: .init(
                fractionLost: 64, cumulativeLost: lost, extendedHighestSequenceNumber: 0x0001_0203, jitter: 300),
            lastSenderReport: 0xB3C4_7FFF, delaySinceLastSenderReport: 65_536)
    }

    /// The datagram that `body` writes, which says whether everything fitted as it should.
    private func write(capacity: Int = 1500, _ body: (inout RTCPWriter) -> Bool) -> [UInt8] {
        var storage = [UInt8](repeating: 0xEE, count: capacity)
        let (bytes, isRight) = storage.withUnsafeMutableBytes { raw in
            var writer = RTCPWriter(raw)
            let isRight = body(&writer)
            return (Array(writer.bytes), isRight)
        }
        #expect(isRight)
        return bytes
    }

    @Test("A compound packet has exactly the bytes of the RFC")
    func compound() {
        let written = write { writer in
            writer.append(report) && writer.append(block(0x5566_7788))
                && writer.appendSourceDescription(source: SSRC(0x1122_3344), canonicalName: "room@host")
        }
        #expect(written == RTCPFixtures.senderReport)
    }

    @Test("Feedback has exactly the bytes of the RFCs")
    func feedback() {
        let loss = write { $0.append(PictureLossIndication(sender: SSRC(1), mediaSource: SSRC(2))) }
        #expect(loss == RTCPFixtures.pictureLoss)
        let missing = [100, 101, 116, 65535, 0].map { SequenceNumber($0) }
        let nack = write { $0.appendNack(sender: SSRC(1), mediaSource: SSRC(2), missing: missing) }
        #expect(nack == RTCPFixtures.nack)
        let intra = write {
            $0.append(FullIntraRequest.Entry(mediaSource: SSRC(2), commandNumber: 7), sender: SSRC(1))
        }
        #expect(intra == RTCPFixtures.bytes(hex: "84ce0004 00000001 00000000 00000002 07000000"))
        let goodbye = write { $0.appendGoodbye(source: SSRC(5)) }
        #expect(goodbye == RTCPFixtures.bytes(hex: "81cb0001 00000005"))
    }

    @Test("Negative losses are written in 24 bits and read back")
    func negativeLoss() throws {
        for lost: Int32 in [-1, -0x80_0000, 0x7F_FFFF, 0] {
            let written = write { $0.appendReceiverReport(receiver: SSRC(1)) && $0.append(block(9, lost: lost)) }
            let read = written.withUnsafeBytes { raw -> Int32? in
                guard let packet = CompoundPacket(parsing: raw)?.first(where: { _ in true }),
                    case .receiverReport(_, let blocks) = packet
                else { return nil }
                return blocks.block(about: SSRC(9))?.cumulativeLost
            }
            #expect(read == lost)
        }
    }

    @Test("A report takes 31 blocks and no more, and a block needs a report")
    func blockLimits() {
        _ = write { writer in
            if writer.append(block(1)) || !writer.appendReceiverReport(receiver: SSRC(1)) { return false }
            for source in 0..<31 where !writer.append(block(UInt32(source))) { return false }
            if writer.append(block(99)) { return false }
            return writer.append(report) && writer.append(block(99)) && writer.appendGoodbye(source: SSRC(1))
                && !writer.append(block(99))
        }
    }

    @Test("CNAMEs of every length end on a word and read back", arguments: 0...12)
    func names(length: Int) {
        let name = String(repeating: "x", count: length)
        let written = write { $0.appendSourceDescription(source: SSRC(3), canonicalName: name) }
        #expect(written.count % 4 == 0)
        let read = written.withUnsafeBytes { raw -> String? in
            guard let packet = CompoundPacket(parsing: raw)?.first(where: { _ in true }),
                case .sourceDescription(let description) = packet
            else { return nil }
            return description.canonicalName(of: SSRC(3))
        }
        #expect(read == name)
    }

    @Test("A name longer than 255 bytes is cut")
    func longName() {
        let written = write {
            $0.appendSourceDescription(source: SSRC(3), canonicalName: String(repeating: "é", count: 300))
        }
        #expect(written[9] == 255)
        #expect(written.withUnsafeBytes { CompoundPacket(parsing: $0) } != nil)
    }

    @Test("Whatever the size of the buffer, what was written is a valid datagram", arguments: 0...140)
    func everySize(capacity: Int) {
        let missing = (0..<40).map { SequenceNumber(UInt16($0 * 20)) }
        let written = write(capacity: capacity) { writer in
            var before = writer.count
            var isRight = true
            for step in 0..<7 {
                let isWritten =
                    switch step {
                    case 0: writer.append(report)
                    case 1: writer.append(block(2))
                    case 2: writer.appendSourceDescription(source: SSRC(1), canonicalName: "room")
                    case 3: writer.append(PictureLossIndication(sender: SSRC(1), mediaSource: SSRC(2)))
                    case 4: writer.append(.init(mediaSource: SSRC(2), commandNumber: 1), sender: SSRC(1))
                    case 5: writer.appendNack(sender: SSRC(1), mediaSource: SSRC(2), missing: missing)
                    default: writer.appendGoodbye(source: SSRC(1))
                    }
                if isWritten != (writer.count > before) { isRight = false }
                before = writer.count
            }
            return isRight
        }
        #expect(written.isEmpty || written.withUnsafeBytes { CompoundPacket(parsing: $0) } != nil)
        #expect(written.count <= capacity)
    }

    @Test("Nothing missing writes nothing")
    func emptyNack() {
        let written = write { $0.appendNack(sender: SSRC(1), mediaSource: SSRC(2), missing: []) }
        #expect(written.isEmpty)
    }

    @Test("Random lists of missing packets come back as they were")
    func nackRoundTrip() {
        var random = SplitMix64(seed: 4585)
        for _ in 0..<500 {
            var number = SequenceNumber(UInt16.random(in: 0...65535, using: &random))
            let missing = (0..<Int.random(in: 1...50, using: &random)).map { _ in
                number = number.advanced(by: Int.random(in: 1...30, using: &random))
                return number
            }
            let written = write { $0.appendNack(sender: SSRC(1), mediaSource: SSRC(2), missing: missing) }
            let read = written.withUnsafeBytes { raw -> [SequenceNumber]? in
                guard let packet = CompoundPacket(parsing: raw)?.first(where: { _ in true }),
                    case .transportLayerNack(let nack) = packet
                else { return nil }
                return Array(nack)
            }
            #expect(read == missing)
        }
    }
}
