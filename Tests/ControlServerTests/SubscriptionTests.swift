import ControlClient
import ControlProtocol
import ControlServer
import LinuxSystem
import PeerSupport
import Synchronization
import Testing

@Suite("Status and subscriptions")
struct SubscriptionTests {
    @Test("status.get gives the tree published last, or a part of it")
    func get() async throws {
        try await TestServer.run { test in
            test.server.publish(status: StatusTree(["audio": ["volume": 1]]))
            test.server.publish(status: StatusTree(["audio": ["volume": 2]]))
            let whole = try await test.client { try $0.request(.statusGet) }
            #expect(whole == ["path": "", "value": ["audio": ["volume": 2]]])
            let part = try await test.client { try $0.request(.statusGet, ["path": "audio.volume"]) }
            #expect(part == ["path": "audio.volume", "value": 2])
        }
    }

    @Test("A room that knows better is asked at that moment")
    func fresh() async throws {
        try await TestServer.run { test in
            test.server.publish(status: StatusTree(["old": 1]))
            await test.room.setFresh(StatusTree(["new": 2]))
            let status = try await test.client { try $0.request(.statusGet) }
            #expect(status["value"] == ["new": 2])
        }
    }

    @Test("A path that leads nowhere is met with the nearest one")
    func wrongPath() async throws {
        try await TestServer.run { test in
            test.server.publish(status: StatusTree(["audio": ["volume": 1, "muted": false]]))
            func sentence(_ path: String) async -> String? {
                let error = await #expect(throws: ControlClientError.self) {
                    try await test.client { try $0.request(.statusGet, ["path": .string(path)]) }
                }
                return error?.description
            }
            #expect(await sentence("audio.volum") == "There is no \"volum\" at audio; did you mean audio.volume?")
            #expect(await sentence("zebra") == "There is no \"zebra\" in status; there is audio.")
            #expect(await sentence("audio.volume.x") == "There is no \"x\" at audio.volume; nothing stands below it.")
            #expect(await sentence("audio..x")?.hasSuffix("is no path: names joined by single points.") == true)
        }
    }

    @Test("A subscriber gets the snapshot and then numbered changes that lead to the newest tree")
    func changes() async throws {
        try await TestServer.run { test in
            test.server.publish(status: StatusTree(["calls": [:], "audio": ["volume": 0]]))
            let view = try await test.client { client in
                var view = try client.subscribe(.root)
                #expect(view.value == ["calls": [:], "audio": ["volume": 0]])
                for volume in 1...200 {
                    test.server.publish(
                        status: StatusTree(["calls": ["1": ["n": JSONValue(volume)]], "audio": ["volume": 0]]))
                }
                while view.tree["calls.1.n"] != 200 {
                    guard let change = try client.nextChange(timeout: .seconds(10)) else { break }
                    let isNext = view.apply(change)
                    #expect(isNext, "numbered without a gap")
                }
                return view
            }
            #expect(view.value == ["calls": ["1": ["n": 200]], "audio": ["volume": 0]])
            #expect(view.sequence <= 10, "200 changes within a moment are told together")
        }
    }

    @Test("Nothing is told about what did not change or lies elsewhere")
    func silence() async throws {
        try await TestServer.run {
            $0.minimumInterval = .zero
        } _: { test in
            test.server.publish(status: StatusTree(["a": 1, "b": 1]))
            try await test.client { client in
                var view = try client.subscribe(StatusPath(["a"]))
                test.server.publish(status: StatusTree(["a": 1, "b": 2]))
                test.server.publish(status: StatusTree(["a": 1, "b": 3]))
                _ = try client.request(.statusGet)
                test.server.publish(status: StatusTree(["a": 2, "b": 3]))
                let change = try #require(try client.nextChange(timeout: .seconds(10)))
                #expect(change.sequence == 1)
                #expect(change.changes == [StatusChange(path: StatusPath(["a"]), value: 2)])
                let isNext = view.apply(change)
                #expect(isNext)
            }
        }
    }

    @Test("A path below something that comes and goes can be waited for; a misspelt one is refused")
    func futurePath() async throws {
        try await TestServer.run {
            $0.minimumInterval = .zero
        } _: { test in
            test.server.publish(status: StatusTree(["calls": [:]]))
            try await test.client { client in
                var view = try client.subscribe(StatusPath(["calls", "1"]))
                #expect(view.value == .null)
                test.server.publish(status: StatusTree(["calls": ["1": ["state": "x"]]]))
                let begins = view.apply(try #require(try client.nextChange(timeout: .seconds(10))))
                #expect(begins)
                #expect(view.value == ["state": "x"])
                test.server.publish(status: StatusTree(["calls": [:]]))
                let ends = view.apply(try #require(try client.nextChange(timeout: .seconds(10))))
                #expect(ends)
                #expect(view.tree["calls.1"] == nil)
                let error = #expect(throws: ControlClientError.self) {
                    try client.subscribe(StatusPath(["cals", "1"]))
                }
                #expect(error?.description == "There is no \"cals\" in status; did you mean calls?")
            }
        }
    }

    @Test("After unsubscribing nothing comes, twice is refused, and the room hears how many there are")
    func unsubscribe() async throws {
        try await TestServer.run {
            $0.minimumInterval = .zero
        } _: { test in
            test.server.publish(status: StatusTree(["a": 1]))
            try await test.client { client in
                let first = try client.subscribe(.root)
                _ = try client.subscribe(.root)
                _ = try client.request(.statusUnsubscribe, ["subscription": .integer(first.subscription)])
                #expect(throws: ControlClientError.self) {
                    try client.request(.statusUnsubscribe, ["subscription": .integer(first.subscription)])
                }
                test.server.publish(status: StatusTree(["a": 2]))
                let change = try client.nextChange(timeout: .seconds(10))
                #expect(change?.subscription != first.subscription)
            }
            try await eventually("the client's subscriptions end with it") {
                test.server.subscriptionCount == 0 ? true : nil
            }
            #expect(test.room.subscriptionCounts.withLock { $0 } == [1, 2, 1, 0])
        }
    }

    @Test("A client holds as many subscriptions as it may and no more")
    func limit() async throws {
        try await TestServer.run {
            $0.maximumSubscriptions = 2
        } _: { test in
            test.server.publish(status: StatusTree(["a": 1]))
            let error = try await test.client { client -> ControlClientError? in
                _ = try client.subscribe(.root)
                _ = try client.subscribe(.root)
                return #expect(throws: ControlClientError.self) { try client.subscribe(.root) }
            }
            guard case .refused(let refusal) = error else {
                Issue.record("not refused")
                return
            }
            #expect(refusal.code == .tooMany)
        }
    }

    @Test("A client that does not read is dropped and counted, and nobody else waits for it")
    func slowReader() async throws {
        try await TestServer.run {
            $0.minimumInterval = .zero
            $0.outboundLimit = 64 * 1024
        } _: { test in
            test.server.publish(status: StatusTree(["a": ""]))
            let dropped = try await test.client { [path = test.path] reader -> Bool in
                var deaf = try ControlClient(path: path)
                _ = try deaf.subscribe(.root)
                _ = try reader.subscribe(.root)
                var round = 0
                while test.server.statistics.droppedClients == 0, round < 500 {
                    round += 1
                    let text = String(repeating: round % 2 == 0 ? "x" : "y", count: 20_000)
                    test.server.publish(status: StatusTree(["a": .string(text)]))
                    #expect(try reader.nextChange(timeout: .seconds(10)) != nil)
                }
                return test.server.statistics.droppedClients == 1
            }
            #expect(dropped)
            let answer = try await test.client { try $0.request(.audioMute) }
            #expect(answer == ["method": "audio.mute"])
        }
    }

    @Test("A client that asks and asks and never reads the answers is dropped too")
    func slowRequester() async throws {
        try await TestServer.run {
            $0.outboundLimit = 64 * 1024
        } _: { test in
            try await test.client { client in
                let line = Array(#"{"jsonrpc":"2.0","id":1,"method":"describe"}"#.utf8)
                #expect(throws: ControlClientError.closed(path: client.path)) {
                    for _ in 0..<5000 { try client.send(line) }
                }
            }
            #expect(test.server.statistics.droppedClients == 1)
        }
    }
}
