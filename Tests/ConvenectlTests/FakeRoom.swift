import ControlProtocol
import ControlServer
import Glibc
import Logging
import NIOPosix
import PeerSupport
import RoomConfiguration
import Synchronization

/// A room without devices: it keeps what it is told, and its calls go the way a test says.
actor FakeRoom: ControlHandler {
    private var tree = StatusTree([
        "audio": ["muted": false, "volume": 60],
        "calls": [:],
        "camera": [
            "state": "running",
            "controls": ["zoom": ["value": 100, "minimum": 100, "maximum": 400, "default": 100]],
        ],
        "room": ["name": "Lisboa", "troubles": ["No screen found."], "uptime_s": 12.34567],
    ])
    private let settings: RoomSettingsStore
    private var server: ControlServer?
    /// The states that a dialled call goes through.
    private var callStates = ["dialling", "ringing_out", "connecting", "established"]
    private var callReason: JSONValue = .null
    private(set) var keys: [ControlKey] = []
    private(set) var texts: [String] = []
    static let picture = Array("\u{89}PNG not really".utf8)

    init() throws { settings = try RoomSettingsStore.inMemory("name: Lisboa") }

    func use(_ server: ControlServer) {
        self.server = server
        server.publish(status: tree)
    }

    func stopServer() async { await server?.stop() }

    func setCall(states: [String], reason: JSONValue = .null) {
        callStates = states
        callReason = reason
    }

    func set(_ path: String, _ value: JSONValue?) {
        tree[path] = value
        server?.publish(status: tree)
    }

    func currentStatus() async -> StatusTree? { tree }

    func handle(_ request: ControlRequest, from peer: ControlPeer) async -> Result<JSONValue, ControlError> {
        do throws(ControlError) {
            return .success(try await perform(request.command))
        } catch {
            return .failure(error)
        }
    }

    private func perform(_ command: ControlCommand) async throws(ControlError) -> JSONValue {
        if case .contacts(let command) = command { return contacts(command) }
        switch command {
        case .configGet(let path): return try settings.get(path)
        case .configSet(let path, let value): return try await settings.set(path, to: value).json
        case .configReload:
            let outcome = try await settings.reload()
            return ["changed": .array(outcome.changed.map(JSONValue.string)), "restart": []]
        case .dial(let address):
            Task {
                for state in callStates {
                    set("calls.1", ["state": .string(state), "address": .string(address), "reason": callReason])
                    // Longer than the server gathers changes, so that each state is told.
                    try? await Task.sleep(for: .milliseconds(15))
                }
            }
            return ["call": 1]
        case .answer: throw ControlError(.wrongState, "Nobody calls.")
        case .hangup(let call), .hold(let call), .resume(let call), .sendTones(_, let call):
            return ["call": .integer(call ?? 1)]
        case .mute(let wanted):
            let muted = wanted ?? (tree["audio.muted"]?.boolValue != true)
            set("audio.muted", .bool(muted))
            return ["muted": .bool(muted)]
        case .volume(let level):
            set("audio.volume", JSONValue(level))
            return ["level": JSONValue(level)]
        case .changeVolume(let change):
            let level = (tree["audio.volume"]?.integerValue ?? 0) + Int64(change)
            set("audio.volume", .integer(level))
            return ["level": .integer(level)]
        case .setCameraControl(let name, let value): return ["control": .string(name), "value": .integer(value)]
        case .enableCamera(let enabled): return ["enabled": .bool(enabled)]
        case .layout(let layout): return ["layout": .string((layout ?? .local).rawValue)]
        case .captureScreen(let path): return ["path": .string(path)]
        case .captureScreenInline:
            return [
                "width": 1280, "height": 720, "bytes": JSONValue(Self.picture.count),
                "png": .string(Base64.encode(Self.picture)),
            ]
        case .pressKey(let key, _):
            keys.append(key)
            return ["key": .string(key.rawValue)]
        case .reportTelevision(let report): return report.json
        case .typeText(let text):
            texts.append(text)
            return ["text": .string(texts.joined())]
        case .selfView(let visible, let corner):
            return ["visible": .bool(visible ?? true), "corner": .string((corner ?? .bottomRight).rawValue)]
        case .standby(let wanted): return ["enabled": .bool(wanted ?? true)]
        default: throw ControlError(.notSupported, "The fake room has none of that.")
        }
    }

    /// One entry and one call, whatever is asked; an import says what it was given.
    private func contacts(_ command: ContactCommand) -> JSONValue {
        let entry: JSONValue = [
            "id": 7, "name": "Blue\u{1B} room", "address": "sip:blue@example.com", "favourite": true,
            "note": "3rd floor",
        ]
        switch command {
        case .importFile(let format, let text):
            return [
                "added": JSONValue(text.split(separator: "\n").count), "updated": 0,
                "skipped": [["line": 4, "field": "IMPP", "problem": .string("\(format) has no SIP address")]],
                "skipped_count": 12,
            ]
        case .exportFile: return ["format": "csv", "entries": 1, "text": "name,address\r\n"]
        case .history:
            return [
                "missed": 1,
                "entries": [
                    [
                        "id": 3, "name": "", "address": "sip:a@b", "direction": "incoming", "outcome": "missed",
                        "started": "2026-11-24T23:31:40Z", "seconds": 0, "seen": false,
                    ],
                    [
                        "id": 2, "name": "Blue", "address": "sip:blue@example.com", "direction": "outgoing",
                        "outcome": "answered", "started": "2026-11-24T22:00:00Z", "seconds": 61, "seen": true,
                    ],
                ],
            ]
        case .search(let query, _, _): return ["entries": query == "nobody" ? [] : [entry]]
        case .remove(let id): return ["id": .integer(id)]
        case .clearHistory, .markHistorySeen: return ["missed": 0]
        default: return entry
        }
    }
}

/// A fake room on a socket, and convenectl as a program that talks to it.
struct FakeTerminal {
    struct Run: Sendable {
        let output: String
        let errors: String
        let status: Int32
    }

    let folder: TemporaryFolder
    let room: FakeRoom
    var socket: String { folder.path + "/control.sock" }

    static func run(
        configure: (inout ControlServer.Configuration) -> Void = { _ in },
        _ body: @Sendable (FakeTerminal) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        var configuration = ControlServer.Configuration(path: folder.path + "/control.sock")
        configuration.minimumInterval = .milliseconds(5)
        configure(&configuration)
        let server = try ControlServer(
            configuration, eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        let room = try FakeRoom()
        try await server.start(handler: room)
        await room.use(server)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(FakeTerminal(folder: folder, room: room)))
        } catch {
            result = .failure(error)
        }
        await server.stop()
        try result.get()
    }

    /// convenectl as it was built beside the tests.
    static func program() throws -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let itself = String(decoding: buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let candidates = [CommandLine.arguments.first ?? "", itself].map { path in
            path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        }
        for folder in candidates + CommandLine.arguments.compactMap(bundleFolder)
        where access(folder + "/convenectl", X_OK) == 0 {
            return folder + "/convenectl"
        }
        throw ChildProcess.Failure("convenectl is not beside the tests in \(candidates)")
    }

    /// The folder of the bundle that the tests' runner was given.
    private static func bundleFolder(_ argument: String) -> String? {
        guard argument.hasSuffix(".xctest") else { return nil }
        return argument.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    }

    /// Starts convenectl; `user` stands before it and changes the user. Another user may not see the build folder, so
    /// that one gets a copy.
    func start(_ arguments: [String], user: [String] = [], name: String = "run") throws -> ChildProcess {
        var program = try Self.program()
        if !user.isEmpty {
            let copy = folder.path + "/convenectl"
            try write(try readBytes(program), to: copy)
            chmod(copy, 0o755)
            chmod(folder.path, 0o755)
            program = copy
        }
        let words = user + [program, "--socket", socket] + arguments
        return try ChildProcess(
            "sh",
            ["-c", "exec \"$@\" >\"$0.out\" 2>\"$0.err\"", "\(folder.path)/\(name)"] + words,
            logPath: "\(folder.path)/\(name).log")
    }

    func finish(_ process: ChildProcess, name: String = "run") async throws -> Run {
        guard case .exited(let status) = try await process.wait(within: .seconds(20)) else {
            throw ChildProcess.Failure("convenectl was killed")
        }
        return Run(
            output: try readText("\(folder.path)/\(name).out"), errors: try readText("\(folder.path)/\(name).err"),
            status: status)
    }

    func convenectl(_ arguments: String..., user: [String] = []) async throws -> Run {
        try await finish(start(arguments, user: user))
    }
}
