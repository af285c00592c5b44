import LinuxSystem
import RTCP
import RTP
import RealtimeSupport
import Testing

@testable import MediaPipelines

@Suite("Received stream")
struct StreamReceiverTests {
    private let receiver = StreamReceiver(clockRate: .video)

    private func accept(_ source: UInt32, _ number: Int, at milliseconds: Int64) -> Bool {
        receiver.accept(
            RTPHeader(
                marker: false, payloadType: .pcmu, sequenceNumber: SequenceNumber(UInt16(truncatingIfNeeded: number)),
                timestamp: RTPTimestamp(UInt32(truncatingIfNeeded: number * 3000)), ssrc: SSRC(source)),
            byteCount: 100, at: MonotonicTime(nanoseconds: milliseconds * 1_000_000))
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
