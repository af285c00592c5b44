import ControlProtocol
import Testing

@Suite("Checking parameters against the table")
struct ControlParametersTests {
    private func sentence(_ method: ControlMethod, _ parameters: JSONValue?) -> String {
        do throws(ControlError) {
            _ = try ControlParameters(checking: parameters, for: method)
            return "accepted"
        } catch {
            return error.message
        }
    }

    @Test("By name, by position, with defaults, and null for left out")
    func accepted() throws {
        #expect(try ControlParameters(checking: nil, for: .statusGet).string("path") == "")
        #expect(try ControlParameters(checking: ["audio"], for: .statusGet).string("path") == "audio")
        #expect(try ControlParameters(checking: ["path": "audio"], for: .statusGet).string("path") == "audio")
        #expect(try ControlParameters(checking: ["call": nil], for: .callAnswer)["call"] == nil)
        #expect(try ControlParameters(checking: ["level": 40.0], for: .audioVolume).integer("level") == 40)
        #expect(try ControlParameters(checking: ["key": "volumeup"], for: .keyPress).string("key") == "VolumeUp")
        #expect(try ControlParameters(checking: ["key": 5], for: .keyPress).string("key") == "5")
        let null = try ControlParameters(checking: ["path": "name", "value": nil], for: .configSet)
        #expect(null["value"] == JSONValue.null)
    }

    @Test("What is wrong is said in one sentence that helps")
    func refused() {
        #expect(
            sentence(.callDial, nil)
                == "call.dial needs address, text of at most 512 bytes without line breaks and control characters.")
        #expect(sentence(.callDial, ["adress": "x"]) == "call.dial has no parameter \"adress\"; did you mean address?")
        #expect(
            sentence(.audioVolume, ["level": 140])
                == "audio.volume: level: expected an integer from 0 to 100 (percent), found 140.")
        #expect(sentence(.audioVolume, [:]) == "audio.volume needs either level or change.")
        #expect(sentence(.audioVolume, ["level": 1, "change": 1]) == "audio.volume needs either level or change.")
        #expect(sentence(.cameraSet, ["control": "zoom"]) == "camera.set needs either control with value or enabled.")
        #expect(sentence(.keyPress, ["key": "VolumUp"]).hasSuffix("found \"VolumUp\"; did you mean VolumeUp?"))
        #expect(sentence(.describe, [1, 2]) == "describe takes at most 1 parameters.")
        #expect(sentence(.statusGet, 5) == "params has to be an object or a list.")
        #expect(
            sentence(.callDial, ["address": "a\r\nb"]).contains(
                "expected text of at most 512 bytes without line breaks and control characters"))
        #expect(sentence(.callHangup, ["call": 0]).contains("expected an integer from 1"))
    }

    @Test("Of a list the entry that is wrong is named")
    func listEntry() {
        let foo = sentence(.eventsSubscribe, ["names": ["call.ringing", "foo"]])
        #expect(foo.hasSuffix("; \"foo\" is none."), "\(foo)")
        #expect(
            sentence(.eventsSubscribe, ["names": ["call.rining"]])
                .hasSuffix("; \"call.rining\" is none; did you mean call.ringing?"))
        let many = JSONValue.array([JSONValue](repeating: "call.ringing", count: 65))
        #expect(sentence(.eventsSubscribe, ["names": many]).hasSuffix(", found a list of 65."))
    }

    @Test("Requests become commands in types")
    func commands() throws {
        func command(_ method: ControlMethod, _ parameters: JSONValue?) throws -> ControlCommand? {
            try ControlCommand(
                method: method, parameters: ControlParameters(checking: parameters, for: method))
        }
        #expect(try command(.describe, nil) == nil)
        #expect(try command(.statusGet, nil) == nil)
        #expect(try command(.configGet, nil) == .configGet(path: ""))
        #expect(try command(.configSet, ["name", "x"]) == .configSet(path: "name", value: "x"))
        #expect(try command(.callDial, ["sip:a@b"]) == .dial(address: "sip:a@b"))
        #expect(try command(.callAnswer, nil) == .answer(call: nil))
        #expect(try command(.callHangup, ["call": 3]) == .hangup(call: 3))
        #expect(try command(.callHold, nil) == .hold(call: nil))
        #expect(try command(.callResume, [7]) == .resume(call: 7))
        #expect(try command(.callDTMF, ["1a#,"]) == .sendTones(digits: "1A#,", call: nil))
        #expect(try command(.audioMute, nil) == .mute(nil))
        #expect(try command(.audioMute, [true]) == .mute(true))
        #expect(try command(.audioVolume, ["level": 5]) == .volume(level: 5))
        #expect(try command(.audioVolume, ["change": -5]) == .changeVolume(by: -5))
        #expect(try command(.cameraSet, ["zoom", 9]) == .setCameraControl(name: "zoom", value: 9))
        #expect(try command(.cameraSet, ["enabled": false]) == .enableCamera(false))
        #expect(try command(.displayLayout, ["remote"]) == .layout(.remote))
        #expect(try command(.displayLayout, nil) == .layout(nil))
        #expect(try command(.screenCapture, ["/tmp/a.png"]) == .captureScreen(path: "/tmp/a.png"))
        #expect(try command(.screenCapture, ["inline": true]) == .captureScreenInline)
        #expect(try command(.keyPress, ["MuteMic"]) == .pressKey(.muteMic, isRepeat: false))
    }

    @Test("Tones that are none, a path that is no file and inline: false are refused")
    func refusedCommands() {
        for (method, parameters) in [
            (.callDTMF, ["digits": "12E"]), (.callDTMF, ["digits": ""]), (.screenCapture, ["path": "shot.png"]),
            (.screenCapture, ["path": "/tmp/"]), (.screenCapture, ["inline": false]),
        ] as [(ControlMethod, JSONValue)] {
            #expect(throws: ControlError.self, "\(method)") {
                try ControlCommand(
                    method: method, parameters: ControlParameters(checking: parameters, for: method))
            }
        }
    }
}
