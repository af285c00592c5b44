import ArgumentParser
import ControlClient
import ControlProtocol

/// The calls that are over.
struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Lists the calls that are over, and calls back.",
        subcommands: [List.self, Back.self, Seen.self, Clear.self], defaultSubcommand: List.self)

    struct List: TerminalCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: Help.abstract(.historyList))

        @Flag(name: .long, help: "Missed calls only.")
        var missed = false

        @Option(name: .long, help: ArgumentHelp(Help.parameter(.historyList, "limit"), valueName: "number"))
        var limit: Int64 = 50

        @OptionGroup var options: TerminalOptions

        func run(_ session: inout Session) throws {
            try session.perform(.historyList, ["limit": .integer(limit), "missed": .bool(missed)]) {
                HistoryCommand.table($0["entries"]?.arrayValue ?? [])
            }
        }
    }

    struct Back: TerminalCommand {
        static let configuration = CommandConfiguration(
            commandName: "back", abstract: "Calls the other side of a call back.",
            discussion: "Without a number: the last call that was missed.")

        @Argument(help: "The call's number in the history.")
        var id: Int64?

        @OptionGroup var options: TerminalOptions

        func run(_ session: inout Session) throws {
            let answer = try session.request(.historyList, ["limit": 10_000, "missed": .bool(id == nil)])
            let calls = answer["entries"]?.arrayValue ?? []
            let wanted = id.map { id in calls.first { $0["id"]?.integerValue == id } } ?? calls.first
            guard let address = wanted?["address"] else {
                throw ControlClientError.refused(
                    ControlError(
                        .notFound, id.map { "There is no call \($0) in the history." } ?? "No call was missed."))
            }
            try session.perform(.callDial, ["address": address]) {
                "Calling \(Printable.value(address)), call \(Printable.value($0["call"] ?? .null))."
            }
        }
    }

    struct Seen: TerminalCommand {
        static let configuration = CommandConfiguration(commandName: "seen", abstract: Help.abstract(.historySeen))

        @OptionGroup var options: TerminalOptions

        func run(_ session: inout Session) throws {
            try session.perform(.historySeen) { _ in "No missed call is new." }
        }
    }

    struct Clear: TerminalCommand {
        static let configuration = CommandConfiguration(commandName: "clear", abstract: Help.abstract(.historyClear))

        @OptionGroup var options: TerminalOptions

        func run(_ session: inout Session) throws {
            try session.perform(.historyClear) { _ in "The history is empty." }
        }
    }

    static func table(_ calls: [JSONValue]) -> String {
        guard !calls.isEmpty else { return "No calls." }
        let rows = calls.map { call in
            let seconds = call["seconds"]?.integerValue ?? 0
            let name = call["name"]?.stringValue ?? ""
            let remainder = seconds % 60
            return [
                Printable.value(call["id"] ?? .null), Printable.value(call["started"] ?? .null),
                call["direction"]?.stringValue == "incoming" ? "from" : "to",
                Printable.text(name.isEmpty ? "-" : name), Printable.text(call["address"]?.stringValue ?? ""),
                call["outcome"]?.stringValue ?? "",
                seconds > 0 ? "\(seconds / 60):\(remainder < 10 ? "0" : "")\(remainder)" : "",
                call["seen"]?.boolValue == false ? "new" : "",
            ]
        }
        return Table(heading: ["ID", "STARTED", "", "NAME", "ADDRESS", "OUTCOME", "TIME", ""], rows: rows).text
    }
}
