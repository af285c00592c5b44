import Testing

@testable import SIP

@Suite("INVITE server transaction")
struct InviteServerTransactionTests {
    @Test("The INVITE that comes again gets the last provisional answer again")
    func proceeding() {
        var transaction = InviteServerTransaction(isReliable: false, timers: timers)
        #expect(transaction.handle(.retransmission).isEmpty)
        let trying = response(100)
        let ringing = response(180)
        #expect(transaction.handle(.respond(trying)) == [.send(trying)])
        #expect(transaction.handle(.retransmission) == [.resend(trying)])
        #expect(transaction.handle(.respond(ringing)) == [.send(ringing)])
        #expect(transaction.handle(.retransmission) == [.resend(ringing)])
    }

    @Test("A refusal is repeated after 0.5, 1, 2, 4, 4, … s until its ACK, which is then waited for 5 s more")
    func refusal() {
        var transaction = InviteServerTransaction(isReliable: false, timers: timers)
        let refusal = response(486)
        #expect(
            transaction.handle(.respond(refusal))
                == [.send(refusal), .setTimer(.g, .milliseconds(500)), .setTimer(.h, .seconds(32))])
        for pause in [1, 2, 4, 4] {
            #expect(transaction.handle(.timer(.g)) == [.resend(refusal), .setTimer(.g, .seconds(pause))])
        }
        #expect(transaction.handle(.retransmission) == [.resend(refusal)])
        #expect(
            transaction.handle(.ack) == [.cancelTimer(.g), .cancelTimer(.h), .setTimer(.i, .seconds(5))])
        #expect(transaction.handle(.ack).isEmpty)
        #expect(transaction.handle(.retransmission).isEmpty)
        #expect(transaction.handle(.timer(.i)) == [.terminated])
    }

    @Test("A refusal without an ACK is given up at timer H")
    func noAck() {
        var transaction = InviteServerTransaction(isReliable: false, timers: timers)
        _ = transaction.handle(.respond(response(486)))
        #expect(transaction.handle(.timer(.h)) == [.failed(.timeout), .terminated])
    }

    @Test("Over TCP a refusal is not repeated, and its ACK ends it")
    func reliable() {
        var transaction = InviteServerTransaction(isReliable: true, timers: timers)
        let refusal = response(486)
        #expect(transaction.handle(.respond(refusal)) == [.send(refusal), .setTimer(.h, .seconds(32))])
        #expect(transaction.handle(.ack) == [.cancelTimer(.h), .terminated])
    }

    @Test("After a 2xx the INVITE that comes again is taken in silently until timer L (RFC 6026)")
    func accepted() {
        var transaction = InviteServerTransaction(isReliable: false, timers: timers)
        let success = response(200)
        #expect(transaction.handle(.respond(success)) == [.send(success), .setTimer(.l, .seconds(32))])
        #expect(transaction.handle(.retransmission).isEmpty)
        #expect(transaction.handle(.respond(success)) == [.resend(success)])
        #expect(transaction.handle(.respond(response(486))).isEmpty)
        #expect(transaction.handle(.transportFailed) == [.failed(.transport)])
        #expect(transaction.handle(.timer(.l)) == [.terminated])
    }
}
