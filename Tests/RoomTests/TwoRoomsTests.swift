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

    @Test("Hold and resume in one breath leave the call as it was, and the next hold works")
    func holdAndResume() async throws {
        let caller = try await RoomProcess(name: "Caller")
        let callee = try await RoomProcess(name: "Callee")
        try caller.dial(callee.address)
        try await caller.call(reaches: "established")
        try await eventually("pictures") { try callee.number("calls.1.video.receive.frames") > 30 ? true : nil }
        for _ in 0..<3 {
            _ = try caller.request(.callHold)
            _ = try caller.request(.callResume)
        }
        let sides = [(caller, "held_here"), (caller, "held_there"), (callee, "held_there")]
        try await eventually("nobody holds") {
            try sides.allSatisfy { try $0.status("calls.1.\($1)")?.boolValue == false } ? true : nil
        }
        let (here, there) = (
            try caller.number("calls.1.video.receive.frames"), try callee.number("calls.1.video.receive.frames")
        )
        try await eventually("pictures both ways") {
            try caller.number("calls.1.video.receive.frames") > here + 30
                && callee.number("calls.1.video.receive.frames") > there + 30 ? true : nil
        }
        _ = try caller.request(.callHold)
        try await eventually("the far end knows") {
            try callee.status("calls.1.held_there")?.boolValue == true ? true : nil
        }
        try await caller.stop()
        try await callee.stop()
    }

    @Test("A call to nobody is told, and the devices rest; with mute_on_answer the next begins with the microphone off")
    func callToNobody() async throws {
        let caller = try await RoomProcess(name: "Caller", settings: "audio:\n  mute_on_answer: true\n")
        let callee = try await RoomProcess(name: "Callee")
        for address in ["sip:x@0.0.0.0", "sip:x@127.1", "4711", "http://x"] {
            // Refused at once, or told as over soon after.
            _ = try? caller.dial(address)
            try await eventually("camera and speaker rest after \(address)") {
                try caller.status("camera.state")?.stringValue == "ready"
                    && caller.status("audio.speaker.state")?.stringValue == "ready" ? true : nil
            }
        }
        try caller.dial(callee.address)
        try await eventually("a call is established") {
            try caller.status("calls.5.state")?.stringValue == "established" ? true : nil
        }
        #expect(try caller.status("audio.muted") == true)
        try await caller.stop()
        try await callee.stop()
    }
}
