package import ControlProtocol

/// What people chose in the room, over what its settings say: kept over a restart, and given up once the setting that
/// it stood over is changed. Pure.
package struct RoomChoices: Sendable, Equatable {
    /// What can be chosen, named as in status or in the settings.
    package enum Name: String, Sendable, CaseIterable {
        case volume = "audio.volume"
        case muted = "audio.muted"
        case cameraEnabled = "camera.enabled"
        case layout = "display.layout"
        case selfViewCorner = "display.selfview.corner"
        case language = "display.language"
        case theme = "display.theme"
        case standby = "room.standby"
        case doNotDisturb = "room.do_not_disturb"

        /// Whether a value that was read from a file can be one.
        func takes(_ value: JSONValue) -> Bool {
            switch self {
            case .volume: value.integerValue.map { (0...100).contains($0) } ?? false
            case .muted, .cameraEnabled, .standby, .doNotDisturb: value.boolValue != nil
            case .layout: value.stringValue.flatMap(DisplayLayout.init(rawValue:)) != nil
            case .selfViewCorner: value.stringValue.flatMap(SelfViewCorner.init(rawValue:)) != nil
            case .language, .theme: value.stringValue.map { !$0.isEmpty && $0.utf8.count <= 16 } ?? false
            }
        }
    }

    private struct Choice: Sendable, Equatable {
        var value: JSONValue
        /// What the settings said when it was made.
        var over: JSONValue
    }

    private var choices: [Name: Choice] = [:]

    package init() {}

    /// Reads what `json` wrote. What does not fit is left out; the rest holds.
    package init(_ json: JSONValue?) {
        for (key, entry) in json?.objectValue ?? [:] {
            guard let name = Name(rawValue: key), let value = entry["value"], name.takes(value),
                let over = entry["over"]
            else { continue }
            choices[name] = Choice(value: value, over: over)
        }
    }

    package var json: JSONValue {
        var members: [String: JSONValue] = [:]
        for (name, choice) in choices { members[name.rawValue] = ["value": choice.value, "over": choice.over] }
        return .object(members)
    }

    /// What was chosen; nil where nobody chose anything.
    package subscript(name: Name) -> JSONValue? { choices[name]?.value }

    /// Notes what holds now. What the settings say themselves is no choice.
    package mutating func note(_ value: JSONValue, for name: Name, over setting: JSONValue) {
        choices[name] = value == setting ? nil : Choice(value: value, over: setting)
    }

    package mutating func forget(_ name: Name) { choices[name] = nil }

    /// Gives up the choices over settings that have changed meanwhile: who changed them knew better.
    package mutating func reconcile(with settings: [Name: JSONValue]) {
        choices = choices.filter { settings[$0.key] == $0.value.over }
    }
}
