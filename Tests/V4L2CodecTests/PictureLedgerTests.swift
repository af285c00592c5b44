import LinuxSystem
import Testing
import V4L2Codec

@Suite("Picture ledger")
struct PictureLedgerTests {
    private func time(_ microseconds: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: microseconds * 1000) }

    @Test("a picture comes out with the times it went in with")
    func roundTrip() {
        var ledger = PictureLedger(capacity: 4)
        let captured = MonotonicTime(nanoseconds: 5_000_999)
        let timestamp = ledger.enter(captureTime: captured, submitTime: time(9))
        #expect(timestamp == time(5000), "whole microseconds, as a timeval holds them")
        #expect(ledger.oldest?.submitTime == time(9))
        let entry = ledger.leave(timestamp: timestamp)
        #expect(entry?.captureTime == captured)
        #expect(entry?.submitTime == time(9))
        #expect(ledger.count == 0 && ledger.oldest == nil)
    }

    @Test("timestamps grow, also when capture times stand still or run backwards")
    func growing() {
        var ledger = PictureLedger(capacity: 8)
        var last = MonotonicTime.zero
        for captured in [100, 100, 50, 0, -7, 101] {
            let timestamp = ledger.enter(captureTime: time(Int64(captured)), submitTime: .zero)
            #expect(timestamp > last)
            last = timestamp
        }
        #expect(ledger.leave(timestamp: last)?.captureTime == time(101))
    }

    @Test("what an encoder has dropped is forgotten with the next picture that comes out")
    func dropped() {
        var ledger = PictureLedger(capacity: 8)
        _ = ledger.enter(captureTime: time(1), submitTime: time(1))
        _ = ledger.enter(captureTime: time(2), submitTime: time(2))
        let third = ledger.enter(captureTime: time(3), submitTime: time(3))
        _ = ledger.enter(captureTime: time(4), submitTime: time(4))
        #expect(ledger.leave(timestamp: third)?.captureTime == time(3))
        #expect(ledger.count == 1)
        #expect(ledger.oldest?.captureTime == time(4))
    }

    @Test("a driver that does not copy timestamps gives its pictures in order")
    func unknownTimestamp() {
        var ledger = PictureLedger(capacity: 4)
        _ = ledger.enter(captureTime: time(1), submitTime: .zero)
        _ = ledger.enter(captureTime: time(2), submitTime: .zero)
        #expect(ledger.leave(timestamp: .zero)?.captureTime == time(1))
        #expect(ledger.leave(timestamp: time(77))?.captureTime == time(2))
        #expect(ledger.leave(timestamp: .zero) == nil)
    }

    @Test("a full ledger forgets its oldest, a refused picture its newest, a restart all")
    func bounds() {
        var ledger = PictureLedger(capacity: 3)
        for number in 1...5 { _ = ledger.enter(captureTime: time(Int64(number)), submitTime: .zero) }
        #expect(ledger.count == 3)
        #expect(ledger.oldest?.captureTime == time(3))
        ledger.revokeLast()
        #expect(ledger.leave(timestamp: time(5))?.captureTime == time(3))
        ledger.removeAll()
        #expect(ledger.count == 0)
        ledger.revokeLast()
        #expect(ledger.count == 0)
    }
}
