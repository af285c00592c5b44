import ControlProtocol
import ControlServer
import Logging
import NIOPosix
import PasswordHashing
import PeerSupport
import Synchronization
import Testing

@testable import PanelServer

let quietLogger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

/// A room that notes what it is asked for.
actor NotingRoom: ControlHandler {
    private var tree = StatusTree([
        "room": ["name": "Lisboa", "uptime_s": 1], "audio": ["muted": false, "volume": 60], "calls": [:],
    ])
    private var server: ControlServer?
    private(set) var commands: [ControlCommand] = []
    private(set) var codes: [String?] = []
    private var picture = "PNG 1"
    let pin = "2468"

    func start(at path: String) async throws {
        var configuration = ControlServer.Configuration(path: path)
        configuration.minimumInterval = .milliseconds(2)
        let server = try ControlServer(
            configuration, eventLoop: MultiThreadedEventLoopGroup.singleton.next(), logger: quietLogger)
        self.server = server
        try await server.start(handler: self)
        server.publish(status: tree)
    }

    func stop() async { await server?.stop() }

    func set(_ path: String, _ value: JSONValue?) {
        tree[path] = value
        server?.publish(status: tree)
    }

    func show(_ picture: String) { self.picture = picture }

    func currentStatus() async -> StatusTree? { tree }

    func unlock(pin: String, from peer: ControlPeer) async -> Result<Void, ControlError> {
        pin == self.pin ? .success(()) : .failure(ControlError(.notPermitted, "That is not the PIN."))
    }

    func handle(_ request: ControlRequest, from peer: ControlPeer) async -> Result<JSONValue, ControlError> {
        commands.append(request.command)
        switch request.command {
        case .mute(let wanted):
            set("audio.muted", .bool(wanted ?? true))
            return .success(["muted": .bool(wanted ?? true)])
        case .showPairingCode(let code, let seconds):
            codes.append(code)
            return .success(["seconds": JSONValue(seconds)])
        case .captureScreenInline: return .success(["png": .string(Base64.encode(Array(picture.utf8)))])
        case .configGet: return .success(["value": ["name": "Lisboa"], "settings": []])
        default: return .failure(ControlError(.wrongState, "Not now."))
        }
    }
}

/// A panel that serves a noting room, and a browser's requests to it.
struct PanelProbe: Sendable {
    struct Answer: Sendable {
        let status: Int
        let headers: [String: String]
        let body: String

        var json: JSONValue { (try? JSONValue(parsing: Array(body.utf8))) ?? .null }
        var cookie: String? { headers["set-cookie"]?.split(separator: ";").first.map(String.init) }
    }

    let folder: TemporaryFolder
    let room: NotingRoom
    let port: UInt16
    /// Seconds since 1970, as the panel sees them.
    let clock: TestClock

    static func run(
        configure: (inout PanelConfiguration) -> Void = { _ in }, _ body: (PanelProbe) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let room = NotingRoom()
        try await room.start(at: folder.path + "/c")
        var configuration = PanelConfiguration()
        configuration.socket = folder.path + "/c"
        configuration.port = 0
        configuration.linkFile = folder.path + "/link"
        configuration.stateFolder = folder.path
        configure(&configuration)
        let clock = TestClock(1_700_000_000)
        let server = PanelServer(
            configuration: configuration,
            assets: [PanelAsset(path: "/index.html", bytes: Array("<!doctype html>".utf8))],
            group: MultiThreadedEventLoopGroup.singleton, logger: quietLogger, clock: { clock.value })
        let (ports, feed) = AsyncStream.makeStream(of: UInt16.self)
        let task = Task { try? await server.run { feed.yield(UInt16($0.port)) } }
        var iterator = ports.makeAsyncIterator()
        let port = try #require(await iterator.next())
        let probe = PanelProbe(folder: folder, room: room, port: port, clock: clock)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(probe))
        } catch {
            result = .failure(error)
        }
        task.cancel()
        await task.value
        await room.stop()
        try result.get()
    }

    /// One request on a connection of its own.
    func request(
        _ method: String, _ path: String, host: String? = nil, headers: [String: String] = [:], body: String? = nil
    ) async throws -> Answer {
        guard let connection = LoopbackConnection(port: port) else {
            throw ChildProcess.Failure("the panel does not listen")
        }
        var head = "\(method) \(path) HTTP/1.1\r\nHost: \(host ?? "127.0.0.1:\(port)")\r\nConnection: close\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if let body { head += "Content-Length: \(body.utf8.count)\r\n" }
        try connection.send(Array((head + "\r\n" + (body ?? "")).utf8))
        let received = Received()
        try await eventually(within: .seconds(20), "\(method) \(path) is answered") {
            guard let bytes = try connection.receive() else { return true }
            received.add(bytes)
            return received.isWhole ? true : nil
        }
        return try received.answer()
    }

    func get(_ path: String, cookie: String? = nil, headers: [String: String] = [:]) async throws -> Answer {
        var headers = headers
        if let cookie { headers["Cookie"] = cookie }
        return try await request("GET", path, headers: headers)
    }

    /// As the page's own code sends commands.
    func post(
        _ path: String, _ body: JSONValue = .emptyObject, cookie: String? = nil, token: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> Answer {
        var all = ["Origin": "http://127.0.0.1:\(port)", "Content-Type": "application/json"]
        if let cookie { all["Cookie"] = cookie }
        if let token { all["X-Convene-Token"] = token }
        all.merge(headers) { $1 }
        return try await request("POST", path, headers: all.filter { !$0.value.isEmpty }, body: body.serialized)
    }

    /// Cookie and request token of a browser that was let in by the link.
    func paired() async throws -> (cookie: String, token: String) {
        let link = try readText(folder.path + "/link")
        let key = String(link.split(separator: "=").last?.prefix(64) ?? "")
        let answer = try await post("/api/pair", ["key": .string(key)])
        return (try #require(answer.cookie), try #require(answer.json["token"]?.stringValue))
    }
}

/// A clock that a test moves.
final class TestClock: Sendable {
    private let time: Mutex<Int64>

    init(_ value: Int64) { time = Mutex(value) }

    var value: Int64 { time.withLock { $0 } }

    func advance(_ seconds: Int64) { time.withLock { $0 += seconds } }
}

/// The bytes of one answer as they come.
private final class Received {
    private var bytes: [UInt8] = []

    func add(_ more: [UInt8]) { bytes += more }

    private var parts: (head: String, body: String)? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        return (String(text[..<end.lowerBound]), String(text[end.upperBound...]))
    }

    var isWhole: Bool {
        guard let parts, let length = fields(parts.head)["content-length"].flatMap({ Int($0) }) else { return false }
        return parts.body.utf8.count >= length
    }

    func answer() throws -> PanelProbe.Answer {
        let parts = try #require(parts)
        let status = parts.head.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return PanelProbe.Answer(status: try #require(status), headers: fields(parts.head), body: parts.body)
    }

    private func fields(_ head: String) -> [String: String] {
        var fields: [String: String] = [:]
        for line in head.split(separator: "\r\n").dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            fields[line[..<colon].lowercased()] = String(value)
        }
        return fields
    }
}

extension StringProtocol {
    /// The first place of a text in this one.
    fileprivate func range(of wanted: String) -> Range<Index>? { self.ranges(of: wanted).first }
}
