import ControlProtocol
import PeerSupport
import Testing

@Suite("A room and those who build on it", .serialized)
struct IntegratorTests {
    @Test("The Python example calls a room, tells what happens and hangs up")
    func example() async throws {
        let room = try await RoomProcess(name: "Caller")
        let other = try await RoomProcess(name: "Callee")
        _ = try room.request(
            .directoryAdd, ["name": "Blue room", "address": .string(try other.address)])
        let example = "\(RoomProcess.sourceFolder)/.docs/examples/call.py"
        let child = try ChildProcess(
            "python3", [example, try other.address], environment: ["CONVENE_SOCKET": room.socketPath],
            logPath: "\(room.folder.path)/example.log")
        #expect(try await child.wait(within: .seconds(20)) == .exited(status: 0), "\(child.log)")
        let lines = child.log.split(separator: "\n").map { $0.prefix { $0 != " " } }
        #expect(lines.first == "call.dialling" && lines.last == "call.ended" && lines.contains("call.answered"))
        #expect(child.log.contains("call.named Blue room"))
        #expect(try readText(example).split(separator: "\n").count <= 26)

        let nobody = try ChildProcess(
            "python3", [example, "sip:x@"], environment: ["CONVENE_SOCKET": room.socketPath],
            logPath: "\(room.folder.path)/nobody.log")
        #expect(try await nobody.wait(within: .seconds(20)) == .exited(status: 1))
        #expect(!nobody.log.contains("Traceback"))
        try await room.stop()
        try await other.stop()
    }

    @Test("Events and the missed-call count tell a subscriber of a call that comes and goes")
    func events() async throws {
        let room = try await RoomProcess(settings: "call:\n  auto_answer: false\n")
        let caller = try await RoomProcess(name: "Caller")
        let log = try ChildProcess(
            "socat", ["-", "UNIX-CONNECT:\(room.socketPath)"], logPath: "\(room.folder.path)/events.log")
        try log.send(#"{"jsonrpc":"2.0","id":1,"method":"events.subscribe"}"# + "\n")
        try await eventually("the answer") { log.log.contains("\"subscription\"") ? true : nil }
        try caller.dial(try room.address)
        try await room.call(reaches: "ringing_in")
        _ = try room.request(.keyPress, ["key": "VolumeUp"])
        _ = try caller.request(.callHangup)
        try await eventually("the last event") { log.log.contains("history.changed") ? true : nil }
        let names = log.log.split(separator: "\n").compactMap {
            (try? JSONValue(parsing: String($0)))?["params"]?["event"]?.stringValue
        }
        for name in ["call.ringing", "key.pressed", "audio.volume", "call.ended", "history.changed"] {
            #expect(names.contains(name), "\(name)")
        }
        await log.stop()
        try await room.stop()
        try await caller.stop()
    }
}
