import SIP
import Testing

@testable import CallSignaling

@Suite("How long signalling takes", .timeLimit(.minutes(1)))
struct LatencyTests {
    @Test("From dialling to the answer it takes less than a person notices, and nothing waits for a timer")
    func dialToAnswer() async throws {
        let caller = try await TestRoom("caller")
        let callee = try await TestRoom("callee")
        let agent = callee.agent
        let address = await callee.address
        let answering = Task {
            for await event in agent.events {
                if case .incomingCall(let incoming) = event { try await agent.answer(incoming.call, answer: answer) }
            }
        }
        let clock = ContinuousClock()
        var times: [Duration] = []
        for _ in 0..<50 {
            let start = clock.now
            let call = try await caller.agent.dial(address, offer: offer)
            #expect(await caller.next() == .answered(call, answer: answer))
            times.append(clock.now - start)
            await caller.agent.hangUp(call)
            #expect(await caller.next() == .ended(call, .localHangup))
        }
        times.sort()
        // Without optimisation and with a busy machine; an optimised build takes about 0.4 ms.
        #expect(times[25] < .milliseconds(100), "median \(times[25]), longest \(times[49])")
        #expect(await caller.agent.statistics.retransmissionsSent == 0)
        await caller.agent.stop()
        await callee.agent.stop()
        try await answering.value
    }
}
