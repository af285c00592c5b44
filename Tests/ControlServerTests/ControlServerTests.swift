import ControlClient
import ControlProtocol
import ControlServer
import Glibc
import LinuxSystem
import PeerSupport
import Testing

@Suite("Requests over the control socket")
struct ControlServerTests {
    @Test("A request reaches the room in types, with who asks, and its answer comes back")
    func request() async throws {
        try await TestServer.run { test in
            let answer = try await test.client { try $0.request(.audioVolume, ["level": 40]) }
            #expect(answer == ["method": "audio.volume"])
            #expect(await test.room.commands == [.volume(level: 40)])
            let peer = await test.room.peers.first
            #expect(peer?.credentials.processID == getpid())
            #expect(peer?.credentials.userID == geteuid())
            #expect(peer?.role == .admin)
        }
    }

    @Test("An error of the room arrives with its code and its sentence")
    func roomError() async throws {
        try await TestServer.run { test in
            await #expect(throws: ControlClientError.refused(ControlError(.wrongState, "Nobody calls."))) {
                try await test.client { try $0.request(.callAnswer) }
            }
            #expect(test.server.statistics.errors == 1)
        }
    }

    @Test("Wrong lines get an error each, with the line's number, and the connection goes on")
    func wrongLines() async throws {
        try await TestServer.run { test in
            let lines = try await test.lines(
                """
                {"jsonrpc":"2.0","id":1,
                {"jsonrpc":"2.0","id":2,"method":"call.dail"}
                {"jsonrpc":"2.0","id":3,"method":"call.dial"}
                {"id":4,"method":"describe"}
                []
                {"jsonrpc":"2.0","id":6,"method":"audio.mute"}
                """, count: 6)
            #expect(lines.map { $0["id"] } == [.null, 2, 3, 4, .null, 6])
            #expect(lines.map { $0["error"]?["code"] } == [-32700, -32601, -32602, -32600, -32600, nil])
            #expect(lines.first?["error"]?["data"]?["line"] == 1)
            #expect(lines.first?["error"]?["message"]?.stringValue?.hasPrefix("Line 1, column 25: expected") == true)
            #expect(lines.last?["result"] == ["method": "audio.mute"])
        }
    }

    @Test("A line over the limit is refused and the next one is served")
    func longLine() async throws {
        try await TestServer.run { test in
            let long = String(repeating: "x", count: LineFramer.requestLimit + 1)
            let lines = try await test.lines(
                long + "\n{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"audio.mute\"}", count: 2)
            #expect(lines.first?["error"]?["code"] == -32600)
            #expect(lines.last?["id"] == 1)
        }
    }

    @Test("A batch is answered on one line, notifications in it are not, and one of notifications only is silent")
    func batch() async throws {
        try await TestServer.run { test in
            let lines = try await test.lines(
                """
                [{"jsonrpc":"2.0","method":"key.press","params":["Up"]}]
                [{"jsonrpc":"2.0","id":1,"method":"audio.mute"},{"jsonrpc":"2.0","method":"key.press","params":["OK"]},5]
                """)
            #expect(lines.count == 1)
            let answers = lines.first?.arrayValue ?? []
            #expect(answers.count == 2)
            #expect(answers.contains { $0["id"] == 1 && $0["result"] != nil })
            #expect(answers.contains { $0["id"] == .null && $0["error"]?["code"] == -32600 })
            #expect(
                await test.room.commands == [
                    .pressKey(.up, isRepeat: false), .mute(nil), .pressKey(.ok, isRepeat: false),
                ])
        }
    }

    @Test("A slow command holds up neither its own client nor another one, and answers come under their ids")
    func slowCommand() async throws {
        try await TestServer.run { test in
            let dialling = Task {
                try await test.lines(
                    """
                    {"jsonrpc":"2.0","id":"slow","method":"call.dial","params":["sip:a@b"]}
                    {"jsonrpc":"2.0","id":"fast","method":"audio.mute"}
                    """, count: 2)
            }
            try await eventually("the room dials") { await test.room.dialsWaiting == 1 ? true : nil }
            let other = try await test.client { try $0.request(.displayLayout) }
            #expect(other == ["method": "display.layout"])
            await test.room.letDialsEnd()
            let lines = try await dialling.value
            #expect(lines.map { $0["id"] } == ["fast", "slow"])
        }
    }

    @Test("Commands of one client reach the room in the order in which they were sent")
    func order() async throws {
        try await TestServer.run { test in
            _ = try await test.client { client in
                for level in 0...100 {
                    try client.send(
                        Array(#"{"jsonrpc":"2.0","method":"audio.volume","params":{"level":\#(level)}}"#.utf8))
                }
                return try client.request(.audioMute)
            }
            let levels = await test.room.commands.compactMap { command -> Int? in
                guard case .volume(let level) = command else { return nil }
                return level
            }
            #expect(levels == Array(0...100))
        }
    }

    @Test("As many requests run at a time as the configuration says; the rest waits and is served later")
    func requestsInFlight() async throws {
        try await TestServer.run {
            $0.maximumRequestsInFlight = 3
        } _: { test in
            let client = Task {
                let requests = (1...9).map {
                    #"{"jsonrpc":"2.0","id":\#($0),"method":"call.dial","params":["sip:a@b"]}"#
                }
                return try await test.lines(requests.joined(separator: "\n"), count: 9)
            }
            for _ in 0..<3 {
                try await eventually("three dials run") { await test.room.dialsWaiting == 3 ? true : nil }
                await test.room.letDialsEnd()
            }
            #expect(try await client.value.count == 9)
        }
    }

    @Test("Who sends and then closes for writing, as nc does, still gets the answer, even without a line end")
    func halfClosed() async throws {
        try await TestServer.run { test in
            let answer = try await test.client { client in
                let raw = client.borrowed.rawValue
                let text = Array(#"{"jsonrpc":"2.0","id":1,"method":"audio.mute"}"#.utf8)
                #expect(Glibc.send(raw, text, text.count, 0) == text.count)
                #expect(shutdown(raw, Int32(SHUT_WR)) == 0)
                let answer = try client.nextMessage(until: .now + .seconds(10))
                #expect(throws: ControlClientError.closed(path: client.path)) {
                    try client.nextMessage(until: .now + .seconds(10))
                }
                return answer
            }
            #expect(answer?["id"] == 1)
        }
    }

    @Test("An answer far larger than the outbound limit arrives whole")
    func largeAnswer() async throws {
        try await TestServer.run { test in
            let answer = try await test.client { try $0.request(.screenCapture, ["inline": true]) }
            #expect(answer["png"]?.stringValue?.utf8.count == 3 << 20)
        }
    }

    @Test("describe gives the table, or one method of it")
    func describe() async throws {
        try await TestServer.run { test in
            let (all, one) = try await test.client {
                (try $0.request(.describe), try $0.request(.describe, ["method": "key.press"]))
            }
            #expect(all == ControlMethod.interface())
            #expect(one == ControlMethod.interface(of: .keyPress))
            let error = await #expect(throws: ControlClientError.self) {
                try await test.client { try $0.request(.describe, ["method": "key.pres"]) }
            }
            #expect(error?.description == "There is no method \"key.pres\"; did you mean key.press?")
        }
    }

    @Test("Thirty clients at once are all served; one more than allowed is told so")
    func manyClients() async throws {
        try await TestServer.run {
            $0.maximumClients = 2
        } _: { test in
            let error = try await test.client { [path = test.path] first -> ControlClientError? in
                var second = try ControlClient(path: path)
                _ = try first.request(.audioMute)
                _ = try second.request(.audioMute)
                var third = try ControlClient(path: path)
                do {
                    let refusal = try third.nextMessage(until: .now + .seconds(10))
                    #expect(refusal?["error"]?["code"] == 1011)
                    return nil
                } catch let error as ControlClientError {
                    return error
                }
            }
            #expect(error == nil)
        }
        try await TestServer.run { test in
            try await withThrowingTaskGroup(of: JSONValue.self) { group in
                for level in 0..<30 {
                    group.addTask {
                        try await test.client { try $0.request(.audioVolume, ["level": JSONValue(level)]) }
                    }
                }
                for try await answer in group { #expect(answer == ["method": "audio.volume"]) }
            }
            #expect(test.server.statistics.connections == 30)
            try await eventually("all clients are gone") { test.server.statistics.clients == 0 ? true : nil }
        }
    }
}
