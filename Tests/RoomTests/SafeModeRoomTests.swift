import ControlProtocol
import Glibc
import PeerSupport
import Testing

@Suite("A room that ends again and again", .serialized)
struct SafeModeRoomTests {
    /// Starts the room and brings it down as a fault of its own would, so often, as its supervisor would see it.
    private func crash(_ times: Int, in home: TemporaryFolder) async throws {
        for _ in 0..<times {
            // A signal from outside is no fault that comes again when the runtime has printed where it was.
            let room = try await RoomProcess(
                name: "Room", home: home, environment: ["SWIFT_BACKTRACE": "enable=no"])
            #expect(try room.status("room.safe_mode.enabled") == false)
            kill(room.process.processIdentifier, SIGSEGV)
            #expect(try await room.process.wait(within: .seconds(10)) == .killed(signal: SIGSEGV))
        }
    }

    @Test("After three crashes it starts in safe mode, says so, calls with sound alone, and comes back with a key")
    func crashes() async throws {
        let home = try TemporaryFolder()
        try await crash(3, in: home)
        let room = try await RoomProcess(name: "Room", home: home)
        #expect(try room.status("room.safe_mode.enabled") == true)
        #expect(try room.status("room.safe_mode.unfinished_starts") == 3)
        #expect(try room.status("room.safe_mode.left_out") == ["camera", "pictures"])
        let reason = try #require(try room.status("room.safe_mode.reason")?.stringValue)
        #expect(reason.hasPrefix("The room ended unexpectedly 3 times in a row: it runs without camera"))
        // Until its screen is open the room names that as well.
        try await eventually("that is all that is wrong") {
            try room.status("room.troubles") == [JSONValue(reason)] ? true : nil
        }
        #expect(try room.status("camera.state") == "absent")
        #expect(try room.status("audio.microphone.state") == "ready")
        #expect(try room.request(.screenCapture, ["inline": true])["width"] == 1280)

        // Calls have sound, both ways round, and no picture.
        let other = try await RoomProcess(name: "Other")
        try room.dial(try other.address)
        try await room.call(reaches: "established")
        try await soundFlows(room, 1)
        #expect(try room.status("calls.1.video.send") == nil)
        #expect(try other.number("calls.1.audio.receive.network.packets") > 0)
        #expect(try room.status("camera.state") == "absent")
        try room.request(.callHangup)
        try await other.call(reaches: "ended")
        try other.dial(try room.address)
        try await room.call(2, reaches: "established")
        try await soundFlows(room, 2)
        try room.request(.callHangup)
        try await other.call(2, reaches: "ended")

        // Up to the button that leaves it, and OK.
        try room.request(.keyPress, ["key": "Home"])
        try await eventually("home") { try room.status("screen.page") == "home" ? true : nil }
        try room.request(.keyPress, ["key": "Up"])
        #expect(try room.status("screen.focus") == "leave_safe_mode")
        try await eventually("OK counts") { try room.status("screen.takes_ok") == true ? true : nil }
        try room.request(.keyPress, ["key": "OK"])
        #expect(try room.status("room.safe_mode.enabled") == false)
        try await eventually("the camera is back") { try room.status("camera.state") == "ready" ? true : nil }
        #expect(try room.status("room.troubles") == [])
        try room.dial(try other.address)
        try await room.call(3, reaches: "established")
        try await eventually("pictures flow") {
            try room.number("calls.3.video.receive.frames") > 5 ? true : nil
        }
        try await room.stop()
        // Ended as asked: all is well again.
        let next = try await RoomProcess(name: "Room", home: home)
        #expect(try next.status("room.safe_mode.enabled") == false)
        try await next.stop()
        try await other.stop()
    }

    private func soundFlows(_ room: RoomProcess, _ call: Int) async throws {
        try await eventually("sound flows") {
            try room.number("calls.\(call).audio.receive.network.packets") > 20 ? true : nil
        }
    }

    @Test("Two crashes and an end as asked are no reason, and safe mode can be asked for")
    func noReason() async throws {
        let home = try TemporaryFolder()
        try await crash(2, in: home)
        try await RoomProcess(name: "Room", home: home).stop()
        try await crash(2, in: home)
        let room = try await RoomProcess(name: "Room", home: home)
        #expect(try room.status("room.safe_mode.enabled") == false)
        #expect(try room.request(.roomSafeMode, ["enabled": true])["enabled"] == true)
        try await eventually("the camera is left alone") { try room.status("camera.state") == "absent" ? true : nil }
        #expect(try room.request(.roomSafeMode, ["enabled": false])["enabled"] == false)
        try await eventually("the camera is back") { try room.status("camera.state") == "ready" ? true : nil }
        try await room.stop()
    }
}
