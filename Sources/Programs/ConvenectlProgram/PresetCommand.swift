import ArgumentParser
import ControlProtocol

/// `convenectl preset`.
struct PresetCommand: TerminalCommand {
    static let configuration = CommandConfiguration(
        commandName: "preset", abstract: Help.abstract(.cameraPreset),
        discussion: "preset lists them, preset save Whiteboard keeps one, preset recall Whiteboard goes there.")

    @Argument(
        help: ArgumentHelp(Help.parameter(.cameraPreset, "action")),
        completion: .list(CameraPresetAction.allCases.map(\.rawValue)))
    var action = "list"

    @Argument(help: ArgumentHelp(Help.parameter(.cameraPreset, "name")))
    var name: String?

    @OptionGroup var options: TerminalOptions

    func validate() throws {
        guard let action = CameraPresetAction(rawValue: action) else {
            throw ValidationError("preset takes save, recall, remove or list.")
        }
        guard (action == .list) == (name == nil) else {
            throw ValidationError(
                action == .list ? "preset list takes no name." : "Say which position to \(action.rawValue).")
        }
    }

    func run(_ session: inout Session) throws {
        var parameters: [String: JSONValue] = ["action": .string(action)]
        parameters["name"] = name.map { .string($0) }
        try session.perform(.cameraPreset, parameters) { answer in
            let names = answer["presets"]?.arrayValue ?? []
            return names.isEmpty ? "No position is kept." : names.map(Printable.value).joined(separator: "\n")
        }
    }
}

/// `convenectl safe-mode`.
struct SafeModeCommand: TerminalCommand {
    static let configuration = CommandConfiguration(
        commandName: "safe-mode", abstract: Help.abstract(.roomSafeMode),
        discussion: "Without on or off it says how things stand.")

    @Argument(help: "on or off.", completion: .list(["on", "off"]))
    var wanted: String?

    @OptionGroup var options: TerminalOptions

    func validate() throws {
        guard wanted == nil || wanted == "on" || wanted == "off" else {
            throw ValidationError("safe-mode takes on or off.")
        }
    }

    func run(_ session: inout Session) throws {
        guard let wanted else {
            try session.perform(.statusGet, ["path": "room.safe_mode"]) { Printable.tree($0["value"] ?? .null) }
            return
        }
        try session.perform(.roomSafeMode, ["enabled": .bool(wanted == "on")]) {
            $0["enabled"]?.boolValue == true ? "The room is in safe mode." : "The room is not in safe mode."
        }
    }
}
