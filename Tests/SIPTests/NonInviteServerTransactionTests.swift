import Testing

@testable import SIP

@Suite("Other server transactions")
struct NonInviteServerTransactionTests {
    @Test("A request that comes again gets the answer again, until timer J")
    func repeats() {
        var transaction = NonInviteServerTransaction(isReliable: false, timers: timers)
        #expect(transaction.handle(.retransmission).isEmpty)
        let trying = response(100)
        #expect(transaction.handle(.respond(trying)) == [.send(trying)])
        #expect(transaction.handle(.retransmission) == [.resend(trying)])
        let final = response(200)
        #expect(transaction.handle(.respond(final)) == [.send(final), .setTimer(.j, .seconds(32))])
        #expect(transaction.handle(.retransmission) == [.resend(final)])
        #expect(transaction.handle(.respond(response(500))).isEmpty)
        #expect(transaction.handle(.timer(.j)) == [.terminated])
    }

    @Test("Over TCP the answer ends it")
    func reliable() {
        var transaction = NonInviteServerTransaction(isReliable: true, timers: timers)
        let final = response(200)
        #expect(transaction.handle(.respond(final)) == [.send(final), .terminated])
        #expect(transaction.handle(.retransmission).isEmpty)
    }

    @Test("A transport that fails ends it")
    func transport() {
        var transaction = NonInviteServerTransaction(isReliable: false, timers: timers)
        _ = transaction.handle(.respond(response(200)))
        #expect(transaction.handle(.transportFailed) == [.failed(.transport), .terminated])
    }
}
