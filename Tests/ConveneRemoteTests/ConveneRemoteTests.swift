import Glibc
import PeerSupport
import Testing

/// The program as a person or the service manager starts it; what it does with devices is proved in the device lab.
@Suite("convene-remote", .serialized)
struct ConveneRemoteTests {
    private func run(_ arguments: [String]) async throws -> (status: ChildProcess.Outcome, output: String) {
        let folder = try TemporaryFolder()
        let child = try ChildProcess(
            try RoomProcess.builtProgram("convene-remote"), arguments, logPath: "\(folder.path)/log")
        return (try await child.wait(within: .seconds(20)), child.log)
    }

    @Test(
        "--check takes each board of the repository with its keymaps",
        arguments: ["lab", "raspberry-pi-4", "simulated"])
    func boards(name: String) async throws {
        let board = "\(RoomProcess.sourceFolder)/Board/\(name)/board.yaml"
        let (status, output) = try await run(["--check", "--board", board])
        #expect(status == .exited(status: 0), "\(output)")
        #expect(output.contains("is valid"))
    }

    @Test("A broken keymap is told with its line and ends it with 78, and so does one that is not there")
    func broken() async throws {
        let folder = try TemporaryFolder()
        try writeText(
            "name: x\nremote: {match: [{driver: a, keymaps: [k.toml]}]}\n", to: "\(folder.path)/board.yaml")
        var (status, output) = try await run(["--board", "\(folder.path)/board.yaml"])
        #expect(status == .exited(status: 78))
        #expect(output.contains("the keymap k.toml is not there; looked for \(folder.path)/k.toml"))
        try writeText(
            "[[protocols]]\nprotocol = \"nec\"\n[protocols.scancodes]\n0x1 = \"KEY_OKK\"\n",
            to: "\(folder.path)/k.toml")
        (status, output) = try await run(["--check", "--board", "\(folder.path)/board.yaml"])
        #expect(status == .exited(status: 78))
        #expect(output.contains("\(folder.path)/k.toml:4: the kernel has no key KEY_OKK; did you mean KEY_OK?"))
    }

    @Test(
        "The room's own keymaps take the place of the board's; one that is not there is told, and the board's are used")
    func roomKeymaps() async throws {
        let folder = try TemporaryFolder()
        let board = "\(RoomProcess.sourceFolder)/Board/raspberry-pi-4/board.yaml"
        let keymap = "\(RoomProcess.sourceFolder)/Board/keymaps/lab.toml"
        let (status, output) = try await run(["--check", "--board", board, "--keymap", keymap])
        #expect(status == .exited(status: 0), "\(output)")
        #expect(output.contains("2 keymaps"))
        let missing = ["--board", board, "--keymap", "\(folder.path)/none.toml"]
        let (refused, why) = try await run(["--check"] + missing)
        #expect(refused == .exited(status: 78))
        #expect(why.contains("the keymap \(folder.path)/none.toml is not there"))
        let child = try ChildProcess(
            try RoomProcess.builtProgram("convene-remote"), missing + ["--socket", "\(folder.path)/none.sock"],
            logPath: "\(folder.path)/log")
        _ = try await eventually(within: .seconds(10), "it goes on with the board's") {
            child.log.contains("the board's own keymaps are used in place of") ? true : nil
        }
        #expect(await child.stop(SIGTERM, grace: .seconds(2)) == .exited(status: 0), "\(child.log)")
    }

    @Test("A wrong command line ends it with 64, and help tells the exit codes")
    func commandLine() async throws {
        #expect(try await run(["--no-such"]).status == .exited(status: 64))
        #expect(try await run(["--log-level", "loud"]).status == .exited(status: 64))
        let (status, output) = try await run(["--help"])
        #expect(status == .exited(status: 0))
        #expect(output.contains("broken board file or keymap"))
    }

    @Test("It waits for a room that is not there, and ends when it is told to")
    func waits() async throws {
        let folder = try TemporaryFolder()
        try writeText("name: x\n", to: "\(folder.path)/board.yaml")
        let child = try ChildProcess(
            try RoomProcess.builtProgram("convene-remote"),
            ["--board", "\(folder.path)/board.yaml", "--socket", "\(folder.path)/none.sock"],
            logPath: "\(folder.path)/log")
        #expect(throws: (any Error).self) { try readText("\(folder.path)/none.sock") }
        let usage = try await eventually(within: .seconds(10), "its device thread runs") {
            let usage = try ProcessUsage(of: child.processIdentifier)
            return usage.threads.count > 1 ? usage : nil
        }
        #expect(usage.threads.count < 12)
        #expect(await child.stop(SIGTERM, grace: .seconds(2)) == .exited(status: 0), "\(child.log)")
    }

    @Test("convenectl remote learn hands over to convene-remote")
    func learn() async throws {
        let folder = try TemporaryFolder()
        let child = try ChildProcess(
            try RoomProcess.builtProgram("convenectl"), ["remote", "learn", "--help"], logPath: "\(folder.path)/log")
        #expect(try await child.wait(within: .seconds(20)) == .exited(status: 0), "\(child.log)")
        #expect(child.log.contains("press each twice on the remote"))
    }
}
