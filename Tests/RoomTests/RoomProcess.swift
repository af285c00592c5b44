import ControlClient
import ControlProtocol
import Glibc
import PeerSupport

/// A `convened` on the simulated board, as a process of its own, driven through its control socket.
final class RoomProcess: Sendable {
    let process: ChildProcess
    let socketPath: String
    /// What the simulated loudspeaker played is written here when the room ends.
    let recordingPath: String
    let folder: TemporaryFolder

    /// Starts a room that listens on a free port of 127.0.0.1 and waits until it is ready.
    init(name: String = "Test room", board: String = "simulated", settings: String = "call:\n  auto_answer: true\n") async throws {
        folder = try TemporaryFolder()
        socketPath = "\(folder.path)/control.sock"
        recordingPath = "\(folder.path)/heard.wav"
        try writeText(
            "name: \(name)\nsip:\n  listen: 127.0.0.1\n  port: 0\n\(settings)", to: "\(folder.path)/room.yaml")
        process = try ChildProcess(
            try Self.program(), [
                "--board", "\(Self.sourceFolder)/Board/\(board)/board.yaml", "--room", "\(folder.path)/room.yaml",
                "--socket", socketPath,
            ], environment: ["CONVENE_SIMULATED_RECORDING": recordingPath], logPath: "\(folder.path)/log")
        try await process.output(containing: "ready")
    }

    /// Asks the room; each request has a connection of its own.
    func request(_ method: ControlMethod, _ parameters: [String: JSONValue] = [:]) throws -> JSONValue {
        var client = try ControlClient(path: socketPath)
        return try client.request(method, parameters)
    }

    /// What stands in status at a path; nil when nothing does.
    func status(_ path: String) throws -> JSONValue? {
        try? request(.statusGet, ["path": JSONValue(path)])["value"]
    }

    func number(_ path: String) throws -> Double { try status(path)?.doubleValue ?? -1 }

    var port: Int {
        get throws { Int(try number("room.sip_port")) }
    }

    var address: String {
        get throws { "sip:room@127.0.0.1:\(try port)" }
    }

    func dial(_ address: String) throws { _ = try request(.callDial, ["address": JSONValue(address)]) }

    /// Waits until call `number` has come to `state`.
    func call(_ number: Int = 1, reaches state: String, within limit: Duration = .seconds(10)) async throws {
        try await eventually(within: limit, "call \(number) is \(state)") {
            try status("calls.\(number).state")?.stringValue == state ? true : nil
        }
    }

    /// Ends the room and gives what its loudspeaker played.
    @discardableResult
    func stop() async throws -> WaveFile? {
        let outcome = await process.stop(SIGTERM, grace: .seconds(5))
        guard outcome == .exited(status: 0) else {
            throw ChildProcess.Failure("convened ended with \(outcome):\n\(process.log.suffix(2000))")
        }
        return try? WaveFile(path: recordingPath)
    }

    /// The repository's root, from where this file lies.
    static let sourceFolder = #filePath.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/\($1)" }

    /// `convened` beside the running test bundle.
    private static func program() throws -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let own = String(decoding: buffer.prefix(max(length, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let candidates = [
            own.split(separator: "/").dropLast().reduce(into: "") { $0 += "/\($1)" },
            "\(sourceFolder)/.build/debug", "\(sourceFolder)/.build/x86_64-unknown-linux-gnu/debug",
        ]
        for folder in candidates where access("\(folder)/convened", X_OK) == 0 { return "\(folder)/convened" }
        throw ChildProcess.Failure("convened was not built; looked in \(candidates)")
    }
}
