import AsyncControlClient
import ControlProtocol
import NIOCore
import PeerSupport
import Testing

@testable import PanelServer

/// A page's stream of events.
private final class Page {
    private let connection: LoopbackConnection
    private var text = ""
    private(set) var isClosed = false

    init(_ panel: PanelProbe, cookie: String) throws {
        guard let connection = LoopbackConnection(port: panel.port) else {
            throw ChildProcess.Failure("the panel does not listen")
        }
        self.connection = connection
        let head = "GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:\(panel.port)\r\nCookie: \(cookie)\r\n\r\n"
        try self.connection.send(Array(head.utf8))
    }

    /// Reads what has come.
    func read() throws -> String {
        while !isClosed {
            guard let bytes = try connection.receive() else {
                isClosed = true
                break
            }
            if bytes.isEmpty { break }
            text += String(decoding: bytes, as: UTF8.self)
        }
        return text
    }

    func text(containing wanted: String) async throws -> String {
        try await eventually("the page hears \(wanted)") {
            let text = try read()
            return text.contains(wanted) ? text : nil
        }
    }
}

@Suite(.serialized) struct PanelEventsTests {
    @Test("A page hears the state first, then each change with its number, and no figures")
    func changes() async throws {
        try await PanelProbe.run { panel in
            let (cookie, _) = try await panel.paired()
            let page = try Page(panel, cookie: cookie)
            let first = try await page.text(containing: "\"connected\":true")
            #expect(first.contains("text/event-stream"))
            #expect(first.contains("\"name\":\"Lisboa\""))
            #expect(!first.contains("uptime_s"))
            #expect(first.contains("\"call.dial\""))
            #expect(!first.contains("screen.capture"))
            await panel.room.set("room.uptime_s", 99)
            await panel.room.set("audio.volume", 61)
            let changed = try await page.text(containing: "event: change")
            #expect(changed.contains(#""changes":[{"path":"audio.volume","value":61}]"#))
            #expect(changed.contains(#""sequence":1"#))
        }
    }

    @Test("A caller's name that holds line ends and HTML stays inside its JSON text")
    func oddNames() async throws {
        try await PanelProbe.run { panel in
            let (cookie, _) = try await panel.paired()
            let page = try Page(panel, cookie: cookie)
            _ = try await page.text(containing: "snapshot")
            let name = "</script>\n\ndata: {}\r\nevent: change <img src=x onerror=alert(1)>"
            await panel.room.set("calls.1", ["state": "ringing_in", "name": .string(name)])
            let text = try await page.text(containing: "onerror")
            #expect(!text.contains("\ndata: {}"))
            #expect(text.contains(#"\n\ndata: {}"#))
        }
    }

    @Test("A room that goes away is told, and its return with the new state")
    func roomLost() async throws {
        try await PanelProbe.run { panel in
            let (cookie, _) = try await panel.paired()
            let page = try Page(panel, cookie: cookie)
            _ = try await page.text(containing: "\"connected\":true")
            await panel.room.stop()
            _ = try await page.text(containing: "\"connected\":false")
            await panel.room.set("room.name", "Porto")
            try await panel.room.start(at: panel.folder.path + "/c")
            let text = try await page.text(containing: "Porto")
            #expect(text.contains("\"connected\":true"))
        }
    }

    @Test("A page that does not take its events is dropped, and holds nobody up")
    func slowPage() async throws {
        let hub = EventHub()
        let ended = TestClock(0)
        let (_, slow) = try await hub.open(session: "slow") { ended.advance(1) }
        let (_, brisk) = try await hub.open(session: "brisk")
        var events = brisk.makeAsyncIterator()
        _ = await events.next()
        for number in 0...EventHub.queueLimit {
            await hub.take(.connected(status: StatusTree(["room": ["name": JSONValue(number)]]), methods: []))
            let event = await events.next()
            #expect(event.map { String(buffer: $0).contains(#""name":\#(number)"#) } == true)
        }
        #expect(await hub.droppedClients == 1)
        #expect(await hub.clientCount == 1)
        #expect(ended.value == 1)
        var waited = 0
        for await _ in slow { waited += 1 }
        #expect(waited == EventHub.queueLimit)
    }

    @Test("A session has a few pages at most, and they end with it")
    func bounds() async throws {
        try await PanelProbe.run { panel in
            let (cookie, token) = try await panel.paired()
            var pages: [Page] = []
            for _ in 0..<EventHub.maximumClientsPerSession {
                let page = try Page(panel, cookie: cookie)
                _ = try await page.text(containing: "snapshot")
                pages.append(page)
            }
            #expect(try await panel.get("/api/events", cookie: cookie).status == 429)
            #expect(try await panel.post("/api/leave", cookie: cookie, token: token).status == 200)
            try await eventually("the pages end") {
                for page in pages { _ = try page.read() }
                return pages.allSatisfy(\.isClosed) ? true : nil
            }
        }
    }
}
