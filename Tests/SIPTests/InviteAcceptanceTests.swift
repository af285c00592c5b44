import Testing

@testable import SIP

@Suite("The 2xx to an INVITE")
struct InviteAcceptanceTests {
    @Test("It is repeated until the ACK comes")
    func confirmed() {
        let success = response(200)
        var acceptance = InviteAcceptance(success, timers: timers)
        #expect(acceptance.handle(.start) == [.send(success), .wait(.milliseconds(500))])
        #expect(acceptance.handle(.timer) == [.resend(success), .wait(.seconds(1))])
        #expect(acceptance.handle(.ack) == [.cancelWait, .confirmed])
        #expect(acceptance.handle(.ack).isEmpty)
        #expect(acceptance.handle(.timer).isEmpty)
    }

    @Test("Without an ACK it is given up after exactly 64 times T1")
    func abandoned() {
        var acceptance = InviteAcceptance(response(200), timers: timers)
        var waited = Duration.zero
        var actions = acceptance.handle(.start)
        while case .wait(let pause)? = actions.last {
            waited += pause
            actions = acceptance.handle(.timer)
        }
        #expect(actions == [.abandoned])
        #expect(waited == .seconds(32))
    }
}
