import ControlProtocol
import PeerSupport
import Testing

@Suite("A room that is called", .serialized)
struct DoorbellRoomTests {
    /// How long a tone sounds and nothing else does.
    private func seconds(of frequency: Double, in samples: [Float]) -> Double {
        let shares = ToneDetector(frequency: frequency, sampleRate: 48_000).windowShares(of: samples)
        return Double(shares.count { $0 > 0.8 }) * 0.02
    }

    @Test("The loudspeaker rings until the call is answered, and the caller hears that it rings")
    func tones() async throws {
        let caller = try await RoomProcess(name: "Caller")
        let callee = try await RoomProcess(
            name: "Callee", settings: "call:\n  auto_answer: false\nringing:\n  tone: pulse\n  volume: 100\n")
        try caller.dial(try callee.address)
        try await callee.call(reaches: "ringing_in")
        // The simulated loudspeaker keeps what it plays; a tone of 80 ms in 200.
        let played = try callee.number("audio.speaker.blocks")
        try await eventually("three seconds of ringing") {
            try callee.number("audio.speaker.blocks") >= played + 300 ? true : nil
        }
        _ = try callee.request(.callHangup)
        try await caller.call(reaches: "ended")
        try await eventually("the speaker rests") {
            try callee.status("audio.speaker.state") == "ready" ? true : nil
        }
        let rung = try #require(try await callee.stop()).channel(0)
        let heard = try #require(try await caller.stop()).channel(0)
        // Of each period of 2.5 s the beeps are 0.32 s; of each 5 s of ring-back one second.
        #expect(seconds(of: 880, in: rung) > 0.3)
        #expect(seconds(of: 425, in: heard) > 0.5)
    }

    @Test("A room that is not to be disturbed is busy, and lists the call as missed")
    func doNotDisturb() async throws {
        let caller = try await RoomProcess(name: "Caller")
        let callee = try await RoomProcess(name: "Callee")
        #expect(try callee.request(.roomDoNotDisturb)["enabled"] == true)
        #expect(try callee.status("room.do_not_disturb") == true)
        try caller.dial(try callee.address)
        try await caller.call(reaches: "ended")
        #expect(try caller.status("calls.1.reason") == "The other side is busy.")
        try await eventually("it is missed") { try callee.number("history.missed") == 1 ? true : nil }
        #expect(try callee.status("calls.1.reason") == "The room did not want to be disturbed.")
        #expect(try callee.request(.roomDoNotDisturb, ["enabled": false])["enabled"] == false)
        try caller.dial(try callee.address)
        try await caller.call(2, reaches: "established")
        try await caller.stop()
        try await callee.stop()
    }

    @Test("A countdown to the answer can be seen, and the microphone is muted then")
    func countdown() async throws {
        let caller = try await RoomProcess(name: "Caller")
        let callee = try await RoomProcess(
            name: "Callee", settings: "call:\n  auto_answer: true\n  auto_answer_seconds: 2\n")
        try caller.dial(try callee.address)
        try await callee.call(reaches: "ringing_in")
        let left = try callee.number("calls.1.auto_answer_s")
        #expect((1...2).contains(left))
        try await callee.call(reaches: "established")
        #expect(try callee.status("audio.muted") == true)
        #expect(try callee.status("calls.1.auto_answer_s") == nil)
        _ = try caller.request(.callHangup)
        try await callee.call(reaches: "ended")

        // Somebody who is quicker, and somebody who says no.
        try caller.dial(try callee.address)
        try await callee.call(2, reaches: "ringing_in")
        _ = try callee.request(.callAnswer)
        try await callee.call(2, reaches: "established")
        #expect(try callee.status("audio.muted") == false)
        try await caller.stop()
        try await callee.stop()
    }
}
