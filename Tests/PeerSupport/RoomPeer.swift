import ControlClient
package import ControlProtocol
import Glibc
import Synchronization

/// A `convened` of its own: a room that a test or a benchmark drives through its control socket.
///
/// It has fresh settings, a socket and ports of its own, and ends with the value.
package final class RoomPeer: Sendable {
    package struct Configuration: Sendable {
        /// A board file; relative paths are taken from the package's folder.
        package var board = "Board/simulated/board.yaml"
        package var name = "Test room"
        package var answersByItself = true
        package var bitsPerSecond = 1_500_000
        /// More lines of `room.yaml`, with whole sections only ("audio:", "  volume: 40").
        package var extraLines: [String] = []
        package var arguments: [String] = []
        /// The program; nil for the one that was built with the caller.
        package var program: String?

        package init() {}
    }

    /// Where it is called: "sip:room@127.0.0.1:PORT".
    package let address: String
    package let socketPath: String
    package let process: ChildProcess
    /// When the program was started.
    package let started: ContinuousClock.Instant
    private let folder: TemporaryFolder
    private let client: Mutex<ControlClient>

    /// Starts it, and returns as soon as its control socket answers; `waitUntilReady` waits for its devices.
    package init(_ configuration: Configuration = Configuration()) async throws {
        folder = try TemporaryFolder()
        let port = try freePort()
        let mediaPort = try freePort(run: 32)
        address = "sip:room@127.0.0.1:\(port)"
        socketPath = "\(folder.path)/control.sock"
        let settings =
            [
                "name: \(configuration.name)", "sip:", "  listen: 127.0.0.1", "  port: \(port)", "call:",
                "  auto_answer: \(configuration.answersByItself)", "  max_bitrate: \(configuration.bitsPerSecond)",
                "  media_port: \(mediaPort)", "  media_ports: 32",
            ] + configuration.extraLines
        try writeText(settings.joined(separator: "\n") + "\n", to: "\(folder.path)/room.yaml")
        started = .now
        process = try ChildProcess(
            configuration.program ?? "\(programFolder())/convened",
            ["--board", configuration.board, "--room", "\(folder.path)/room.yaml", "--socket", socketPath]
                + configuration.arguments,
            logPath: "\(folder.path)/log")
        client = Mutex(try await Self.connect(to: socketPath, of: process))
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

    /// Calls a method and gives its result. Blocks the caller's thread until it is there.
    @discardableResult
    package func request(_ method: ControlMethod, _ parameters: [String: JSONValue] = [:]) throws -> JSONValue {
        try client.withLock { client throws(ControlClientError) in try client.request(method, parameters) }
    }

    /// A part of the status, null when there is none: `status("calls.1.video.receive.frames")`.
    package func status(_ path: String) throws -> JSONValue {
        do {
            return try request(.statusGet, ["path": .string(path)])["value"] ?? .null
        } catch ControlClientError.refused {
            return .null
        }
    }

    /// A number of the status.
    package func figure(_ path: String) throws -> Double? {
        try status(path).doubleValue
    }

    /// Waits until a number of the status is at least `least`, and gives it.
    @discardableResult
    package func figure(
        _ path: String, reaches least: Double, within limit: Duration = .seconds(10),
        every interval: Duration = .milliseconds(10)
    ) async throws -> Double {
        do {
            return try await eventually(within: limit, every: interval, "\(path) reaches \(least)") {
                let value = try figure(path)
                return value.flatMap { $0 >= least ? $0 : nil }
            }
        } catch {
            let now = try? status(path)
            throw ChildProcess.Failure(
                "\(error); it is \(now?.serialized ?? "not to be had")\n\(process.log.suffix(2000))")
        }
    }

    /// Waits until each device is there or known to be missing.
    package func waitUntilReady() async throws {
        try await eventually(every: .milliseconds(2), "the room is ready") {
            try status("room.ready").boolValue == true ? true : nil
        }
    }

    /// Calls `address`, and gives the call's number.
    package func dial(_ address: String) throws -> Int {
        let call = try request(.callDial, ["address": .string(address)])["call"]?.integerValue
        guard let call else { throw ChildProcess.Failure("call.dial gave no call number") }
        return Int(call)
    }

    /// Ends it as systemd would.
    @discardableResult
    package func stop() async -> ChildProcess.Outcome {
        await process.stop()
    }
}

/// The folder of the program that runs now, where the package's other programs were built, too.
package func programFolder() -> String {
    var path = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &path, path.count)
    let program = String(decoding: path[..<max(count, 0)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return String(program[..<(program.lastIndex(of: "/") ?? program.startIndex)])
}
