import ControlProtocol
import PeerSupport
import Testing

@Suite("A room driven by the keys of a remote alone", .serialized)
struct ScreenKeysTests {
    @Test("Find a contact, call, mute, change the layout, hang up")
    func wholeCall() async throws {
        let callee = try await RoomProcess(name: "Callee")
        let room = try await RoomProcess(name: "Room")
        _ = try room.request(
            .directoryAdd, ["name": "Green room", "address": JSONValue(try callee.address), "favourite": false])
        func press(_ keys: ControlKey...) throws {
            for key in keys { _ = try room.request(.keyPress, ["key": JSONValue(key.rawValue)]) }
        }
        func page(_ name: String) async throws {
            try await eventually("the page is \(name)") {
                try room.status("screen.page")?.stringValue == name ? true : nil
            }
        }
        #expect(try room.status("screen.page")?.stringValue == "home")
        #expect(try room.status("screen.focus")?.stringValue == "call")
        #expect(try room.request(.keyType, ["text": "gre"])["text"]?.stringValue == "gre")
        try await page("dial")
        try await eventually("the directory has answered") {
            try room.status("screen.results")?.arrayValue?.first?.stringValue == "Green room" ? true : nil
        }
        try press(.call)
        try await room.call(reaches: "established")
        try await page("call")
        #expect(try room.status("screen.text")?.stringValue == "")

        try press(.muteMic)
        #expect(try room.status("audio.muted")?.boolValue == true)
        try press(.layout)
        #expect(try room.status("display.layout")?.stringValue == "remote")
        try press(.selfview)
        #expect(try room.status("display.selfview.visible")?.boolValue == true)
        // A held key switches nothing.
        _ = try room.request(.keyPress, ["key": "MuteMic", "repeat": true])
        #expect(try room.status("audio.muted")?.boolValue == true)
        try press(.ok)
        try await page("menu")
        #expect(try room.status("screen.focus")?.stringValue == "microphone")
        try press(.back, .disconnect)
        try await callee.call(reaches: "ended")
        try await page("ended")
        try press(.back)
        try await page("home")
        try await eventually("the call is in the history") {
            try room.request(.historyList)["entries"]?.arrayValue?.first?["name"]?.stringValue == "Green room"
                ? true : nil
        }
        try press(.f3)
        try await page("contacts")
        try await eventually("the recents are on the screen") {
            try room.number("screen.entries") == 1 ? true : nil
        }
        // Calling back takes one press more.
        try press(.ok)
        try await room.call(2, reaches: "established")
        try await room.stop()
        try await callee.stop()
    }

    @Test("The corner of the own picture, the language and standby are changed, and the screen is captured")
    func settings() async throws {
        let room = try await RoomProcess(name: "Room")
        let corner = try room.request(.displaySelfview, ["corner": "top_left"])
        #expect(corner["corner"]?.stringValue == "top_left" && corner["visible"]?.boolValue == true)
        #expect(try room.request(.displaySelfview, ["visible": false])["visible"]?.boolValue == false)
        #expect(try room.status("display.layout")?.stringValue == "remote")
        _ = try room.request(.keyPress, ["key": "F4"])
        _ = try room.request(.keyPress, ["key": "Left"])
        #expect(try room.status("screen.language")?.stringValue == "ar")
        #expect(try room.request(.configGet, ["path": "display.language"])["value"]?.stringValue == "ar")
        #expect(try room.request(.roomStandby, ["enabled": true])["enabled"]?.boolValue == true)
        #expect(try room.status("screen.page")?.stringValue == "standby")
        _ = try room.request(.keyPress, ["key": "OK"])
        #expect(try room.status("room.standby")?.boolValue == false)
        try await room.stop()
    }
}
