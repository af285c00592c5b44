import ControlProtocol
import Glibc
import PeerSupport
import Testing

/// What `convened` says about its files and its command line, and what systemd sees of it.
@Suite("convened at its start")
struct StartTests {
    private let folder: TemporaryFolder
    private let board = "\(RoomProcess.sourceFolder)/Board/simulated/board.yaml"

    init() throws { folder = try TemporaryFolder() }

    private func run(
        _ arguments: [String], program: String = "convened"
    ) async throws -> (status: ChildProcess.Outcome, output: String) {
        let child = try start(arguments, program: program)
        return (try await child.wait(within: .seconds(20)), child.log)
    }

    private func start(_ arguments: [String], program: String = "convened") throws -> ChildProcess {
        try ChildProcess(
            try RoomProcess.builtProgram(program), arguments, folder: folder.path, logPath: "\(folder.path)/log")
    }

    private func room(_ text: String) throws -> String {
        let path = "\(folder.path)/room.yaml"
        try writeText(text, to: path)
        return path
    }

    @Test("A group that the machine does not have fails the check, and the start as broken settings")
    func unknownGroup() async throws {
        let room = try room("control:\n  operator_group: nosuchgroup\n")
        let check = try await run(["--check", "--board", board, "--room", room])
        #expect(check.status == .exited(status: 78))
        #expect(check.output.contains("room.yaml:2:3: control.operator_group: there is no group nosuchgroup"))
        let start = try await run(
            ["--board", board, "--room", room, "--socket", "\(folder.path)/s", "--state", folder.path])
        #expect(start.status == .exited(status: 78), "\(start.output)")
        #expect(start.output.contains("there is no group nosuchgroup"))
    }

    @Test("The rules between settings count in --check as in convenectl config check --offline")
    func crossRules() async throws {
        let room = try room("network: {interface: eth0, method: static}\n")
        let issue = "\(room):1:28: network.method: static needs network.addresses"
        let check = try await run(["--check", "--board", board, "--room", room])
        #expect(check.status == .exited(status: 78) && check.output.contains(issue), "\(check.output)")
        let offline = try await run(["config", "check", "--offline", room], program: "convenectl")
        #expect(offline.status == .exited(status: 65) && offline.output.contains(issue), "\(offline.output)")
    }

    @Test("What is wrong with board and room is said at once")
    func bothFiles() async throws {
        let room = try room("audio: {volume: 140}\n")
        let broken = "\(folder.path)/board.yaml"
        try writeText("camera: 7\n", to: broken)
        let check = try await run(["--check", "--board", broken, "--room", room])
        #expect(check.status == .exited(status: 78))
        #expect(check.output.contains("\(broken):1:9: camera: "))
        #expect(check.output.contains("\(room):1:17: audio.volume: "))
    }

    @Test("A room's file that was named and is not there fails the check, and a start goes on with the defaults")
    func missingRoom() async throws {
        let room = "\(folder.path)/nope.yaml"
        let check = try await run(["--check", "--board", board, "--room", room])
        #expect(check.status == .exited(status: 78))
        #expect(check.output == "\(room): there is no such file\n")
        // The store of a box that has no settings yet is no fault: systemd checks it before each start.
        let fresh = try await run(["--check", "--board", board, "--room", "\(folder.path)/current/room.yaml"])
        #expect(fresh.status == .exited(status: 0), "\(fresh.output)")
        // A socket that cannot be had ends the start before it takes the standard ports.
        let start = try await run(
            ["--board", board, "--room", room, "--socket", "\(folder.path)/none/s", "--state", folder.path])
        #expect(start.output.contains("convened: there is no file \(room); the defaults hold"), "\(start.output)")
        #expect(start.output.contains("there is no folder \(folder.path)/none (open: "))
    }

    @Test("A board that is not there, a folder as a file and an empty socket are told in sentences")
    func sentences() async throws {
        let noBoard = try await run(["--check", "--board", "/nowhere/board.yaml"])
        #expect(noBoard.status == .exited(status: 78))
        #expect(
            noBoard.output.contains(
                "there is no board file /nowhere/board.yaml; name one with --board (Board/*/board.yaml of the source"))
        let asFolder = try await run(["--check", "--board", board, "--room", "."])
        #expect(asFolder.output.contains(".: this is a folder, and no file (read: Is a directory)"))
        let noSocket = try await run(["--board", board, "--socket", ""])
        #expect(noSocket.status == .exited(status: 64))
        #expect(noSocket.output.contains("--socket is empty; name a path such as /run/convene/control.sock"))
    }

    @Test("A pipe that nobody writes does not hold up SIGTERM")
    func signalAtStart() async throws {
        let pipe = "\(folder.path)/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        let child = try start(["--board", board, "--room", pipe])
        // Once it reads, a writer that does not wait finds a reader.
        let writer = try await eventually("the pipe is open") { () -> Int32? in
            let end = open(pipe, O_WRONLY | O_NONBLOCK)
            return end >= 0 ? end : nil
        }
        defer { close(writer) }
        kill(child.processIdentifier, SIGTERM)
        #expect(try await child.wait(within: .seconds(3)) == .killed(signal: SIGTERM))
    }

    @Test("Settings come from a shell's own pipe as well")
    func processSubstitution() async throws {
        let program = try RoomProcess.builtProgram()
        let child = try ChildProcess(
            "bash", ["-c", "'\(program)' --check --board '\(board)' --room <(sleep 0.2; echo 'name: Lisboa')"],
            logPath: "\(folder.path)/log")
        #expect(try await child.wait(within: .seconds(20)) == .exited(status: 0), "\(child.log)")
        #expect(child.log.contains("room “Lisboa” is valid"))
    }

    @Test("Status and --version name the same version")
    func version() async throws {
        let room = try await RoomProcess()
        #expect(try room.status("room.version")?.stringValue == ConveneVersion.current)
        try await room.stop()
    }
}
