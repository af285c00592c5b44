import ControlProtocol
import Testing

@testable import PanelServer

@Suite struct PanelSessionsTests {
    private let token = String(repeating: "ab", count: 32)

    @Test("A session is found by its token, and what is kept does not hold the token")
    func finding() {
        var sessions = PanelSessions()
        sessions.open(token: token, origin: "192.0.2.7", now: 1000)
        #expect(sessions.use(token: token, now: 1001)?.origin == "192.0.2.7")
        #expect(sessions.use(token: String(repeating: "ac", count: 32), now: 1001) == nil)
        #expect(sessions.use(token: "", now: 1001) == nil)
        #expect(!"\(sessions.json)".contains(token))
    }

    @Test("It ends when it is idle, and at its age however it is used")
    func expiry() {
        var limits = PanelSessions.Limits()
        limits.idle = 100
        limits.absolute = 250
        var sessions = PanelSessions(limits: limits)
        sessions.open(token: token, origin: "", now: 0)
        #expect(sessions.use(token: token, now: 99) != nil)
        #expect(sessions.use(token: token, now: 198) != nil)
        #expect(sessions.use(token: token, now: 249) != nil)
        #expect(sessions.use(token: token, now: 250) == nil)
        #expect(sessions.count == 0)
        sessions.open(token: token, origin: "", now: 1000)
        #expect(sessions.use(token: token, now: 1100) == nil)
    }

    @Test("A clock that was set back by more than an hour ends sessions of the future")
    func clockSetBack() {
        var sessions = PanelSessions()
        sessions.open(token: token, origin: "", now: 1_000_000)
        #expect(sessions.use(token: token, now: 999_000) != nil)
        #expect(sessions.use(token: token, now: 900_000) == nil)
    }

    @Test("One session too many ends the one that was not used for the longest time")
    func bound() {
        var limits = PanelSessions.Limits()
        limits.count = 3
        var sessions = PanelSessions(limits: limits)
        let tokens = (0..<4).map { String(repeating: "\($0)0", count: 32) }
        for (index, token) in tokens.prefix(3).enumerated() {
            sessions.open(token: token, origin: "\(index)", now: Int64(index))
        }
        _ = sessions.use(token: tokens[0], now: 10)
        let evicted = sessions.open(token: tokens[3], origin: "3", now: 11)
        #expect(evicted?.origin == "1")
        #expect(sessions.count == 3)
        #expect(sessions.use(token: tokens[1], now: 12) == nil)
        #expect(sessions.use(token: tokens[0], now: 12) != nil)
    }

    @Test("Sessions survive a restart, and a file that was tampered with brings none")
    func disk() throws {
        var sessions = PanelSessions()
        sessions.open(token: token, origin: "kiosk", now: 100)
        let text = sessions.json.serializedBytes
        var loaded = PanelSessions()
        loaded.load(try JSONValue(parsing: text), now: 200)
        #expect(loaded.use(token: token, now: 201)?.origin == "kiosk")
        var empty = PanelSessions()
        empty.load([["id": "short", "created": 1, "last_used": 1], ["id": 3], 4], now: 200)
        empty.load(["sessions": 1], now: 200)
        #expect(empty.count == 0)
    }

    @Test("All others can be forgotten")
    func forgetting() {
        var sessions = PanelSessions()
        sessions.open(token: token, origin: "mine", now: 0)
        sessions.open(token: String(repeating: "cd", count: 32), origin: "other", now: 0)
        let mine = sessions.use(token: token, now: 1)
        sessions.endAll(but: mine?.id)
        #expect(sessions.all.map(\.origin) == ["mine"])
    }
}
