import NIOCore
import SIP
import Testing

@testable import CallSignaling

@Suite("Two user agents on the loopback", .timeLimit(.minutes(1)))
struct UserAgentTests {
    @Test(
        "A call is placed, rings, is answered and hung up by either side", arguments: ["", ";transport=tcp"],
        [true, false])
    func wholeCall(transport: String, callerHangsUp: Bool) async throws {
        let caller = try await TestRoom("caller")
        let callee = try await TestRoom("callee")
        let call = try await caller.agent.dial(await callee.address + transport, offer: offer)
        let incoming = try await callee.incoming()
        #expect(incoming.offer == offer)
        #expect(incoming.displayName == "Room caller")
        #expect(incoming.localAddress == "127.0.0.1")
        #expect(incoming.calledUser == "room")
        try await callee.agent.ring(incoming.call)
        #expect(await caller.next() == .provisional(call, status: 180, phrase: "Ringing", body: nil))
        try await callee.agent.answer(incoming.call, answer: answer)
        #expect(await caller.next() == .answered(call, answer: answer))
        #expect(await callee.next() == .established(incoming.call, answer: nil))
        if callerHangsUp {
            await caller.agent.hangUp(call)
            #expect(await caller.next() == .ended(call, .localHangup))
            #expect(await callee.next() == .ended(incoming.call, .remoteHangup(explanation: nil)))
        } else {
            await callee.agent.hangUp(incoming.call)
            #expect(await callee.next() == .ended(incoming.call, .localHangup))
            #expect(await caller.next() == .ended(call, .remoteHangup(explanation: nil)))
        }
        await caller.agent.stop()
        await callee.agent.stop()
        #expect(await caller.next() == nil)
        #expect(await caller.agent.statistics.retransmissionsSent == 0)
    }
}
