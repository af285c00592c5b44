import ControlProtocol
import Testing

@Suite("The table of methods")
struct ControlMethodTests {
    @Test("The fixed names are all there")
    func names() {
        let fixed = [
            "describe", "status.get", "status.subscribe", "config.get", "config.set", "call.dial", "call.answer",
            "call.hangup", "call.dtmf", "audio.mute", "audio.volume", "camera.set", "display.layout", "screen.capture",
            "key.press",
        ]
        for name in fixed { #expect(ControlMethod(rawValue: name) != nil, "\(name)") }
    }

    @Test(
        "Every method says what it does in one sentence, and every name in it stands once",
        arguments: ControlMethod.allCases)
    func consistent(method: ControlMethod) {
        let description = method.description
        #expect(description.method == method)
        #expect(description.summary.hasSuffix(".") && description.summary.first?.isUppercase == true)
        let names = description.parameters.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(Set(description.result.map(\.name)).count == description.result.count)
        for group in description.alternatives { #expect(Set(group).isSubset(of: names)) }
        for field in description.parameters + description.result {
            #expect(field.summary.hasSuffix("."), "\(field.name)")
            if let value = field.defaultValue { #expect(field.type.normalized(value) == value) }
        }
        for error in description.errors { #expect(ControlErrorCode.table.contains { $0.code == error }) }
    }

    @Test("Reading takes the role observer, the room operator, settings admin")
    func roles() {
        #expect(ControlMethod.statusSubscribe.description.role == .observer)
        #expect(ControlMethod.callDial.description.role == .operator)
        #expect(ControlMethod.configSet.description.role == .admin)
        #expect(ControlMethod.screenCapture.description.parameter("path")?.role == .admin)
        #expect(ControlRole.observer < .operator && ControlRole.operator < .admin)
    }

    @Test("describe tells type, unit, range, default, roles and errors of everything")
    func interface() throws {
        let all = ControlMethod.interface()
        #expect(all["methods"]?.arrayValue?.count == ControlMethod.allCases.count)
        #expect(all["errors"]?.arrayValue?.count == ControlErrorCode.table.count)
        let volume = ControlMethod.interface(of: .audioVolume)["methods"]?[0]
        #expect(volume?["method"] == "audio.volume")
        #expect(volume?["exactly_one_of"] == [["level"], ["change"]])
        let level = volume?["parameters"]?[0]
        #expect(level?["type"] == "integer" && level?["minimum"] == 0 && level?["maximum"] == 100)
        #expect(level?["unit"] == "percent" && level?["required"] == false)
        let key = ControlMethod.interface(of: .keyPress)["methods"]?[0]?["parameters"]?[0]
        #expect(key?["allowed"]?.arrayValue?.contains("VolumeUp") == true)
        #expect(all.serializedBytes.count < LineFramer.requestLimit)
    }

    @Test("Error codes and their names stand once; ours are from 1000 up")
    func errorCodes() {
        let codes = ControlErrorCode.table.map(\.code.rawValue)
        #expect(Set(codes).count == codes.count)
        #expect(codes.allSatisfy { (-32_768 ... -32_000).contains($0) || (1000..<2000).contains($0) })
        #expect(Set(ControlErrorCode.table.map(\.name)).count == codes.count)
    }

    @Test("The keys that are tones", arguments: [(ControlKey.zero, "0"), (.nine, "9"), (.star, "*"), (.pound, "#")])
    func tones(key: ControlKey, tone: String) {
        #expect(key.tone.map(String.init) == tone)
        #expect(ControlKey.home.tone == nil && ControlKey.f1.tone == nil)
    }

    @Test("Pressing Layout often shows every layout and comes back")
    func layouts() {
        var layout = DisplayLayout.pictureInPicture
        var seen: Set<DisplayLayout> = []
        for _ in DisplayLayout.allCases {
            seen.insert(layout)
            layout = layout.next
        }
        #expect(seen.count == DisplayLayout.allCases.count)
        #expect(layout == .pictureInPicture)
    }
}
