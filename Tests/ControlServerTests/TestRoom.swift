import ControlClient
import ControlProtocol
import ControlServer
import LinuxSystem
import Logging
import NIOPosix
import PeerSupport
import Synchronization

/// A room that answers with what it was asked, and dials only when it is told to.
actor TestRoom: ControlHandler {
    private(set) var commands: [ControlCommand] = []
    private(set) var peers: [ControlPeer] = []
    private var waitingDials: [CheckedContinuation<Void, Never>] = []
    private var fresh: StatusTree?
    nonisolated let subscriptionCounts = Mutex<[Int]>([])

    func handle(_ request: ControlRequest, from peer: ControlPeer) async -> Result<JSONValue, ControlError> {
        commands.append(request.command)
        peers.append(peer)
        switch request.command {
        case .dial:
            await withCheckedContinuation { waitingDials.append($0) }
            return .success(["call": 1])
        case .answer: return .failure(ControlError(.wrongState, "Nobody calls."))
        case .captureScreenInline:
            return .success(["png": .string(String(repeating: "x", count: 3 << 20))])
        default: return .success(["method": .string(request.method.rawValue)])
        }
    }

    func currentStatus() async -> StatusTree? { fresh }

    nonisolated func subscriptionsChanged(count: Int) {
        subscriptionCounts.withLock { $0.append(count) }
    }

    func setFresh(_ status: StatusTree?) { fresh = status }

    var dialsWaiting: Int { waitingDials.count }

    func letDialsEnd() {
        for dial in waitingDials { dial.resume() }
        waitingDials = []
    }
}

/// A server with a test room on a socket of its own.
struct TestServer {
    let folder: TemporaryFolder
    let room: TestRoom
    let server: ControlServer
    var path: String { folder.path + "/control.sock" }

    static func run(
        configure: (inout ControlServer.Configuration) -> Void = { _ in },
        _ body: @Sendable (TestServer) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        var configuration = ControlServer.Configuration(path: folder.path + "/control.sock")
        configure(&configuration)
        let server = try ControlServer(
            configuration, eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        let room = TestRoom()
        try await server.start(handler: room)
        do {
            try await body(TestServer(folder: folder, room: room, server: server))
        } catch {
            await room.letDialsEnd()
            await server.stop()
            throw error
        }
        await room.letDialsEnd()
        await server.stop()
    }

    /// Runs a client on a thread of its own, so that its waiting takes no thread from the room.
    func client<Outcome: Sendable>(
        _ body: @escaping @Sendable (inout ControlClient) throws -> Outcome
    ) async throws -> Outcome {
        let path = path
        return try await runBlocking {
            Result {
                var client = try ControlClient(path: path)
                return try body(&client)
            }
        }.get()
    }

    /// What comes back for one line, as long as lines come within a moment.
    func lines(_ text: String, count: Int = 1) async throws -> [JSONValue] {
        try await client { client in
            try client.send(Array(text.utf8))
            var lines: [JSONValue] = []
            for _ in 0..<count {
                guard let line = try client.nextMessage(until: .now + .seconds(10)) else { break }
                lines.append(line)
            }
            return lines
        }
    }
}
