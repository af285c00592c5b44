import ControlProtocol
import Glibc
import PeerSupport
import Testing

@Suite("A USB stick with room.yaml")
struct USBStickTests {
    private func take(_ folder: TemporaryFolder, _ room: RoomProcess? = nil) async throws -> Run {
        try await Shell.program(
            try RoomProcess.builtProgram("convenectl"),
            [
                "config", "usb", "\(folder.path)/stick", "--store", "\(folder.path)/config", "--files",
                "\(folder.path)/files", "--root", "\(folder.path)/root", "--room-socket",
                room?.socketPath ?? "\(folder.path)/none",
            ])
    }

    @Test("It is taken while nobody has set the room up, and afterwards only where the settings say so")
    func policy() async throws {
        let folder = try TemporaryFolder()
        mkdir("\(folder.path)/stick", 0o755)
        #expect(try await take(folder).output == "", "a stick that is none of ours")
        try writeText("name: Lisboa\n", to: "\(folder.path)/stick/room.yaml")
        let first = try await take(folder)
        #expect(first.status == 0 && first.output.contains("as revision 1"), "\(first.output)")
        try writeText("name: Porto\nprovisioning: {usb: always}\n", to: "\(folder.path)/stick/room.yaml")
        let second = try await take(folder)
        #expect(second.status == 1 && second.output.contains("set up already"), "\(second.output)")
        try writeText("name: Lisboa\nprovisioning: {usb: always}\n", to: "\(folder.path)/own.yaml")
        _ = try await Shell.program(
            try RoomProcess.builtProgram("convenectl"),
            [
                "config", "apply", "\(folder.path)/own.yaml", "--store", "\(folder.path)/config", "--root",
                "\(folder.path)/root",
            ])
        #expect(try await take(folder).output.contains("as revision 3"))
        #expect(try readText("\(folder.path)/config/current/room.yaml").hasPrefix("name: Porto"))
    }

    @Test("Certificates and secrets beside it are kept first")
    func files() async throws {
        let folder = try TemporaryFolder()
        mkdir("\(folder.path)/stick", 0o755)
        mkdir("\(folder.path)/stick/files", 0o755)
        try writeText("hunter2\n", to: "\(folder.path)/stick/files/dot1x")
        try writeText("name: Lisboa\n", to: "\(folder.path)/stick/room.yaml")
        #expect(try await take(folder).status == 0)
        #expect(try readText("\(folder.path)/files/dot1x") == "hunter2\n")
    }

    @Test("What is wrong with it is shown on the room's screen, with its line")
    func wrong() async throws {
        let folder = try TemporaryFolder()
        let room = try await RoomProcess()
        mkdir("\(folder.path)/stick", 0o755)
        try writeText("name: Lisboa\nnetwork:\n  adresses: []\n", to: "\(folder.path)/stick/room.yaml")
        let run = try await take(folder, room)
        #expect(run.status == 65)
        #expect(
            run.output.contains(
                "USB stick: room.yaml:3:3: network has no setting \"adresses\"; did you mean addresses?"))
        #expect(access("\(folder.path)/config/current", F_OK) != 0)
        // The screen has it: hiding it changes what is shown.
        let hidden = try room.request(.displayMessage, ["text": ""])
        #expect(hidden["seconds"] == 0)
    }
}

@Suite("A room whose settings are revisions")
struct RevisionRoomTests {
    @Test("config.set makes a revision, config.reload takes one that was applied, and a wrong one changes nothing")
    func reload() async throws {
        let folder = try TemporaryFolder()
        let store = "\(folder.path)/config"
        let program = try RoomProcess.builtProgram("convenectl")
        func apply(_ text: String) async throws -> Run {
            try writeText(text, to: "\(folder.path)/room.yaml")
            return try await Shell.program(
                program,
                ["config", "apply", "\(folder.path)/room.yaml", "--store", store, "--root", "\(folder.path)/root"])
        }
        let base = "sip: {listen: 127.0.0.1, port: 0}\ndirectory: {file: \(folder.path)/d.sqlite}\n"
        #expect(try await apply("name: Lisboa\n" + base).status == 0)
        let room = try ChildProcess(
            try RoomProcess.builtProgram("convened"),
            [
                "--board", "\(RoomProcess.sourceFolder)/Board/simulated/board.yaml", "--room",
                "\(store)/current/room.yaml", "--socket", "\(folder.path)/s",
            ], logPath: "\(folder.path)/log")
        func ctl(_ words: String...) async throws -> Run {
            try await Shell.program(program, words + ["--socket", "\(folder.path)/s"])
        }
        try await room.output(containing: "convened: ready", within: .seconds(30))
        #expect(try await ctl("status", "room.name").output == "Lisboa\n")
        #expect(try await ctl("config", "set", "audio.volume", "35").status == 0)
        #expect(try readText("\(store)/current/room.yaml").contains("volume: 35"))
        #expect(try await apply("name: Porto\n" + base).output.contains("Revision 3 holds."))
        let reload = try await ctl("raw", "config.reload")
        #expect(reload.status == 0 && reload.output.contains("audio.volume"), "\(reload.output)")
        #expect(try await ctl("status", "room.name").output == "Porto\n")
        try writeText("name: [\n", to: "\(store)/current/room.yaml")
        _ = try await ctl("raw", "config.reload")
        #expect(try await ctl("status", "room.name").output != "Meeting room\n", "the good settings go on")
        await room.stop()
    }
}
