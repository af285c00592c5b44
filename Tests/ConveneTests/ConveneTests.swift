import ControlProtocol
import Glibc
import PeerSupport
import Testing

@Suite("The one program of a box")
struct ConveneTests {
    private static let programs = ["convened", "convene-remote", "convene-panel", "convenectl"]

    private struct Run {
        let status: Int32
        let output: String
    }

    /// Runs the program under a name of its own with arguments.
    private func run(as name: String, _ arguments: [String]) async throws -> Run {
        let folder = try TemporaryFolder()
        let link = "\(folder.path)/\(name)"
        try #require(symlink(try RoomProcess.builtProgram("convene"), link) == 0)
        let child = try ChildProcess(link, arguments, logPath: "\(folder.path)/log")
        let outcome = try await child.wait(within: .seconds(20))
        guard case .exited(let status) = outcome else { throw ChildProcess.Failure("\(name): \(outcome)") }
        return Run(status: status, output: child.log)
    }

    @Test("Under each program's name it is that program", arguments: Self.programs)
    func names(name: String) async throws {
        let help = try await run(as: name, ["--help"])
        #expect(help.status == 0)
        #expect(help.output.contains("USAGE: \(name) "))
        let version = try await run(as: name, ["--version"])
        #expect(version.status == 0 && version.output == "\(ConveneVersion.current)\n")
        let wrong = try await run(as: name, ["--no-such-option"])
        #expect(wrong.status == 64)
    }

    @Test("The program may be named first", arguments: Self.programs)
    func words(name: String) async throws {
        let named = try await run(as: "convene", [name, "--help"])
        #expect(named.status == 0)
        #expect(named.output == (try await run(as: name, ["--help"]).output))
    }

    @Test("Arguments come through as they are")
    func arguments() async throws {
        let folder = try TemporaryFolder()
        let room = "\(folder.path)/room.yaml"
        try writeText("name: Lisboa\n", to: room)
        let board = "\(RoomProcess.sourceFolder)/Board/simulated/board.yaml"
        let check = try await run(as: "convened", ["--check", "--board", board, "--room", room])
        #expect(check.status == 0)
        #expect(check.output.contains("board “simulated” is valid"))
        let described = try await run(as: "convene", ["convenectl", "describe", "--json-schema"])
        #expect(described.status == 0 && described.output.hasPrefix("{"))
    }

    @Test("An unknown name is refused with the names that there are")
    func unknown() async throws {
        let names = "convene-panel, convene-remote, convenectl, convened"
        for run in [
            try await run(as: "convent", ["--help"]), try await run(as: "convene", ["convent"]),
            try await run(as: "convene", []),
        ] {
            #expect(run.status == 64)
            #expect(run.output.contains(names))
        }
        #expect(try await run(as: "convent", []).output.contains("there is no program “convent”"))
    }

    @Test("By its own name it says what it holds")
    func ownHelp() async throws {
        let help = try await run(as: "convene", ["--help"])
        #expect(
            help.status == 0 && help.output.contains("PROGRAMS: convene-panel, convene-remote, convenectl, convened"))
        #expect(try await run(as: "convene", ["--version"]).output == "\(ConveneVersion.current)\n")
    }

    @Test("A room runs from it as from its own program")
    func room() async throws {
        let folder = try TemporaryFolder()
        let link = "\(folder.path)/convened"
        try #require(symlink(try RoomProcess.builtProgram("convene"), link) == 0)
        let room = try await RoomProcess(name: "Multi", program: link)
        #expect(try room.status("room.name")?.stringValue == "Multi")
        try await room.stop()
    }
}
