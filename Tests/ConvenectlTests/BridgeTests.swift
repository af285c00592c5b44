import ControlProtocol
import PeerSupport
import Testing

@Suite("convenectl bridge")
struct BridgeTests {
    private func request(_ id: Int, _ method: String, _ parameters: String = "{}") -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":\#(parameters)}"# + "\n"
    }

    private func output(_ terminal: FakeTerminal, _ name: String) -> String {
        (try? readText("\(terminal.folder.path)/\(name).out")) ?? ""
    }

    @Test("It is the socket: requests go in, answers and changes come out, several at once")
    func several() async throws {
        try await FakeTerminal.run { terminal in
            let names = ["one", "two", "three"]
            let bridges = try names.map { try terminal.start(["bridge"], name: $0) }
            for bridge in bridges { try bridge.send(request(1, "status.subscribe", #"{"path":"audio"}"#)) }
            for name in names {
                try await eventually("the snapshot") { output(terminal, name).contains("\"id\":1") ? true : nil }
            }
            await terminal.room.set("audio.volume", 61)
            for name in names {
                try await eventually("the change") { output(terminal, name).contains("status.changed") ? true : nil }
            }
            // The terminal goes: each ends by itself, and well.
            await terminal.room.stopServer()
            for bridge in bridges { #expect(try await bridge.wait(within: .seconds(10)) == .exited(status: 0)) }
        }
    }

    @Test("The end of the input still brings the answers, however large, and then the end")
    func endOfInput() async throws {
        try await FakeTerminal.run { terminal in
            let text = String(repeating: "n,a\\n", count: 300_000)
            let line = request(7, "directory.import", #"{"format":"csv","text":"\#(text)"}"#)
            try writeText(line + request(8, "screen.capture", #"{"inline":true}"#), to: "\(terminal.folder.path)/in")
            let child = try ChildProcess(
                "sh",
                [
                    "-c", "'\(try FakeTerminal.program())' bridge --socket '\(terminal.socket)' < in > out",
                ], folder: terminal.folder.path, logPath: "\(terminal.folder.path)/log")
            #expect(try await child.wait(within: .seconds(20)) == .exited(status: 0))
            let out = try readText("\(terminal.folder.path)/out")
            #expect(out.contains("\"added\":300000") && out.contains("\"id\":8"))
        }
    }

    @Test("It ends when nobody reads any more, though nothing is said and its input stays open")
    func readerGone() async throws {
        try await FakeTerminal.run { terminal in
            let child = try ChildProcess(
                "bash",
                [
                    "-c",
                    """
                    sleep 20 | { '\(try FakeTerminal.program())' bridge --socket '\(terminal.socket)'; echo "$?" > ended; } | true
                    """,
                ], folder: terminal.folder.path, logPath: "\(terminal.folder.path)/log")
            try await eventually(within: .seconds(10), "the bridge ends") {
                (try? readText("\(terminal.folder.path)/ended")) == "0\n" ? true : nil
            }
            await child.stop()
        }
    }

    @Test("Without a terminal it says so")
    func noTerminal() async throws {
        try await FakeTerminal.run { terminal in
            await terminal.room.stopServer()
            let run = try await terminal.convenectl("bridge")
            #expect(run.status != 0 && run.errors.contains("cannot reach the terminal at"))
        }
    }
}
