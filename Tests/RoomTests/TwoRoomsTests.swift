import ControlProtocol
import PeerSupport
import Testing

@Suite("A room calls a room", .serialized)
struct TwoRoomsTests {
    @Test("Both see 300 pictures and hear the other's tone, and hanging up frees both")
    func call() async throws {
        let caller = try await RoomProcess(name: "Caller")
        let callee = try await RoomProcess(name: "Callee")
        try caller.dial(callee.address)
        try await caller.call(reaches: "established")
        try await callee.call(reaches: "established")
        for room in [caller, callee] {
            try await eventually(within: .seconds(15), "300 pictures") {
                try room.number("calls.1.video.receive.frames") >= 300 ? true : nil
            }
            #expect(try room.number("calls.1.video.receive.undecoded") == 0)
            #expect(try room.number("calls.1.video.receive.network.lost") == 0)
            // What came is shown, too; how much of it at what load, the benchmark tells.
            #expect(try room.number("calls.1.video.receive.frames_shown") >= 200)
            #expect(try room.number("calls.1.video.receive.width") == 1280)
            // High, which both know.
            let profile = try room.status("calls.1.video.send.profile_level_id")?.stringValue
            #expect(profile?.hasPrefix("6400") == true, "\(profile ?? "none")")
        }
        _ = try caller.request(.callHangup)
        try await callee.call(reaches: "ended")
        #expect(try callee.status("calls.1.reason")?.stringValue == "The other side ended the call.")
        try await eventually("the camera rests") {
            try callee.status("camera.state")?.stringValue == "ready" ? true : nil
        }
        for room in [caller, callee] {
            let heard = try #require(try await room.stop())
            let tone = ToneDetector(frequency: 440, sampleRate: Double(heard.sampleRate))
            #expect(tone.share(of: heard.channel(0).suffix(48_000 * 5)) > 0.9)
        }
    }

    @Test("A call rings until somebody answers, and can be refused")
    func rings() async throws {
        let caller = try await RoomProcess(name: "Caller")
        let callee = try await RoomProcess(name: "Callee", settings: "call:\n  auto_answer: false\n")
        try caller.dial(callee.address)
        try await callee.call(reaches: "ringing_in")
        try await caller.call(reaches: "ringing_out")
        _ = try callee.request(.callAnswer)
        try await caller.call(reaches: "established")
        _ = try callee.request(.callHangup)
        try await caller.call(reaches: "ended")

        try caller.dial(callee.address)
        try await callee.call(2, reaches: "ringing_in")
        _ = try callee.request(.callHangup)
        try await caller.call(2, reaches: "ended")
        #expect(try caller.status("calls.2.reason")?.stringValue == "The other side declined the call.")
        try await caller.stop()
        try await callee.stop()
    }

    @Test("Hold stops sound and picture both ways, and resuming brings them back")
    func hold() async throws {
        let caller = try await RoomProcess(name: "Caller")
        let callee = try await RoomProcess(name: "Callee")
        try caller.dial(callee.address)
        try await caller.call(reaches: "established")
        try await eventually("pictures") { try callee.number("calls.1.video.receive.frames") > 30 ? true : nil }
        _ = try caller.request(.callHold)
        try await eventually("the far end knows") {
            try callee.status("calls.1.held_there")?.boolValue == true ? true : nil
        }
        let held = try caller.number("calls.1.video.receive.frames")
        try await Task.sleep(for: .milliseconds(500))
        #expect(try caller.number("calls.1.video.receive.frames") <= held + 3)
        _ = try caller.request(.callResume)
        try await eventually("pictures again") {
            try caller.number("calls.1.video.receive.frames") > held + 30 ? true : nil
        }
        #expect(try callee.status("calls.1.held_there")?.boolValue == false)
        try await caller.stop()
        try await callee.stop()
    }
}
