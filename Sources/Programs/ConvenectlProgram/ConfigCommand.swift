import ArgumentParser
import ControlClient
import ControlProtocol

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Shows and changes the room's settings.",
        discussion: """
            get, set and unset change one setting of the room while it runs. apply and rollback change all of them as a \
            numbered revision; what set changes becomes a revision as well.
            """,
        subcommands: [
            Get.self, Set.self, Unset.self, Apply.self, Diff.self, Check.self, History.self, Export.self,
            Rollback.self, Confirm.self, State.self, Put.self, Forget.self, Render.self, AwaitConfirmation.self,
            USB.self,
            Serve.self,
        ])

    struct Get: TerminalCommand {
        static let configuration = CommandConfiguration(commandName: "get", abstract: Help.abstract(.configGet))

        @Argument(help: ArgumentHelp(Help.parameter(.configGet, "path")))
        var path = ""

        @OptionGroup var options: TerminalOptions

        func run(_ session: inout Session) throws {
            let answer = try session.request(.configGet, ["path": .string(path)])
            let value = answer["value"] ?? .null
            if session.printsJSON {
                try Output.printLine(value.serialized)
            } else if let settings = answer["settings"]?.arrayValue, value.objectValue != nil {
                try Output.printLine(ConfigCommand.table(value, at: path, settings: settings))
            } else {
                try Output.printLine(Printable.value(value))
            }
        }
    }

    struct Set: TerminalCommand {
        static let configuration = CommandConfiguration(
            commandName: "set", abstract: Help.abstract(.configSet),
            discussion: "A list is written as JSON: config set sip.transports '[\"tcp\"]'.")

        @Argument(help: ArgumentHelp(Help.parameter(.configSet, "path")))
        var path: String

        @Argument(help: "The new value.")
        var value: String

        @OptionGroup var options: TerminalOptions

        func run(_ session: inout Session) throws {
            // The setting's type tells whether 42 is a number or the name of a room.
            let answer = try session.request(.configGet, ["path": .string(path)])
            let type = answer["settings"]?[0]?["type"]?.stringValue
            let parameters: [String: JSONValue] = [
                "path": .string(path), "value": ConfigCommand.value(value, type: type),
            ]
            try session.perform(.configSet, parameters, text: ConfigCommand.changed)
        }
    }

    struct Unset: TerminalCommand {
        static let configuration = CommandConfiguration(
            commandName: "unset", abstract: "Takes one setting back to what holds by default.")

        @Argument(help: ArgumentHelp(Help.parameter(.configSet, "path")))
        var path: String

        @OptionGroup var options: TerminalOptions

        func run(_ session: inout Session) throws {
            try session.perform(.configSet, ["path": .string(path), "value": .null], text: ConfigCommand.changed)
        }
    }

    /// A word of the command line as the type wants it; what does not fit goes as text, and the terminal says what it
    /// expected.
    static func value(_ word: String, type: String?) -> JSONValue {
        switch type {
        case "string", "size": return .string(word)
        case "boolean":
            switch word.lowercased() {
            case "true", "yes", "on": return true
            case "false", "no", "off": return false
            default: return .string(word)
            }
        default: return (try? JSONValue(parsing: word)) ?? .string(word)
        }
    }

    static func table(_ value: JSONValue, at path: String, settings: [JSONValue]) -> String {
        var tree = StatusTree()
        if let path = StatusPath(parsing: path) { tree.set(value, at: path) }
        let rows = settings.map { setting in
            let name = setting["name"]?.stringValue ?? ""
            return [
                name, Printable.value(tree[name] ?? .null), Printable.value(setting["default"] ?? .null),
                setting["effect"]?.stringValue ?? "", setting["summary"]?.stringValue ?? "",
            ]
        }
        return Table(heading: ["SETTING", "VALUE", "DEFAULT", "COUNTS FROM", "WHAT IT IS"], rows: rows).text
    }

    static func changed(_ answer: JSONValue) -> String {
        let start =
            switch answer["effect"]?.stringValue {
            case "now": "."
            case "restart": " from the next start of the terminal on."
            default: " from the next call on."
            }
        return "\(Printable.value(answer["path"] ?? .null)) is \(Printable.value(answer["value"] ?? .null))\(start)"
    }
}
