import ArgumentParser
import ControlClient
import ControlProtocol
import Glibc
import LinuxSystem

/// The room's directory.
struct DirectoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "directory", abstract: "Finds, adds, changes, imports and exports whom the room can call.",
        subcommands: [
            Search.self, Add.self, Edit.self, Remove.self, Import.self, Export.self,
        ], defaultSubcommand: Search.self)

    struct Search: TerminalCommand {
        static let configuration = CommandConfiguration(
            commandName: "search", abstract: Help.abstract(.directorySearch))

        @Argument(help: ArgumentHelp(Help.parameter(.directorySearch, "query")))
        var query: [String] = []

        @Flag(name: .long, help: "Favourites only.")
        var favourites = false

        @Option(name: .long, help: ArgumentHelp(Help.parameter(.directorySearch, "limit"), valueName: "number"))
        var limit: Int64 = 50

        @OptionGroup var options: TerminalOptions

        func run(_ session: inout Session) throws {
            try session.perform(
                .directorySearch,
                [
                    "query": .string(query.joined(separator: " ")), "favourites": .bool(favourites),
                    "limit": .integer(limit),
                ]
            ) { DirectoryCommand.table($0["entries"]?.arrayValue ?? []) }
        }
    }

    struct Add: TerminalCommand {
        static let configuration = CommandConfiguration(commandName: "add", abstract: Help.abstract(.directoryAdd))

        @Argument(help: ArgumentHelp(Help.parameter(.directoryAdd, "name")))
        var name: String

        @Argument(help: ArgumentHelp(Help.parameter(.directoryAdd, "address")))
        var address: String

        @Flag(name: .long, help: "Make it a favourite.")
        var favourite = false

        @Option(name: .long, help: ArgumentHelp(Help.parameter(.directoryAdd, "note")))
        var note: String?

        @OptionGroup var options: TerminalOptions

        func run(_ session: inout Session) throws {
            var parameters: [String: JSONValue] = [
                "name": .string(name), "address": .string(address), "favourite": .bool(favourite),
            ]
            parameters["note"] = note.map(JSONValue.string)
            try session.perform(.directoryAdd, parameters) { DirectoryCommand.sentence($0, "is in the directory now") }
        }
    }

    struct Edit: TerminalCommand {
        static let configuration = CommandConfiguration(commandName: "edit", abstract: Help.abstract(.directoryEdit))

        @Argument(help: "The entry's number, as search shows it.")
        var id: Int64

        @Option(name: .long, help: ArgumentHelp(Help.parameter(.directoryEdit, "name")))
        var name: String?

        @Option(name: .long, help: ArgumentHelp(Help.parameter(.directoryEdit, "address")))
        var address: String?

        @Flag(inversion: .prefixedNo, help: "Make it a favourite, or none any more.")
        var favourite: Bool?

        @Option(name: .long, help: ArgumentHelp(Help.parameter(.directoryEdit, "note")))
        var note: String?

        @OptionGroup var options: TerminalOptions

        func run(_ session: inout Session) throws {
            var parameters: [String: JSONValue] = ["id": .integer(id)]
            parameters["name"] = name.map(JSONValue.string)
            parameters["address"] = address.map(JSONValue.string)
            parameters["favourite"] = favourite.map(JSONValue.bool)
            parameters["note"] = note.map(JSONValue.string)
            try session.perform(.directoryEdit, parameters) { DirectoryCommand.sentence($0, "is changed") }
        }
    }

    struct Remove: TerminalCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: Help.abstract(.directoryRemove))

        @Argument(help: "The entry's number, as search shows it.")
        var id: Int64

        @OptionGroup var options: TerminalOptions

        func run(_ session: inout Session) throws {
            try session.perform(.directoryRemove, ["id": .integer(id)]) { _ in "Entry \(id) is gone." }
        }
    }

    static func table(_ entries: [JSONValue]) -> String {
        guard !entries.isEmpty else { return "Nobody." }
        let rows = entries.map { entry in
            [
                Printable.value(entry["id"] ?? .null), entry["favourite"]?.boolValue == true ? "*" : "",
                Printable.text(entry["name"]?.stringValue ?? ""), Printable.text(entry["address"]?.stringValue ?? ""),
                Printable.text(entry["note"]?.stringValue ?? ""),
            ]
        }
        return Table(heading: ["ID", "", "NAME", "ADDRESS", "NOTE"], rows: rows).text
    }

    private static func sentence(_ entry: JSONValue, _ what: String) -> String {
        let name = Printable.text(entry["name"]?.stringValue ?? "")
        return "\(name) (\(Printable.text(entry["address"]?.stringValue ?? ""))) \(what), as entry "
            + "\(Printable.value(entry["id"] ?? .null))."
    }
}
