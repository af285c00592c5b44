import AsyncControlClient
import ControlClient
import ControlProtocol
import ControlServer
import Logging
import NIOPosix
import PeerSupport
import Testing

/// A room that holds what it was told, on a socket of its own.
private actor StubRoom: ControlHandler {
    private var tree: StatusTree = StatusTree(["room": ["name": "Lisboa"], "audio": ["muted": false, "volume": 1]])
    private var server: ControlServer?
    /// Answers wait until this is true.
    private var answers = true

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

    func hang() { answers = false }

    func set(_ path: String, _ value: JSONValue) {
        tree[path] = value
        server?.publish(status: tree)
    }

    func currentStatus() async -> StatusTree? { tree }

    func handle(_ request: ControlRequest, from peer: ControlPeer) async -> Result<JSONValue, ControlError> {
        while !answers {
            try? await Task.sleep(for: .milliseconds(20))
            if Task.isCancelled { break }
        }
        switch request.command {
        case .mute(let wanted):
            set("audio.muted", .bool(wanted ?? true))
            return .success(["muted": .bool(wanted ?? true)])
        default: return .failure(ControlError(.wrongState, "Not now."))
        }
    }
}

private let quietLogger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

@Suite struct RoomLinkTests {
    private let folder: TemporaryFolder
    private let link: RoomLink
    private let room = StubRoom()
    private var path: String { folder.path + "/c" }

    init() throws {
        folder = try TemporaryFolder()
        var configuration = RoomLink.Configuration(path: folder.path + "/c")
        configuration.firstPause = .milliseconds(5)
        configuration.longestPause = .milliseconds(40)
        link = RoomLink(configuration: configuration, group: MultiThreadedEventLoopGroup.singleton, logger: quietLogger)
    }

    private func running(_ body: () async throws -> Void) async throws {
        let task = Task { [link] in await link.run() }
        defer { task.cancel() }
        try await body()
    }

    private func next(
        _ events: inout AsyncStream<RoomLinkEvent>.Iterator, _ wanted: (RoomLinkEvent) -> Bool
    ) async -> RoomLinkEvent? {
        while let event = await events.next() {
            if wanted(event) { return event }
        }
        return nil
    }

    @Test("It brings the status and the methods, then each change, and carries requests")
    func follows() async throws {
        try await room.start(at: path)
        try await running { () async throws in
            var events = await link.events().makeAsyncIterator()
            let first = await next(&events) { if case .connected = $0 { true } else { false } }
            guard case .connected(let status, let methods) = first else {
                Issue.record("not connected")
                return
            }
            #expect(status["room.name"] == "Lisboa")
            #expect(methods.contains("audio.mute"))
            #expect(try await link.request("audio.mute", ["muted": true]) == ["muted": true])
            let changed = await next(&events) {
                if case .changed(let tree) = $0 { tree["audio.muted"] == true } else { false }
            }
            #expect(changed != nil)
            await #expect(throws: ControlClientError.refused(ControlError(.wrongState, "Not now."))) {
                try await link.request("call.hangup")
            }
        }
        await room.stop()
    }

    @Test("A room that goes away is told, and comes back with its new state")
    func comesBack() async throws {
        try await room.start(at: path)
        try await running { () async throws in
            var events = await link.events().makeAsyncIterator()
            _ = await next(&events) { if case .connected = $0 { true } else { false } }
            await room.stop()
            let lost = await next(&events) { if case .lost = $0 { true } else { false } }
            #expect(lost != nil)
            await #expect(throws: ControlClientError.self) { try await link.request("audio.mute") }
            await room.set("audio.volume", 77)
            try await room.start(at: path)
            let again = await next(&events) { if case .connected = $0 { true } else { false } }
            guard case .connected(let status, _) = again else {
                Issue.record("not back")
                return
            }
            #expect(status["audio.volume"] == 77)
        }
        await room.stop()
    }

    @Test("Without a room it says what to do, and does not end")
    func noRoom() async throws {
        try await running { () async throws in
            var events = await link.events().makeAsyncIterator()
            let lost = await next(&events) {
                if case .lost(let reason) = $0 { reason.contains("convened") } else { false }
            }
            #expect(lost != nil)
        }
    }

    @Test("A room that does not answer fails a request in time, and only that one")
    func hangs() async throws {
        try await room.start(at: path)
        let session = try await ControlSession.connect(path: path, group: MultiThreadedEventLoopGroup.singleton)
        await room.hang()
        await #expect(throws: ControlClientError.timedOut(.milliseconds(50))) {
            try await session.request(.audioMute, timeout: .milliseconds(50))
        }
        #expect(try await session.request(.statusGet, ["path": "room.name"])["value"] == "Lisboa")
        session.close()
        await #expect(throws: ControlClientError.closed(path: path)) { try await session.request(.describe) }
        await room.stop()
    }

    @Test("A hundred requests at once are each answered under their own id")
    func many() async throws {
        try await room.start(at: path)
        let session = try await ControlSession.connect(path: path, group: MultiThreadedEventLoopGroup.singleton)
        let answers = try await withThrowingTaskGroup(of: Bool.self) { tasks in
            for number in 0..<100 {
                tasks.addTask {
                    let wanted = number % 3 == 0
                    return try await session.request(.audioMute, ["muted": .bool(wanted)])["muted"] == .bool(wanted)
                }
            }
            var count = 0
            for try await isRight in tasks where isRight { count += 1 }
            return count
        }
        #expect(answers == 100)
        session.close()
        await room.stop()
    }
}
