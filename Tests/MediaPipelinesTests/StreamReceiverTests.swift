import LinuxSystem
import RTCP
import RTP
import RealtimeSupport
import Testing

@testable import MediaPipelines

@Suite("Received stream")
struct StreamReceiverTests {
    private let receiver = StreamReceiver(clockRate: .video)

    private static let signalled = IPEndpoint(address: "192.0.2.1", port: 5004) ?? .any(port: 0)
    private static let translated = IPEndpoint(address: "198.51.100.7", port: 40_000) ?? .any(port: 0)
    private static let stranger = IPEndpoint(address: "203.0.113.9", port: 5004) ?? .any(port: 0)

    private func accept(
        _ source: UInt32, _ number: Int, at milliseconds: Int64, from address: IPEndpoint = Self.signalled
    ) -> Bool {
        receiver.accept(
            RTPHeader(
                marker: false, payloadType: .pcmu, sequenceNumber: SequenceNumber(UInt16(truncatingIfNeeded: number)),
                timestamp: RTPTimestamp(UInt32(truncatingIfNeeded: number * 3000)), ssrc: SSRC(source)),
            byteCount: 100, from: address, signalled: Self.signalled,
            at: MonotonicTime(nanoseconds: milliseconds * 1_000_000))
    }

    @Test("The first source is taken, and a stranger's packets are not, however many come")
    func stranger() {
        #expect(accept(1, 10, at: 0))
        for step in 0..<1000 {
            #expect(!accept(2, step, at: Int64(step)))
            if step % 20 == 0 { #expect(accept(1, 11 + step / 20, at: Int64(step))) }
        }
        #expect(receiver.ssrc == SSRC(1))
    }

    @Test("Another source takes over when the first is silent and it has sent eight packets")
    func takeOver() {
        #expect(accept(1, 10, at: 0))
        for step in 0..<7 { #expect(!accept(2, step, at: 300 + Int64(step))) }
        #expect(accept(2, 7, at: 310))
        #expect(receiver.ssrc == SSRC(2))
        #expect(accept(2, 8, at: 330))
        // What is left of the first is a stranger now.
        #expect(!accept(1, 11, at: 340))
    }

    @Test("Packets of many strangers do not add up to one that takes over")
    func manyStrangers() {
        #expect(accept(1, 10, at: 0))
        for step in 0..<100 { #expect(!accept(UInt32(2 + step % 3), step, at: 1000 + Int64(step))) }
        #expect(receiver.ssrc == SSRC(1))
    }

    @Test("After a goodbye the next source need not wait")
    func goodbye() {
        #expect(accept(1, 10, at: 0))
        receiver.noteGoodbye()
        for step in 0..<7 { #expect(!accept(2, step, at: Int64(step))) }
        #expect(accept(2, 7, at: 8))
    }

    @Test("The source's number from another address is a stranger's, and carries no numbers forward")
    func spoofed() {
        #expect(accept(1, 10, at: 0))
        for step in 0..<500 {
            #expect(!accept(1, 11 + 600 + step, at: Int64(step), from: Self.stranger))
            #expect(accept(1, 11 + step, at: Int64(step)))
        }
        receiver.publish(roundTrip: 0)
        #expect(receiver.report.load().lost == 0 && receiver.report.load().strangers == 500)
    }

    @Test("The signalled address is believed at once, with a source of its own or the one that was there")
    func vouchedFor() {
        #expect(accept(1, 10, at: 0, from: Self.stranger))
        #expect(accept(2, 900, at: 1))
        #expect(!accept(1, 11, at: 2, from: Self.stranger))
        #expect(receiver.ssrc == SSRC(2))
        #expect(accept(2, 901, at: 3))
    }

    @Test("A far end behind a NAT is heard at once, and again when its NAT gives it another address")
    func translated() {
        #expect(accept(1, 10, at: 0, from: Self.translated))
        #expect(accept(1, 11, at: 20, from: Self.translated))
        let other = Self.translated.with(port: 41_000)
        var taken: Int?
        for step in 0..<30 where taken == nil {
            if accept(1, 12 + step, at: 40 + Int64(step) * 20, from: other) { taken = step }
        }
        // 250 ms of silence.
        #expect(taken == 12)
        #expect(!accept(1, 500, at: 700, from: Self.translated))
        receiver.publish(roundTrip: 0)
        // The same source goes on with its numbers: what was not taken counts as lost.
        #expect(receiver.report.load().packets == 3 && receiver.report.load().lost == 12)
    }

    @Test("RTCP is heard from the signalled host and from the one that sends the stream, on any port")
    func control() {
        let allows = { receiver.allowsControl(from: $0, signalled: Self.signalled.with(port: 5005)) }
        // Before the first packet: from whoever comes first, and from the signalled host.
        #expect(allows(Self.translated) && !allows(Self.stranger) && allows(Self.signalled))
        #expect(accept(1, 10, at: 0, from: Self.translated.with(port: 1)))
        #expect(allows(Self.translated.with(port: 2)) && allows(Self.signalled.with(port: 3)))
        #expect(!allows(Self.stranger))
        receiver.publish(roundTrip: 0)
        #expect(receiver.report.load().strangers == 2)
    }

    @Test("One packet far away is not taken, two in a row are")
    func outlier() {
        #expect(accept(1, 10, at: 0))
        #expect(accept(1, 11, at: 1))
        #expect(!accept(1, 20_000, at: 2))
        #expect(accept(1, 12, at: 3))
        #expect(!accept(1, 20_001, at: 4))
        #expect(accept(1, 20_002, at: 5))
        #expect(accept(1, 20_003, at: 6))
    }

    @Test("Losses, counts and the block of the next report")
    func block() throws {
        #expect(receiver.makeBlock(at: .zero) == nil)
        for number in [1, 2, 5, 6] { #expect(accept(9, number, at: Int64(number) * 33)) }
        receiver.lastSenderReport = 77
        receiver.lastSenderReportTime = MonotonicTime(nanoseconds: 1_000_000_000)
        let block = try #require(receiver.makeBlock(at: MonotonicTime(nanoseconds: 1_500_000_000)))
        #expect(block.source == SSRC(9) && block.cumulativeLost == 2 && block.fractionLost == 85)
        #expect(block.lastSenderReport == 77 && block.delaySinceLastSenderReport == 32_768)
        receiver.publish(roundTrip: 5)
        let report = receiver.report.load()
        #expect(report.packets == 4 && report.bytes == 400 && report.lost == 2 && report.roundTripNanoseconds == 5)
        #expect(report.isKnown)
    }
}
