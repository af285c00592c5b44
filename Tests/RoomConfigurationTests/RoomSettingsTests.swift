import ControlProtocol
import Testing

@testable import RoomConfiguration

@Suite("room.yaml as the room understands it")
struct RoomSettingsTests {
    @Test("An empty file gives a room that works")
    func emptyFile() throws {
        let settings = try RoomSettingsStore.inMemory("").settings
        #expect(settings == RoomSettings.default)
        #expect(settings.name == "Meeting room")
        #expect(settings.sip.listenAddress == "0.0.0.0")
        #expect(settings.sip.port == 5060)
        #expect(settings.sip.usesUDP && settings.sip.usesTCP)
        #expect(settings.sip.displayName == "Meeting room")
        #expect(settings.call.size == PictureSize(width: 1280, height: 720))
        #expect(settings.call.maximumBitrate == 1_500_000)
        #expect(settings.call.mediaPorts == 16384...16639)
        #expect(settings.control.socketPath == "/run/convene/control.sock")
        #expect(settings.control.adminGroup == nil)
    }

    @Test("Every setting of a full file arrives in its place")
    func fullFile() throws {
        let settings = try RoomSettingsStore.inMemory(
            """
            name: Lisboa
            sip: {listen: "::1", port: 5062, transports: [tcp], display_name: "Sala 3", user: sala.3}
            call:
              auto_answer: yes
              max_bitrate: 2500000
              size: 1920X1080
              rate: 25
              max_calls: 1
              media_port: 40000
              media_ports: 16
            audio: {volume: 0, mute_on_answer: on}
            display: {layout: Side_By_Side, language: de, theme: light}
            control: {socket: /tmp/a.sock, group: convene, admin_group: adm, operator_group: users}
            """
        ).settings
        #expect(settings.name == "Lisboa")
        #expect(settings.sip.listenAddress == "::1")
        #expect(settings.sip.usesTCP && !settings.sip.usesUDP)
        #expect(settings.sip.displayName == "Sala 3")
        #expect(settings.sip.user == "sala.3")
        #expect(settings.call.answersAutomatically)
        #expect(settings.call.size == PictureSize(width: 1920, height: 1080))
        #expect(settings.call.mediaPorts == 40000...40015)
        #expect(settings.audio == RoomSettings.Audio(volume: 0, mutesOnAnswer: true))
        #expect(settings.display.layout == .sideBySide)
        #expect(settings.control.operatorGroup == "users")
    }

    @Test("A room may be called no, 42 or null without becoming a truth value")
    func plainWordsStayText() throws {
        #expect(try RoomSettingsStore.inMemory("name: no").settings.name == "no")
        #expect(try RoomSettingsStore.inMemory("name: 42").settings.name == "42")
        #expect(try RoomSettingsStore.inMemory("name: 'null'").settings.name == "null")
    }

    @Test("A setting with nothing behind it holds its default")
    func emptyValue() throws {
        let settings = try RoomSettingsStore.inMemory("audio:\n  volume:\nname: ~\n").settings
        #expect(settings.audio.volume == 60)
        #expect(settings.name == "Meeting room")
    }

    @Test("The default of every setting passes its own check")
    func defaultsAreValid() {
        for (path, field) in RoomSchema.root.settings() {
            guard case .value(let type) = field.schema, let value = field.defaultValue else {
                Issue.record("\(path) has no default")
                continue
            }
            #expect(type.normalized(value) == value, "\(path)")
            #expect(field.check?(value) == nil, "\(path)")
        }
    }
}
