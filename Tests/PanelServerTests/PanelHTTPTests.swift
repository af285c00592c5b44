import ControlProtocol
import PeerSupport
import Testing

@testable import PanelServer

@Suite(.serialized) struct PanelHTTPTests {
    @Test("The page comes with headers that let nothing from elsewhere in, and is not sent twice")
    func page() async throws {
        try await PanelProbe.run { panel in
            let answer = try await panel.get("/")
            #expect(answer.status == 200)
            #expect(answer.body.contains("doctype"))
            let policy = try #require(answer.headers["content-security-policy"])
            #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
            #expect(!policy.contains("unsafe"))
            #expect(answer.headers["x-content-type-options"] == "nosniff")
            #expect(answer.headers["referrer-policy"] == "no-referrer")
            let tag = try #require(answer.headers["etag"])
            let again = try await panel.get("/", headers: ["If-None-Match": tag])
            #expect(again.status == 304)
            #expect(again.body.isEmpty)
            #expect(try await panel.get("/../etc/passwd").status == 404)
            #expect(try await panel.get("/nothing").status == 404)
            #expect(try await panel.request("DELETE", "/").status == 405)
            #expect(try await panel.request("HEAD", "/").body.isEmpty)
        }
    }

    @Test("Who is not paired learns nothing of the room and can do nothing")
    func unpaired() async throws {
        try await PanelProbe.run { panel in
            let session = try await panel.get("/api/session")
            #expect(session.json["paired"] == false)
            #expect(!session.body.contains("Lisboa"))
            for path in ["/api/screen", "/api/panels", "/api/events"] {
                #expect(try await panel.get(path).status == 401, "\(path)")
            }
            for path in ["/api/command", "/api/unlock", "/api/lock", "/api/leave", "/api/forget"] {
                let answer = try await panel.post(path, ["method": "audio.mute"])
                #expect(answer.status == 401, "\(path)")
            }
            #expect(await panel.room.commands.isEmpty)
        }
    }

    @Test("A link lets one browser in, once; the session's cookie is out of a script's reach")
    func link() async throws {
        try await PanelProbe.run { panel in
            let text = try readText(panel.folder.path + "/link")
            let key = JSONValue.string(String(text.split(separator: "=").last?.prefix(64) ?? ""))
            let first = try await panel.post("/api/pair", ["key": key])
            #expect(first.status == 200)
            let cookie = try #require(first.headers["set-cookie"])
            for part in ["HttpOnly", "SameSite=Strict", "Path=/"] { #expect(cookie.contains(part)) }
            #expect(try await panel.post("/api/pair", ["key": key]).status == 403)
            #expect(try readText(panel.folder.path + "/link") != text)
            #expect(try await panel.get("/api/session", cookie: first.cookie).json["paired"] == true)
            #expect(!(try readText(panel.folder.path + "/sessions.json")).contains(first.cookie?.suffix(64) ?? ""))
        }
    }

    @Test("The code on the room's screen pairs; wrong ones void it and then cost time")
    func code() async throws {
        try await PanelProbe.run { panel in
            #expect(try await panel.post("/api/pair", ["code": ""]).status == 403)
            #expect(try await panel.post("/api/pair/show").json["seconds"] == 120)
            let shown = try #require(await panel.room.codes.last.flatMap { $0 })
            let wrong = shown == "000000" ? "000001" : "000000"
            #expect(try await panel.post("/api/pair", ["code": .string(wrong)]).json["error"]?["code"] == "wrong")
            let right = try await panel.post("/api/pair", ["code": .string(shown)])
            #expect(right.status == 200)
            #expect(await panel.room.codes.last == .some(nil))
            #expect(try await panel.post("/api/pair", ["code": .string(shown)]).status == 403)
            for _ in 0..<6 { _ = try await panel.post("/api/pair", ["code": "123123"]) }
            let blocked = try await panel.post("/api/pair", ["code": "123123"])
            #expect(blocked.status == 429)
            #expect(try #require(Int(blocked.headers["retry-after"] ?? "")) > 0)
            #expect(try await panel.post("/api/pair/show").status == 429)
            panel.clock.advance(1000)
            #expect(try await panel.post("/api/pair/show").status == 200)
        }
    }

    @Test("A command needs the session, its token and the page's own origin")
    func commands() async throws {
        try await PanelProbe.run { panel in
            let (cookie, token) = try await panel.paired()
            let command: JSONValue = ["method": "audio.mute", "params": ["muted": true]]
            let done = try await panel.post("/api/command", command, cookie: cookie, token: token)
            #expect(done.json["result"] == ["muted": true])
            #expect(await panel.room.commands == [.mute(true)])
            let refused = [
                try await panel.post("/api/command", command, token: token),
                try await panel.post("/api/command", command, cookie: cookie),
                try await panel.post("/api/command", command, cookie: cookie, token: String(token.reversed())),
                try await panel.post("/api/command", command, cookie: cookie, token: token, headers: ["Origin": ""]),
                try await panel.post(
                    "/api/command", command, cookie: cookie, token: token, headers: ["Origin": "http://evil.example"]),
                try await panel.post(
                    "/api/command", command, cookie: cookie, token: token, headers: ["Sec-Fetch-Site": "cross-site"]),
                try await panel.post(
                    "/api/command", command, cookie: cookie, token: token, headers: ["Content-Type": "text/plain"]),
                try await panel.request(
                    "POST", "/api/command", host: "evil.example:\(panel.port)",
                    headers: [
                        "Origin": "http://evil.example:\(panel.port)", "Cookie": cookie, "X-Convene-Token": token,
                        "Content-Type": "application/json",
                    ], body: command.serialized),
            ]
            #expect(refused.map(\.status) == [401, 403, 403, 403, 403, 403, 415, 403])
            #expect(await panel.room.commands.count == 1)
        }
    }

    @Test("What the room refuses comes in its own words, and what a panel may not ask for does not reach it")
    func refusals() async throws {
        try await PanelProbe.run { panel in
            let (cookie, token) = try await panel.paired()
            func ask(_ method: String, _ parameters: JSONValue = .emptyObject) async throws -> PanelProbe.Answer {
                try await panel.post(
                    "/api/command", ["method": .string(method), "params": parameters], cookie: cookie, token: token)
            }
            let refused = try await ask("call.hangup")
            #expect(refused.status == 409)
            #expect(refused.json["error"]?["message"] == "Not now.")
            let before = await panel.room.commands.count
            for method in ["screen.capture", "config.get", "panel.pairing", "access.unlock", "nothing"] {
                #expect(try await ask(method, ["path": "/etc/passwd"]).status == 403, "\(method)")
            }
            #expect(await panel.room.commands.count == before)
            for body in ["", "[]", "{", "{\"method\":", "\u{0}"] {
                let answer = try await panel.request(
                    "POST", "/api/command",
                    headers: [
                        "Origin": "http://127.0.0.1:\(panel.port)", "Content-Type": "application/json",
                        "Cookie": cookie, "X-Convene-Token": token,
                    ], body: body)
                #expect(answer.status == 400)
            }
            let huge = try await ask("audio.mute", ["muted": .string(String(repeating: "x", count: 40_000))])
            #expect(huge.status == 413)
        }
    }

    @Test("The PIN unlocks settings for a while, and wrong ones cost time")
    func pin() async throws {
        try await PanelProbe.run { panel in
            let (cookie, token) = try await panel.paired()
            let read: JSONValue = ["method": "config.get"]
            func post(_ path: String, _ body: JSONValue) async throws -> PanelProbe.Answer {
                try await panel.post(path, body, cookie: cookie, token: token)
            }
            #expect(try await post("/api/command", read).json["error"]?["code"] == "locked")
            #expect(try await post("/api/unlock", ["pin": "1111"]).json["error"]?["code"] == "wrong")
            #expect(try await post("/api/unlock", ["pin": "2468"]).json["seconds"] == 300)
            #expect(try await post("/api/command", read).json["result"]?["value"]?["name"] == "Lisboa")
            #expect(try await panel.get("/api/panels", cookie: cookie).json["panels"]?.arrayValue?.count == 1)
            panel.clock.advance(301)
            #expect(try await post("/api/command", read).json["error"]?["code"] == "locked")
            #expect(try await post("/api/unlock", ["pin": "2468"]).status == 200)
            #expect(try await post("/api/lock", .emptyObject).status == 200)
            #expect(try await post("/api/command", read).status == 403)
            for _ in 0..<5 { _ = try await post("/api/unlock", ["pin": "0000"]) }
            #expect(try await post("/api/unlock", ["pin": "2468"]).status == 429)
        }
    }

    @Test("A session ends when it is left, forgotten or over")
    func ends() async throws {
        try await PanelProbe.run { panel in
            let (first, firstToken) = try await panel.paired()
            let (second, secondToken) = try await panel.paired()
            #expect(try await panel.post("/api/leave", cookie: first, token: firstToken).status == 200)
            #expect(try await panel.get("/api/screen", cookie: first).status == 401)
            #expect(try await panel.get("/api/session", cookie: second).json["paired"] == true)
            let (third, thirdToken) = try await panel.paired()
            #expect(try await panel.post("/api/forget", cookie: third, token: thirdToken).status == 403)
            #expect(
                try await panel.post("/api/unlock", ["pin": "2468"], cookie: third, token: thirdToken).status == 200)
            #expect(try await panel.post("/api/forget", cookie: third, token: thirdToken).json["forgotten"] == 1)
            #expect(try await panel.post("/api/command", cookie: second, token: secondToken).status == 401)
            panel.clock.advance(8 * 24 * 3600)
            #expect(try await panel.get("/api/session", cookie: third).json["paired"] == false)
        }
    }

    @Test("A picture of the screen is taken at most once a second and sent only when it is another one")
    func screen() async throws {
        try await PanelProbe.run { panel in
            let (cookie, _) = try await panel.paired()
            let answer = try await panel.get("/api/screen", cookie: cookie)
            #expect(answer.status == 200)
            #expect(answer.body == "PNG 1")
            #expect(answer.headers["content-type"] == "image/png")
            let tag = try #require(answer.headers["etag"])
            for _ in 0..<5 {
                let again = try await panel.get("/api/screen", cookie: cookie, headers: ["If-None-Match": tag])
                #expect(again.status == 304)
            }
            #expect(await panel.room.commands.count { $0 == .captureScreenInline } <= 2)
            await panel.room.show("PNG 2")
            try await eventually("the new picture comes") {
                let next = try await panel.get("/api/screen", cookie: cookie, headers: ["If-None-Match": tag])
                return next.body == "PNG 2" ? true : nil
            }
        }
    }
}
