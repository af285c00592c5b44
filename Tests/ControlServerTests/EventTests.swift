import ControlClient
import ControlProtocol
import ControlServer
import LinuxSystem
import PeerSupport
import Testing

@Suite("Events")
struct EventTests {
    @Test("A client hears of what it asked for, in order, numbered by itself and by the room")
    func chosen() async throws {
        try await TestServer.run { test in
            test.server.publish(event: ControlEvent(.audioMuted, ["muted": true]))
            let events = try await test.client { client -> [JSONValue] in
                let answer = try client.request(.eventsSubscribe, ["names": ["call", "key.pressed"]])
                #expect(answer["number"] == 1 && answer["sequence"] == 0)
                test.server.publish(event: ControlEvent(.callRinging, ["call": 1]))
                test.server.publish(event: ControlEvent(.audioMuted, ["muted": false]))
                test.server.publish(event: ControlEvent(.keyPressed, ["key": "OK"]))
                test.server.publish(event: ControlEvent(.callEnded, ["call": 1]))
                var events: [JSONValue] = []
                for _ in 0..<3 {
                    guard let message = try client.nextMessage(until: .now + .seconds(10)) else { break }
                    #expect(message["method"] == "event")
                    events.append(message["params"] ?? .null)
                }
                _ = try client.request(.eventsUnsubscribe, ["subscription": answer["subscription"] ?? .null])
                test.server.publish(event: ControlEvent(.callDialling))
                let more = try client.nextMessage(until: .now + .milliseconds(100))
                #expect(more == Optional<JSONValue>.none)
                return events
            }
            #expect(events.map { $0["event"] } == ["call.ringing", "key.pressed", "call.ended"])
            #expect(events.map { $0["sequence"] } == [1, 2, 3])
            #expect(events.map { $0["number"] } == [2, 4, 5])
            #expect(events.allSatisfy { $0["time"]?.stringValue?.hasSuffix("Z") == true })
            #expect(events.first?["data"] == ["call": 1])
        }
    }

    @Test("A wrong name is met with the nearest one, and a stranger's subscription is not ended")
    func refusals() async throws {
        try await TestServer.run { test in
            let lines = try await test.lines(
                #"{"jsonrpc":"2.0","id":1,"method":"events.subscribe","params":{"names":["call.rining"]}}"#)
            #expect(lines.first?["error"]?["code"] == -32602)
            let other = try await test.lines(
                #"{"jsonrpc":"2.0","id":1,"method":"events.unsubscribe","params":{"subscription":1}}"#)
            #expect(other.first?["error"]?["code"] == 1002)
        }
    }

    @Test("A client that does not read is dropped, and another one misses nothing")
    func slowClient() async throws {
        try await TestServer.run {
            $0.outboundLimit = 64 * 1024
        } _: { test in
            let heard = try await test.client { client -> Int64 in
                var slow = try ControlClient(path: test.path)
                _ = try slow.request(.eventsSubscribe)
                _ = try client.request(.eventsSubscribe)
                var last: Int64 = 0
                var round: Int64 = 0
                let filler = JSONValue(String(repeating: "x", count: 4096))
                while test.server.statistics.droppedClients == 0, round < 2000 {
                    round += 1
                    test.server.publish(event: ControlEvent(.configChanged, ["path": filler]))
                    guard let message = try client.nextMessage(until: .now + .seconds(10)) else { break }
                    last = message["params"]?["sequence"]?.integerValue ?? -1
                    #expect(last == round)
                }
                return test.server.statistics.droppedClients == 1 ? last : -1
            }
            #expect(heard > 0)
        }
    }
}
