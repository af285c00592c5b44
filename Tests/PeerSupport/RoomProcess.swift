import ControlClient
package import ControlProtocol
import Glibc
import Synchronization

/// A `convened` as a process of its own, driven through its control socket by tests and benchmarks.
///
/// It has fresh settings, a socket and ports of its own, and ends with the value.
package final class RoomProcess: Sendable {
    package let process: ChildProcess
    package let socketPath: String
    /// What the simulated loudspeaker played is written here when the room ends.
    package let recordingPath: String
    /// The times of that sound, and of the lamp seen on the simulated screen, when they were asked for.
    package let timesPath: String
    package let folder: TemporaryFolder
    /// When the program was started, and when its control socket answered.
    package let started: ContinuousClock.Instant
    package let listening: ContinuousClock.Instant
    private let client: Mutex<ControlClient>

    /// Starts a room that listens on a free port of 127.0.0.1 and waits until it is ready.
    ///
    /// - Parameters:
    ///   - board: a folder of `Board/`.
    ///   - settings: more of `room.yaml`, in whole sections.
    ///   - home: the folder of an earlier room whose memory this one shall have; nil for a new one.
    ///   - store: the file of directory and history; nil for one in the room's folder.
    ///   - recordsTimes: whether it is written down when a lamp was seen and sound was heard (`SimulatedTimes`).
    ///   - recordsSound: keeps the last minute of what the loudspeaker played, which takes memory.
    ///   - program: nil for the `convened` that the environment's `CONVENED` names, else the one built with the caller.
    ///   - arguments: more of them.
    ///   - environment: laid over the caller's.
    ///   - socketPath: nil for one of its own.
    package init(
        name: String = "Test room", board: String = "simulated", settings: String = "call:\n  auto_answer: true\n",
        home: TemporaryFolder? = nil, store: String? = nil, recordsTimes: Bool = false, recordsSound: Bool = true,
        program: String? = nil, arguments: [String] = [],
        environment: [String: String] = [:], socketPath: String? = nil
    ) async throws {
        folder = try home ?? TemporaryFolder()
        self.socketPath = socketPath ?? "\(folder.path)/control.sock"
        recordingPath = "\(folder.path)/heard.wav"
        timesPath = "\(folder.path)/times"
        try writeText(
            """
            name: \(name)
            sip:
              listen: 127.0.0.1
              port: 0
            directory:
              file: \(store ?? "\(folder.path)/directory.sqlite")
            \(settings)
            """, to: "\(folder.path)/room.yaml")
        let program = try program ?? Self.namedProgram ?? Self.builtProgram()
        var environment = environment
        if recordsSound { environment["CONVENE_SIMULATED_RECORDING"] = recordingPath }
        if recordsTimes { environment["CONVENE_SIMULATED_TIMES"] = timesPath }
        started = .now
        process = try ChildProcess(
            program,
            [
                "--board", "\(Self.sourceFolder)/Board/\(board)/board.yaml", "--room", "\(folder.path)/room.yaml",
                "--socket", self.socketPath,
            ] + arguments, environment: environment, logPath: "\(folder.path)/log")
        client = Mutex(try await Self.connect(to: self.socketPath, of: process))
        listening = .now
        try await eventually(every: .milliseconds(2), "the room is ready") {
            try status("room.ready")?.boolValue == true ? true : nil
        }
    }

    private static func connect(to path: String, of process: ChildProcess) async throws -> ControlClient {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(10)
        while true {
            if let client = try? ControlClient(path: path) { return client }
            guard process.poll() == nil, clock.now < deadline else {
                throw ChildProcess.Failure("convened does not listen on \(path):\n\(process.log.suffix(2000))")
            }
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    /// Asks the room, and waits for its answer.
    @discardableResult
    package func request(_ method: ControlMethod, _ parameters: [String: JSONValue] = [:]) throws -> JSONValue {
        try client.withLock { client throws(ControlClientError) in try client.request(method, parameters) }
    }

    /// What stands in status at a path; nil when nothing does.
    package func status(_ path: String) throws -> JSONValue? {
        do {
            return try request(.statusGet, ["path": JSONValue(path)])["value"]
        } catch ControlClientError.refused {
            return nil
        }
    }

    /// A number in status; −1 when there is none.
    package func number(_ path: String) throws -> Double { try figure(path) ?? -1 }

    /// A number in status; nil when there is none.
    package func figure(_ path: String) throws -> Double? { try status(path)?.doubleValue }

    package var port: Int {
        get throws { Int(try number("room.sip_port")) }
    }

    /// Where it is called.
    package var address: String {
        get throws { "sip:room@127.0.0.1:\(try port)" }
    }

    /// Calls `address`, and gives the call's number in status.
    @discardableResult
    package func dial(_ address: String) throws -> Int {
        Int(try request(.callDial, ["address": JSONValue(address)])["call"]?.integerValue ?? -1)
    }

    /// Waits until call `number` has come to `state`.
    package func call(_ number: Int = 1, reaches state: String, within limit: Duration = .seconds(10)) async throws {
        try await eventually(within: limit, "call \(number) is \(state)") {
            try status("calls.\(number).state")?.stringValue == state ? true : nil
        }
    }

    /// Ends the room and gives what its loudspeaker played.
    @discardableResult
    package func stop() async throws -> WaveFile? {
        let outcome = await process.stop(SIGTERM, grace: .seconds(5))
        guard outcome == .exited(status: 0) else {
            throw ChildProcess.Failure("convened ended with \(outcome):\n\(process.log.suffix(2000))")
        }
        return try? WaveFile(path: recordingPath)
    }

    /// The repository's root, from where this file lies.
    package static let sourceFolder = #filePath.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/\($1)" }

    /// The `convened` that the device lab's tier hands its tests: built as it ships.
    private static let namedProgram = getenv("CONVENED").map { String(cString: $0) }

    /// A program of this package beside the running one.
    package static func builtProgram(_ name: String = "convened") throws -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let own = String(decoding: buffer.prefix(max(length, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let candidates = [
            own.split(separator: "/").dropLast().reduce(into: "") { $0 += "/\($1)" },
            "\(sourceFolder)/.build/debug", "\(sourceFolder)/.build/x86_64-unknown-linux-gnu/debug",
        ]
        for folder in candidates where access("\(folder)/\(name)", X_OK) == 0 { return "\(folder)/\(name)" }
        throw ChildProcess.Failure("\(name) was not built; looked in \(candidates)")
    }
}
