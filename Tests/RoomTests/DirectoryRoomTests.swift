import ControlProtocol
import Glibc
import PeerSupport
import Testing

@Suite("A room's directory and history", .serialized)
struct DirectoryRoomTests {
    private func calls(_ room: RoomProcess, missed: Bool = false) throws -> [JSONValue] {
        try room.request(.historyList, ["missed": .bool(missed)])["entries"]?.arrayValue ?? []
    }

    @Test("Names come from the directory, and both rooms keep the call in their histories")
    func namesAndHistory() async throws {
        let caller = try await RoomProcess(name: "Caller")
        let callee = try await RoomProcess(name: "Callee")
        let entry = try caller.request(
            .directoryAdd, ["name": "Blue room", "address": .string(try callee.address), "favourite": true])
        #expect(entry["favourite"] == true)
        try caller.dial(try callee.address)
        try await caller.call(reaches: "established")
        try await eventually("the name is known") {
            try caller.status("calls.1.remote_name") == "Blue room" ? true : nil
        }
        #expect(try callee.status("calls.1.remote_name")?.stringValue == "Caller")
        _ = try caller.request(.callHangup)
        for (room, direction) in [(caller, "outgoing"), (callee, "incoming")] {
            let call = try await eventually("the call is in the history") { try calls(room).first }
            #expect(call["direction"]?.stringValue == direction)
            #expect(call["outcome"] == "answered")
            #expect(call["seen"] == true)
            #expect(call["started"]?.stringValue?.hasSuffix("Z") == true)
        }
        #expect(try calls(caller).first?["name"] == "Blue room")
        #expect(try calls(callee).first?["name"] == "Caller")
        #expect(try caller.number("directory.entries") == 1)
        try await caller.stop()
        try await callee.stop()
    }

    @Test("A call that nobody takes is missed until somebody looks, one that is refused is not")
    func missed() async throws {
        let caller = try await RoomProcess(name: "Caller")
        let callee = try await RoomProcess(name: "Callee", settings: "call:\n  auto_answer: false\n")
        #expect(try callee.number("history.missed") == 0)
        try caller.dial(try callee.address)
        try await callee.call(reaches: "ringing_in")
        _ = try caller.request(.callHangup)
        try await eventually("the call is missed") { try callee.number("history.missed") == 1 ? true : nil }
        #expect(try calls(callee, missed: true).first?["seen"] == false)
        #expect(try callee.request(.historySeen)["missed"] == 0)
        #expect(try callee.number("history.missed") == 0)

        try caller.dial(try callee.address)
        try await callee.call(2, reaches: "ringing_in")
        _ = try callee.request(.callHangup)
        try await eventually("the call is refused") {
            try calls(callee).first?["outcome"] == "refused" && calls(caller).first?["outcome"] == "refused"
                ? true : nil
        }
        #expect(try calls(callee).count == 2)
        #expect(try callee.number("history.missed") == 0)
        _ = try callee.request(.historyClear)
        #expect(try calls(callee).isEmpty)
        try await caller.stop()
        try await callee.stop()
    }

    @Test("10,000 contacts go in at once, one wrong line keeps all out, and a damaged file does not stop calls")
    func files() async throws {
        let room = try await RoomProcess()
        var text = "name,address,note\r\n"
        for number in 0..<10_000 { text += "Room \(number),room\(number)@example.com,\"Floor \(number % 7)\"\r\n" }
        let done = try room.request(.directoryImport, ["format": "csv", "text": .string(text)])
        #expect(done["added"] == 10_000)
        let found = try room.request(.directorySearch, ["query": "room 9999"])["entries"]?.arrayValue
        #expect(found?.first?["address"] == "sip:room9999@example.com")
        #expect(throws: (any Error).self) {
            try room.request(.directoryImport, ["format": "csv", "text": "name,address\nA,a@x\nB,\n"])
        }
        let exported = try room.request(.directoryExport, ["format": "vcard"])
        #expect(exported["entries"] == 10_000)
        #expect(exported["text"]?.stringValue?.hasPrefix("BEGIN:VCARD\r\nVERSION:4.0\r\n") == true)
        try await room.stop()
    }

    @Test(
        "On a disk that is read-only the directory is searched, and the room says that nothing is kept",
        .enabled(if: ReadOnlyFolder.isPossible, "user namespaces are allowed"))
    func readOnly() async throws {
        let home = try TemporaryFolder()
        let store = "\(home.path)/store"
        mkdir(store, 0o755)
        let writer = try await RoomProcess(store: "\(store)/directory.sqlite")
        try writer.request(.directoryAdd, ["name": "Blue room", "address": "sip:blue@example.com"])
        try await writer.stop()
        try await search(store, home)
        // Once more after the log of changes beside the file was folded into it, as a backup does.
        let folding = try ChildProcess(
            "/usr/bin/env",
            ["python3", "-c", "import sqlite3; sqlite3.connect('\(store)/directory.sqlite').execute('VACUUM')"],
            logPath: "\(home.path)/folding")
        #expect(try await folding.wait(within: .seconds(10)) == .exited(status: 0), "\(folding.log)")
        #expect(entries(of: store) == ["directory.sqlite"])
        try await search(store, home)
    }

    private func search(_ store: String, _ home: TemporaryFolder) async throws {
        let room = try await RoomProcess(
            store: "\(store)/directory.sqlite", program: try ReadOnlyFolder.program(store, in: home.path))
        let found = try room.request(.directorySearch, ["query": "blue"])["entries"]?.arrayValue
        #expect(found?.first?["address"] == "sip:blue@example.com")
        let trouble = try await eventually("the trouble is told") { try room.status("directory.trouble")?.stringValue }
        #expect(trouble.contains("read-only"), "\(trouble)")
        #expect(throws: (any Error).self) {
            try room.request(.directoryAdd, ["name": "Red room", "address": "sip:red@example.com"])
        }
        // What people choose cannot be kept either; the room does as they say all the same.
        #expect(try room.request(.audioVolume, ["level": 30])["level"] == 30)
        try await eventually("both are told") {
            let all = try room.status("room.troubles")?.arrayValue?.compactMap(\.stringValue) ?? []
            return all.contains { $0.hasPrefix("The directory") } && all.contains { $0.hasPrefix("What people choose") }
                ? true : nil
        }
        try await room.stop()
    }

    @Test("A room whose store cannot be used starts, says so in a sentence, and takes calls")
    func noStore() async throws {
        let room = try await RoomProcess(
            settings: "call:\n  auto_answer: true\n", store: "/proc/nowhere/directory.sqlite")
        let trouble = try await eventually("the trouble is told") {
            try room.status("directory.trouble")?.stringValue
        }
        #expect(trouble.hasPrefix("The directory /proc/nowhere/directory.sqlite cannot be used"))
        // The list of all troubles follows.
        try await eventually("it is among the room's troubles") {
            try room.status("room.troubles")?.arrayValue?.contains(.string(trouble)) == true ? true : nil
        }
        let caller = try await RoomProcess(name: "Caller")
        try caller.dial(try room.address)
        try await room.call(reaches: "established")
        #expect(throws: (any Error).self) { try room.request(.directorySearch, ["query": "x"]) }
        try await caller.stop()
        try await room.stop()
    }
}

/// A program that sees one folder as a disk that is read-only has it.
enum ReadOnlyFolder {
    static var isPossible: Bool {
        guard let folder = try? TemporaryFolder(),
            let probe = try? ChildProcess("unshare", ["-rm", "true"], logPath: "\(folder.path)/log")
        else { return false }
        while true {
            if let outcome = probe.poll() { return outcome == .exited(status: 0) }
            usleep(2000)
        }
    }

    /// A script in `place` that starts `convened` with `folder` mounted read-only.
    static func program(_ folder: String, in place: String) throws -> String {
        let script = "\(place)/convened"
        try writeText(
            """
            #!/bin/sh
            exec unshare --map-root-user --mount /bin/sh -c 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" &&
            exec "$@"' '\(folder)' '\(try RoomProcess.builtProgram())' "$@"

            """, to: script)
        chmod(script, 0o755)
        return script
    }
}
