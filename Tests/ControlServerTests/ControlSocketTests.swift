import ControlClient
import ControlProtocol
import Glibc
import LinuxSystem
import Logging
import NIOPosix
import PeerSupport
import Testing

@testable import ControlServer

@Suite("Who holds the socket")
struct ControlSocketTests {
    @Test("A second terminal is told in one line who holds what, before and after the first one listens")
    func held() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/control.sock"
        do {
            let socket = try ControlSocket(path: path)
            let error = #expect(throws: ControlSocketError.self) { _ = try ControlSocket(path: path) }
            #expect(error?.description == "another convened (pid \(getpid())) holds \(path)")
            _ = consume socket
        }
        _ = try ControlSocket(path: path)
        try await TestServer.run { test in
            let error = #expect(throws: ControlSocketError.self) { _ = try ControlSocket(path: test.path) }
            #expect(error?.description == "another convened (pid \(getpid())) holds \(test.path)")
            let answer = try await test.client { try $0.request(.audioMute) }
            #expect(answer == ["method": "audio.mute"])
        }
    }

    @Test("A socket that somebody serves without a lock is left alone")
    func foreignListener() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/control.sock"
        let foreign = try UnixSocket.bind(to: path)
        #expect(listen(foreign.borrowed.rawValue, 1) == 0)
        let error = #expect(throws: ControlSocketError.self) { _ = try ControlSocket(path: path) }
        #expect(error == .held(path: path, processID: getpid()))
        #expect(UnixSocket.listener(at: path)?.processID == getpid())
    }

    @Test("What a dead terminal left behind is replaced, with the permissions asked for")
    func stale() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/control.sock"
        do {
            let dead = try UnixSocket.bind(to: path)
            #expect(listen(dead.borrowed.rawValue, 1) == 0)
        }
        #expect(UnixSocket.listener(at: path) == nil)
        let socket = try ControlSocket(path: path, permissions: 0o660, groupID: getgid())
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_mode & 0o7777 == 0o660)
        #expect(status.st_mode & S_IFMT == S_IFSOCK)
        socket.remove()
        #expect(stat(path, &status) == -1)
    }

    @Test("A file that is no socket, a folder that is missing, a path too long and an unknown group are told")
    func impossible() throws {
        let folder = try TemporaryFolder()
        try writeText("precious", to: folder.path + "/file")
        let error = #expect(throws: ControlSocketError.self) { _ = try ControlSocket(path: folder.path + "/file") }
        #expect(error == .notASocket(path: folder.path + "/file"))
        #expect(try readText(folder.path + "/file") == "precious")
        let missing = #expect(throws: ControlSocketError.self) { _ = try ControlSocket(path: folder.path + "/no/s") }
        #expect(
            missing?.description == "cannot listen at \(folder.path)/no/s: there is no folder \(folder.path)/no "
                + "(open: No such file or directory)")
        #expect(throws: ControlSocketError.noPath) { _ = try ControlSocket(path: "") }
        let long = "/" + String(repeating: "x", count: 200)
        #expect(throws: ControlSocketError.pathTooLong(path: long)) { _ = try ControlSocket(path: long) }
        var configuration = ControlServer.Configuration(path: folder.path + "/s")
        configuration.adminGroup = "no-such-group"
        #expect(throws: ControlSocketError.unknownGroup(name: "no-such-group")) {
            _ = try ControlServer(
                configuration, eventLoop: MultiThreadedEventLoopGroup.singleton.next(), logger: Logger(label: "test"))
        }
        #expect(ControlSocketError.unknownGroup(name: "no-such-group").isConfiguration)
        #expect(!ControlSocketError.held(path: "/s", processID: 1).isConfiguration)
    }

    @Test("When the server stops, clients are closed, the file is gone and the path is free")
    func stop() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/control.sock"
        for _ in 0..<3 {
            let server = try ControlServer(
                ControlServer.Configuration(path: path), eventLoop: MultiThreadedEventLoopGroup.singleton.next(),
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
            try await server.start(handler: TestRoom())
            let ended = Task {
                try await runBlocking {
                    Result {
                        var client = try ControlClient(path: path)
                        _ = try client.request(.audioMute)
                        return try client.nextMessage(until: .now + .seconds(10))
                    }
                }
            }
            try await eventually("the client is there") { server.statistics.requests == 1 ? true : nil }
            await server.stop()
            let outcome = try await ended.value
            #expect(throws: ControlClientError.closed(path: path)) { try outcome.get() }
            var status = stat()
            #expect(stat(path, &status) == -1)
        }
    }

    @Test("A client is told in one line that nobody serves")
    func nobodyServes() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/control.sock"
        let error = #expect(throws: ControlClientError.self) { _ = try ControlClient(path: path) }
        #expect(
            error?.description
                == "cannot reach the terminal at \(path): No such file or directory. Is convened running? "
                + "Another socket is named with --socket or CONVENE_SOCKET.")
    }
}
