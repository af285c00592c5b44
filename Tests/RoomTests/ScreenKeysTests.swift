import ControlProtocol
import PeerSupport
import Testing

@Suite("A room driven by the keys of a remote alone", .serialized)
struct ScreenKeysTests {
    /// A remote in somebody's hand: it presses OK once the screen takes it, as people do who look where they press.
    private struct Remote {
        let room: RoomProcess

        func press(_ keys: ControlKey...) async throws {
            for key in keys {
                if key == .ok {
                    try await eventually("OK counts") { try room.status("screen.takes_ok") == true ? true : nil }
                }
                try room.request(.keyPress, ["key": JSONValue(key.rawValue)])
            }
        }

        func sees(_ page: String, focus: String? = nil) async throws {
            try await eventually("the page is \(page) with \(focus ?? "any focus")") { () -> Bool? in
                let isThere = try room.status("screen.page")?.stringValue == page
                let hasFocus = try focus == nil || room.status("screen.focus")?.stringValue == focus
                return isThere && hasFocus ? true : nil
            }
        }
    }

    /// What status says after a call, without what differs from run to run.
    private func outcome(_ room: RoomProcess) throws -> JSONValue {
        var outcome: JSONValue = .emptyObject
        for path in [
            "audio.muted", "audio.volume", "display.layout", "display.selfview", "camera.enabled", "room.standby",
            "screen.page", "calls.1.state", "calls.1.direction", "calls.1.reason", "calls.1.remote_name",
            "calls.1.held_here", "calls.1.held_there",
        ] {
            outcome[path] = try room.status(path)
        }
        return outcome
    }

    private func befriend(_ room: RoomProcess, _ other: RoomProcess) throws {
        try room.request(.directoryAdd, ["name": "Green room", "address": JSONValue(try other.address)])
    }

    @Test("A message on the screen is closed by OK, which does nothing else; other keys close it and do what they do")
    func message() async throws {
        let room = try await RoomProcess()
        let remote = Remote(room: room)
        try await remote.sees("home", focus: "call")
        try room.request(.displayMessage, ["text": "The stick can be taken out.", "seconds": 60])
        #expect(try room.status("screen.message")?.stringValue == "The stick can be taken out.")
        try await remote.press(.ok)
        #expect(try room.status("screen.message") == .null)
        try await remote.sees("home", focus: "call")
        try room.request(.displayMessage, ["text": "Once more.", "seconds": 60])
        try await remote.press(.right)
        #expect(try room.status("screen.message") == .null)
        try await remote.sees("home", focus: "contacts")
        try await room.stop()
    }

    @Test("Find a contact, call, mute, change the layout and hang up by keys ends in the status of the socket")
    func wholeCall() async throws {
        let callee = try await RoomProcess(name: "Callee")
        let room = try await RoomProcess(name: "Room")
        let remote = Remote(room: room)
        try befriend(room, callee)
        try await remote.sees("home", focus: "call")
        // Contacts, everyone, the first one: with arrows and OK.
        try await remote.press(.right, .ok)
        try await remote.sees("contacts")
        try await remote.press(.right, .right)
        try await eventually("the directory is on the screen") { try room.number("screen.entries") == 1 ? true : nil }
        try await remote.press(.down)
        try await remote.sees("contacts", focus: "entry.0")
        try await remote.press(.ok)
        try await room.call(reaches: "established")
        try await remote.sees("call")
        try await remote.press(.ok)
        try await remote.sees("menu", focus: "microphone")
        try await remote.press(.ok)
        #expect(try room.status("audio.muted") == true)
        // A held key switches nothing.
        try room.request(.keyPress, ["key": "MuteMic", "repeat": true])
        #expect(try room.status("audio.muted") == true)
        try await remote.press(.right, .ok)
        try await remote.sees("layouts", focus: "layout.picture_in_picture")
        try await remote.press(.right, .ok)
        #expect(try room.status("display.layout") == "remote")
        try await remote.press(.back, .ok)
        try await remote.sees("menu", focus: "microphone")
        try await remote.press(.right, .right)
        try await remote.sees("menu", focus: "hang_up")
        try await remote.press(.ok)
        try await room.call(reaches: "ended")
        try await remote.sees("ended", focus: "close")
        try await remote.press(.ok)
        try await remote.sees("home")
        let byKeys = try outcome(room)
        try await room.stop()

        let control = try await RoomProcess(name: "Room")
        try befriend(control, callee)
        let found = try control.request(.directorySearch, ["query": "green"])["entries"]?[0]?["address"]?.stringValue
        try control.dial(try #require(found))
        try await control.call(reaches: "established")
        try control.request(.audioMute, ["muted": true])
        try control.request(.displayLayout, ["layout": "remote"])
        try control.request(.callHangup)
        try await control.call(reaches: "ended")
        try await eventually("home") { try control.status("screen.page") == "home" ? true : nil }
        #expect(byKeys == (try outcome(control)))
        try await control.stop()
        try await callee.stop()
    }

    @Test("Dial by typing, hang up with the red key, and call back from the recents in two presses")
    func keysWithNames() async throws {
        let callee = try await RoomProcess(name: "Callee")
        let room = try await RoomProcess(name: "Room")
        let remote = Remote(room: room)
        try befriend(room, callee)
        #expect(try room.request(.keyType, ["text": "gre"])["text"] == "gre")
        try await remote.sees("dial")
        try await eventually("the directory has answered") {
            try room.status("screen.results")?[0] == "Green room" ? true : nil
        }
        try await remote.press(.call)
        try await room.call(reaches: "established")
        try await remote.sees("call")
        #expect(try room.status("screen.text") == "")
        try await remote.press(.selfview)
        #expect(try room.status("display.selfview.visible") == false)
        try await remote.press(.disconnect)
        try await callee.call(reaches: "ended")
        try await remote.sees("ended")
        try await remote.press(.back)
        try await remote.sees("home")
        try await eventually("the call is in the history") {
            try room.request(.historyList)["entries"]?[0]?["name"] == "Green room" ? true : nil
        }
        try await remote.press(.f3)
        try await eventually("the recents are on the screen") { try room.number("screen.entries") == 1 ? true : nil }
        try await remote.press(.ok)
        try await room.call(2, reaches: "established")
        try await room.stop()
        try await callee.stop()
    }
}
