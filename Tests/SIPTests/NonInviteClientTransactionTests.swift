import Testing

@testable import SIP

@Suite("Other client transactions")
struct NonInviteClientTransactionTests {
    private let bye: SIPRequest

    init() throws { bye = try Samples.parsedRequest(Samples.request("BYE sip:room@192.0.2.9 SIP/2.0")) }

    @Test("Over UDP it is sent again after 0.5, 1, 2, 4, 4, … s and given up at timer F")
    func repeats() {
        var transaction = NonInviteClientTransaction(bye, isReliable: false, timers: timers)
        #expect(
            transaction.handle(.start) == [.send(bye), .setTimer(.e, .milliseconds(500)), .setTimer(.f, .seconds(32))])
        for pause in [1, 2, 4, 4, 4] {
            #expect(transaction.handle(.timer(.e)) == [.resend(bye), .setTimer(.e, .seconds(pause))])
        }
        #expect(transaction.handle(.timer(.f)) == [.failed(.timeout), .terminated])
    }

    @Test("After a provisional answer it is repeated each 4 s")
    func proceeding() {
        var transaction = NonInviteClientTransaction(bye, isReliable: false, timers: timers)
        _ = transaction.handle(.start)
        let trying = response(100)
        #expect(transaction.handle(.response(trying)) == [.response(trying)])
        #expect(transaction.handle(.timer(.e)) == [.resend(bye), .setTimer(.e, .seconds(4))])
        #expect(transaction.handle(.timer(.f)) == [.failed(.timeout), .terminated])
    }

    @Test("The final answer is told once; repeats of it are taken in until timer K")
    func completed() {
        var transaction = NonInviteClientTransaction(bye, isReliable: false, timers: timers)
        _ = transaction.handle(.start)
        let final = response(200)
        #expect(
            transaction.handle(.response(final))
                == [.cancelTimer(.e), .cancelTimer(.f), .setTimer(.k, .seconds(5)), .response(final)])
        #expect(transaction.handle(.response(final)).isEmpty)
        #expect(transaction.handle(.timer(.e)).isEmpty)
        #expect(transaction.handle(.timer(.k)) == [.terminated])
    }

    @Test("Over TCP nothing is repeated and the answer ends it")
    func reliable() {
        var transaction = NonInviteClientTransaction(bye, isReliable: true, timers: timers)
        #expect(transaction.handle(.start) == [.send(bye), .setTimer(.f, .seconds(32))])
        #expect(transaction.handle(.timer(.e)).isEmpty)
        let final = response(200)
        #expect(
            transaction.handle(.response(final))
                == [.cancelTimer(.e), .cancelTimer(.f), .response(final), .terminated])
    }

    @Test("A transport that fails ends it")
    func transport() {
        var transaction = NonInviteClientTransaction(bye, isReliable: false, timers: timers)
        _ = transaction.handle(.start)
        #expect(transaction.handle(.transportFailed) == [.failed(.transport), .terminated])
    }
}
