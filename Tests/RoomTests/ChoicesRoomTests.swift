import ControlProtocol
import Glibc
import PeerSupport
import Testing

@Suite("What people choose in a room outlives it", .serialized)
struct ChoicesRoomTests {
    private static let choices: [(path: String, value: JSONValue)] = [
        ("audio.volume", 35), ("audio.muted", true), ("camera.enabled", false), ("display.layout", "side_by_side"),
        ("display.selfview.corner", "top_left"), ("screen.language", "zh"), ("screen.theme", "light"),
        ("room.do_not_disturb", true),
    ]

    private func choose(_ room: RoomProcess) throws {
        try room.request(.audioVolume, ["level": 35])
        try room.request(.audioMute, ["muted": true])
        try room.request(.cameraSet, ["enabled": false])
        try room.request(.displaySelfview, ["corner": "top_left"])
        try room.request(.displayLayout, ["layout": "side_by_side"])
        try room.request(.roomDoNotDisturb, ["enabled": true])
        // Language and theme by the keys of a remote.
        for key in ["F4", "Right", "Down", "OK", "Home"] { try room.request(.keyPress, ["key": JSONValue(key)]) }
    }

    private func expectChoices(_ room: RoomProcess) throws {
        for (path, value) in Self.choices { #expect(try room.status(path) == value, "\(path)") }
    }

    private func kept(_ home: TemporaryFolder) async throws {
        try await eventually("the choices are on the disk") {
            let text = (try? readText("\(home.path)/room-state.json")) ?? ""
            return text.contains("display.theme") && text.contains("room.do_not_disturb") ? true : nil
        }
    }

    @Test("Volume, microphone, camera, layout, corner, language, theme and do not disturb survive a crash and an end")
    func survive() async throws {
        let first = try await RoomProcess(name: "Room")
        try choose(first)
        try expectChoices(first)
        try await kept(first.folder)
        // The admin's file is left alone.
        #expect(try !readText("\(first.folder.path)/room.yaml").contains("language"))
        kill(first.process.processIdentifier, SIGKILL)
        try await first.process.wait(within: .seconds(5))

        let second = try await RoomProcess(name: "Room", home: first.folder)
        try expectChoices(second)
        // Changed just before an end it is kept, too.
        try second.request(.audioVolume, ["level": 20])
        try second.request(.roomStandby, ["enabled": true])
        try await second.stop()
        let third = try await RoomProcess(name: "Room", home: first.folder)
        #expect(try third.status("audio.volume") == 20)
        #expect(try third.status("room.standby") == true)
        #expect(try third.status("screen.page") == "standby")
        try await third.stop()
    }

    @Test("Who changes a setting afterwards is followed, while the room runs and while it does not")
    func settings() async throws {
        let room = try await RoomProcess(name: "Room", settings: "audio:\n  volume: 50\n")
        try choose(room)
        try room.request(.configSet, ["path": "audio.volume", "value": 70])
        try room.request(.configSet, ["path": "display.language", "value": "en"])
        #expect(try room.status("audio.volume") == 70)
        #expect(try room.status("screen.language") == "en")
        try room.request(.audioVolume, ["level": 10])
        try await room.stop()
        // The room's file is written anew, with another volume.
        let next = try await RoomProcess(name: "Room", settings: "audio:\n  volume: 55\n", home: room.folder)
        #expect(try next.status("audio.volume") == 55)
        #expect(try next.status("display.selfview.corner") == "top_left")
        try await next.stop()
    }

    @Test("Positions of the camera are kept, survive an end, and are found again")
    func presets() async throws {
        let room = try await RoomProcess(name: "Room")
        func set(_ room: RoomProcess, zoom: Int, pan: Int) throws {
            try room.request(.cameraSet, ["control": "zoom", "value": JSONValue(zoom)])
            try room.request(.cameraSet, ["control": "pan", "value": JSONValue(pan)])
        }
        try await eventually("the camera is there") { try room.status("camera.controls.zoom.value") }
        try set(room, zoom: 220, pan: -40)
        let saved = try room.request(.cameraPreset, ["action": "save", "name": "Whiteboard"])
        #expect(saved["presets"] == ["Whiteboard"])
        try set(room, zoom: 100, pan: 0)
        #expect(throws: (any Error).self) { try room.request(.cameraPreset, ["action": "recall", "name": "Door"]) }
        #expect(throws: (any Error).self) { try room.request(.cameraPreset, ["action": "save"]) }
        try await room.stop()
        let next = try await RoomProcess(name: "Room", home: room.folder)
        try await eventually("the camera is there") { try next.status("camera.controls.zoom.value") }
        #expect(try next.status("camera.presets") == ["Whiteboard"])
        #expect(try next.status("camera.controls.zoom.value") == 100)
        try next.request(.cameraPreset, ["action": "recall", "name": "Whiteboard"])
        #expect(try next.status("camera.controls.zoom.value") == 220)
        #expect(try next.status("camera.controls.pan.value") == -40)
        #expect(try next.request(.cameraPreset, ["action": "remove", "name": "Whiteboard"])["presets"] == [])
        #expect(try next.request(.cameraPreset, ["action": "list"])["presets"] == [])
        try await next.stop()
    }

    @Test("Damaged memory is set aside, and memory that cannot be written is told in a sentence")
    func damaged() async throws {
        let home = try TemporaryFolder()
        try writeText("{\"choices\": {\"audio.volu", to: "\(home.path)/room-state.json")
        let room = try await RoomProcess(name: "Room", home: home)
        #expect(try room.status("audio.volume") == 60)
        #expect(room.process.log.contains("What the room remembered is damaged"))
        #expect(access("\(home.path)/room-state.json.damaged", F_OK) == 0)
        // Nothing can be written in place of a folder.
        mkdir("\(home.path)/room-state.json", 0o700)
        try room.request(.audioVolume, ["level": 40])
        let trouble = try await eventually("the trouble is told") {
            try room.status("room.troubles")?.arrayValue?.compactMap(\.stringValue).first {
                $0.hasPrefix("What people choose in the room is not kept")
            }
        }
        #expect(trouble.contains("\(home.path)/room-state.json"))
        rmdir("\(home.path)/room-state.json")
        try room.request(.audioVolume, ["level": 45])
        try await eventually("it is kept again") {
            try room.status("room.troubles")?.arrayValue?.isEmpty == true ? true : nil
        }
        try await room.stop()
    }
}
