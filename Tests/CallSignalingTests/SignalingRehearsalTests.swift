import Testing

@testable import CallSignaling

@Suite("A call in memory, before the first real one")
struct SignalingRehearsalTests {
    @Test("It is dialled, answered, acknowledged and hung up")
    func whole() {
        var asked: [String] = []
        var told: [String] = []
        let came = SignalingRehearsal.run(
            offer: "the offer",
            answer: {
                asked.append($0)
                return "the answer"
            }, interpret: { told.append($0) })
        #expect(came)
        #expect(asked == ["the offer"])
        #expect(told == ["the answer"])
    }

    @Test("Without an answer there is no call, and an end all the same")
    func refused() {
        var told = 0
        #expect(!SignalingRehearsal.run(offer: "an offer", answer: { _ in nil }, interpret: { _ in told += 1 }))
        #expect(told == 0)
    }
}
