import ControlProtocol
import FuzzSupport
import RoomState
import Testing

@Suite("What people choose in a room")
struct RoomChoicesTests {
    @Test("A choice holds over its setting, and what the setting says itself is none")
    func note() {
        var choices = RoomChoices()
        choices.note(35, for: .volume, over: 60)
        choices.note("top_left", for: .selfViewCorner, over: "bottom_right")
        choices.note(false, for: .muted, over: false)
        #expect(choices[.volume] == 35)
        #expect(choices[.muted] == nil)
        choices.note(60, for: .volume, over: 60)
        #expect(choices[.volume] == nil)
        #expect(choices[.selfViewCorner] == "top_left")
    }

    @Test("They come back from what was written, and only those whose setting is what it was")
    func reconcile() {
        var choices = RoomChoices()
        choices.note(35, for: .volume, over: 60)
        choices.note("de", for: .language, over: "en")
        var read = RoomChoices(choices.json)
        #expect(read == choices)
        read.reconcile(with: [.volume: 60, .language: "fr"])
        #expect(read[.volume] == 35)
        #expect(read[.language] == nil)
    }

    @Test("What does not fit is left out, and the rest holds")
    func misfits() {
        let read = RoomChoices([
            "audio.volume": ["value": 400, "over": 60], "display.layout": ["value": "sideways", "over": "grid"],
            "audio.muted": ["value": true, "over": false], "camera.enabled": ["value": false],
            "display.theme": 7, "no.such.thing": ["value": 1, "over": 2],
        ])
        #expect(read[.muted] == true)
        for name in RoomChoices.Name.allCases where name != .muted { #expect(read[name] == nil) }
    }

    @Test("No text makes it stop, and what was read once reads the same again")
    func fuzz() {
        var choices = RoomChoices()
        choices.note(35, for: .volume, over: 60)
        choices.note("remote", for: .layout, over: "picture_in_picture")
        choices.note(true, for: .doNotDisturb, over: false)
        var fuzzer = MutationFuzzer(corpus: [Array(choices.json.serialized.utf8)], interesting: [Array("null".utf8)])
        fuzzer.run(count: 5000) { bytes in
            guard let value = try? JSONValue(parsing: Array(bytes)) else { return }
            let read = RoomChoices(value)
            #expect(RoomChoices(read.json) == read)
        }
    }
}
