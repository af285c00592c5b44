import Testing

@testable import SIP

/// Times that are easy to read: T1 is 500 ms as in the RFC.
let timers = TimerValues()

func response(_ status: Int, to tag: String = "b1") -> SIPResponse {
    var response = SIPResponse(status)
    response.headers.append(.via, "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK74")
    response.headers.append(.from, "<sip:anna@192.0.2.1>;tag=a1")
    response.headers.append(.to, "<sip:room@192.0.2.9>;tag=\(tag)")
    response.headers.append(.callID, "c1@192.0.2.1")
    response.headers.append(.cseq, "7 INVITE")
    return response
}

@Suite("INVITE client transaction")
struct InviteClientTransactionTests {
    private let invite: SIPRequest

    init() throws { invite = try Samples.parsedRequest(Samples.request(more: ["Route: <sip:p.example;lr>"])) }

    private func started(isReliable: Bool = false) -> InviteClientTransaction {
        var transaction = InviteClientTransaction(invite, isReliable: isReliable, timers: timers)
        _ = transaction.handle(.start)
        return transaction
    }

    @Test("Over UDP it is sent again after 0.5, 1, 2, … s and given up at timer B")
    func repeats() {
        var transaction = InviteClientTransaction(invite, isReliable: false, timers: timers)
        #expect(
            transaction.handle(.start)
                == [.send(invite), .setTimer(.a, .milliseconds(500)), .setTimer(.b, .seconds(32))])
        #expect(transaction.handle(.timer(.a)) == [.resend(invite), .setTimer(.a, .seconds(1))])
        #expect(transaction.handle(.timer(.a)) == [.resend(invite), .setTimer(.a, .seconds(2))])
        #expect(transaction.handle(.timer(.b)) == [.failed(.timeout), .terminated])
        #expect(transaction.handle(.timer(.a)).isEmpty)
    }

    @Test("Over TCP nothing is repeated, and a refusal ends it at once")
    func reliable() throws {
        var transaction = InviteClientTransaction(invite, isReliable: true, timers: timers)
        #expect(transaction.handle(.start) == [.send(invite), .setTimer(.b, .seconds(32))])
        let refusal = response(486)
        let actions = transaction.handle(.response(refusal))
        #expect(actions.last == .terminated)
        #expect(actions.contains(.response(refusal)))
        #expect(!actions.contains { if case .setTimer = $0 { true } else { false } })
    }

    @Test("A provisional answer stops the repeats and the timeout")
    func provisional() {
        var transaction = started()
        let ringing = response(180)
        #expect(
            transaction.handle(.response(ringing)) == [.cancelTimer(.a), .cancelTimer(.b), .response(ringing)])
        #expect(transaction.handle(.response(ringing)) == [.response(ringing)])
        #expect(transaction.handle(.timer(.a)).isEmpty)
        #expect(transaction.handle(.timer(.b)).isEmpty)
        #expect(transaction.state == .proceeding)
    }

    @Test("A refusal is acknowledged, each time it comes, but told once")
    func refusal() throws {
        var transaction = started()
        let refusal = response(486)
        let actions = transaction.handle(.response(refusal))
        guard case .acknowledge(let ack) = try #require(actions.dropFirst(2).first) else {
            Issue.record("no ACK in \(actions)")
            return
        }
        #expect(actions.suffix(2) == [.setTimer(.d, .seconds(32)), .response(refusal)])
        #expect(ack.uri == invite.uri)
        #expect(ack.headers.values(.via) == ["SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK74;rport"])
        #expect(ack.headers[.cseq] == "7 ACK")
        #expect(ack.headers[.to] == "<sip:room@192.0.2.9>;tag=b1")
        #expect(ack.headers[.route] == "<sip:p.example;lr>")
        #expect(ack.headers[.callID] == invite.headers[.callID])
        #expect(ack.body.isEmpty)
        #expect(transaction.handle(.response(refusal)) == [.acknowledge(ack)])
        #expect(transaction.handle(.response(response(180))).isEmpty)
        #expect(transaction.handle(.timer(.d)) == [.terminated])
    }

    @Test("Every 2xx is passed on until timer M (RFC 6026)")
    func accepted() {
        var transaction = started()
        let first = response(200)
        let fork = response(200, to: "b2")
        #expect(
            transaction.handle(.response(first))
                == [.cancelTimer(.a), .cancelTimer(.b), .setTimer(.m, .seconds(32)), .response(first)])
        #expect(transaction.handle(.response(fork)) == [.response(fork)])
        #expect(transaction.handle(.response(response(486))).isEmpty)
        #expect(transaction.handle(.transportFailed).isEmpty)
        #expect(transaction.handle(.timer(.m)) == [.terminated])
    }

    @Test("A transport that fails ends it, and is told unless there was an answer already")
    func transport() {
        var transaction = started()
        #expect(transaction.handle(.transportFailed) == [.failed(.transport), .terminated])
        var refused = started()
        _ = refused.handle(.response(response(486)))
        #expect(refused.handle(.transportFailed) == [.terminated])
    }
}
