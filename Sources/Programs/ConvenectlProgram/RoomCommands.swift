import ArgumentParser
import ControlClient
import ControlProtocol

struct MuteCommand: TerminalCommand {
    static let configuration = CommandConfiguration(commandName: "mute", abstract: "Mutes the microphone.")

    @Flag(name: .long, help: "Open the microphone when it is muted.")
    var toggle = false

    @OptionGroup var options: TerminalOptions

    func run(_ session: inout Session) throws {
        try session.perform(.audioMute, toggle ? [:] : ["muted": true], text: Self.text)
    }

    static func text(_ answer: JSONValue) -> String {
        answer["muted"]?.boolValue == true ? "The microphone is muted." : "The microphone is open."
    }
}

struct UnmuteCommand: TerminalCommand {
    static let configuration = CommandConfiguration(commandName: "unmute", abstract: "Opens the microphone.")

    @OptionGroup var options: TerminalOptions

    func run(_ session: inout Session) throws {
        try session.perform(.audioMute, ["muted": false], text: MuteCommand.text)
    }
}

struct VolumeCommand: TerminalCommand {
    /// What the word on the command line asks for.
    enum Change: Equatable {
        case show
        case level(Int64)
        case change(Int64)

        init?(_ word: String?) {
            switch word {
            case nil: self = .show
            case "up": self = .change(5)
            case "down": self = .change(-5)
            case let word?:
                guard let number = Int64(word) else { return nil }
                self = word.first == "+" || word.first == "-" ? .change(number) : .level(number)
            }
        }
    }

    static let configuration = CommandConfiguration(
        commandName: "volume", abstract: Help.abstract(.audioVolume),
        discussion: "Without a word it shows the volume. A change downwards needs two dashes: volume -- -10.")

    @Argument(
        help: ArgumentHelp("0 to 100 (percent), or +10, -10, up, down.", valueName: "level"),
        completion: .list(["up", "down"]))
    var level: String?

    @OptionGroup var options: TerminalOptions

    func validate() throws {
        guard Change(level) != nil else { throw ValidationError("volume takes 0 to 100, +10, -10, up or down.") }
    }

    func run(_ session: inout Session) throws {
        switch Change(level) {
        case .level(let level): try session.perform(.audioVolume, ["level": .integer(level)], text: Self.text)
        case .change(let change): try session.perform(.audioVolume, ["change": .integer(change)], text: Self.text)
        default:
            try session.perform(.statusGet, ["path": "audio.volume"]) { Printable.value($0["value"] ?? .null) }
        }
    }

    private static func text(_ answer: JSONValue) -> String {
        "The volume is \(Printable.value(answer["level"] ?? .null)) percent."
    }
}

struct CameraCommand: TerminalCommand {
    static let configuration = CommandConfiguration(
        commandName: "camera", abstract: Help.abstract(.cameraSet),
        discussion:
            "camera lists the controls, camera zoom 200 sets one, camera off sends a slate, camera on the picture.")

    @Argument(help: "on, off, or a control such as zoom; left out: all controls.", completion: .list(["on", "off"]))
    var control: String?

    @Argument(help: ArgumentHelp(Help.parameter(.cameraSet, "value")))
    var value: Int64?

    @OptionGroup var options: TerminalOptions

    func validate() throws {
        switch control {
        case nil: break
        case "on", "off":
            guard value == nil else { throw ValidationError("camera on and camera off take no value.") }
        default:
            guard value != nil else { throw ValidationError("A control needs a value: camera \(control ?? "") 100.") }
        }
    }

    func run(_ session: inout Session) throws {
        guard let control else {
            try session.perform(.statusGet, ["path": "camera"]) { Self.table($0["value"] ?? .null) }
            return
        }
        guard let value else {
            try session.perform(.cameraSet, ["enabled": .bool(control == "on")]) {
                $0["enabled"]?.boolValue == true ? "The camera's picture is sent." : "A slate is sent."
            }
            return
        }
        try session.perform(.cameraSet, ["control": .string(control), "value": .integer(value)]) {
            "\(Printable.value($0["control"] ?? .null)) is \(Printable.value($0["value"] ?? .null))."
        }
    }

    /// The camera's status, and its controls as a table.
    static func table(_ camera: JSONValue) -> String {
        var rest = camera
        let controls = camera["controls"]?.objectValue ?? [:]
        rest["controls"] = nil
        var text = Printable.tree(rest)
        guard !controls.isEmpty else { return text }
        let rows = controls.keys.sorted().map { name in
            [Printable.text(name)]
                + ["value", "minimum", "maximum", "default"].map { Printable.value(controls[name]?[$0] ?? .null) }
        }
        text += "\n\n"
        text += Table(heading: ["CONTROL", "VALUE", "MINIMUM", "MAXIMUM", "DEFAULT"], rows: rows).text
        return text
    }
}

struct LayoutCommand: TerminalCommand {
    static let configuration = CommandConfiguration(
        commandName: "layout", abstract: Help.abstract(.displayLayout),
        discussion: "Layouts: \(DisplayLayout.allCases.map(\.rawValue).joined(separator: ", ")). Without one, the next."
    )

    @Argument(
        help: ArgumentHelp(Help.parameter(.displayLayout, "layout")),
        completion: .list(DisplayLayout.allCases.map(\.rawValue)))
    var layout: String?

    @OptionGroup var options: TerminalOptions

    func run(_ session: inout Session) throws {
        try session.perform(.displayLayout, layout.map { ["layout": .string($0)] } ?? [:]) {
            "The layout is \(Printable.value($0["layout"] ?? .null))."
        }
    }
}

struct KeyCommand: TerminalCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: Help.abstract(.keyPress),
        discussion: "Keys: \(ControlKey.allCases.map(\.rawValue).joined(separator: " ")). Several are pressed in order."
    )

    @Argument(
        help: ArgumentHelp(Help.parameter(.keyPress, "key")), completion: .list(ControlKey.allCases.map(\.rawValue)))
    var keys: [String]

    @OptionGroup var options: TerminalOptions

    func run(_ session: inout Session) throws {
        for key in keys {
            try session.perform(.keyPress, ["key": .string(key)]) { "Pressed \(Printable.value($0["key"] ?? .null))." }
        }
    }
}
