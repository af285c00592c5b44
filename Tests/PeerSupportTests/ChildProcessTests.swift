import Glibc
import PeerSupport
import Testing

@Suite("ChildProcess")
struct ChildProcessTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func start(_ script: String, environment: [String: String] = [:]) throws -> ChildProcess {
        try ChildProcess("sh", ["-c", script], environment: environment, logPath: "\(folder.path)/log")
    }

    @Test("The exit status and both outputs are kept")
    func outcome() async throws {
        let child = try start("echo out; echo err >&2; exit 7")
        #expect(try await child.wait(within: .seconds(5)) == .exited(status: 7))
        #expect(child.log == "out\nerr\n")
    }

    @Test("The environment and the standard input reach the program")
    func input() async throws {
        let child = try start("read line; echo \"$GREETING $line\"", environment: ["GREETING": "hello"])
        try child.send("room\n")
        #expect(try await child.output(containing: "hello") == "hello room")
    }

    @Test("Stopping ends what the program started, too")
    func group() async throws {
        let child = try start("sleep 600 & echo grandchild $!; wait")
        let line = try await child.output(containing: "grandchild")
        let grandchild = try #require(pid_t(line.split(separator: " ").last ?? ""))
        #expect(await child.stop() == .killed(signal: SIGTERM))
        try await eventually("the grandchild is gone") { kill(grandchild, 0) != 0 || isZombie(grandchild) ? true : nil }
    }

    @Test("A program that ignores the request is killed")
    func stubborn() async throws {
        let child = try start("trap '' TERM; echo ready; while :; do sleep 1; done")
        try await child.output(containing: "ready")
        #expect(await child.stop(grace: .milliseconds(100)) == .killed(signal: SIGKILL))
    }

    @Test("Waiting for output ends with the program, and says what it printed last")
    func lastWords() async throws {
        let child = try start("echo cannot open the camera; exit 3")
        let failure = await #expect(throws: ChildProcess.Failure.self) {
            try await child.output(containing: "ready", within: .seconds(30))
        }
        #expect(failure?.description.contains("cannot open the camera") == true)
    }

    @Test("The program's identifier is its own, not a wrapper's")
    func identity() async throws {
        let child = try start("echo $$; exec sleep 600")
        let own = try await child.output(containing: "\(child.processIdentifier)")
        #expect(own == "\(child.processIdentifier)")
    }

    private func isZombie(_ process: pid_t) -> Bool {
        (try? readText("/proc/\(process)/stat"))?.contains(") Z ") ?? true
    }
}
