import ArgumentParser
import ControlClient
import ControlProtocol

struct StatusCommand: TerminalCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: Help.abstract(.statusGet),
        discussion: """
            With --watch it goes on and prints what changes, a line a change, until it is ended; with --json as well, \
            each notification of the terminal as one line.
            """)

    @Argument(help: ArgumentHelp(Help.parameter(.statusGet, "path")))
    var path = ""

    @Flag(name: .shortAndLong, help: "Go on and print what changes.")
    var watch = false

    @OptionGroup var options: TerminalOptions

    func run(_ session: inout Session) throws {
        guard watch else {
            let answer = try session.request(.statusGet, ["path": .string(path)])
            let value = answer["value"] ?? .null
            try Output.printLine(session.printsJSON ? value.serialized : text(of: value))
            return
        }
        guard let wanted = StatusPath(parsing: path) else {
            throw ValidationError("\(path) is no path: names joined by single points.")
        }
        var view = try session.client.subscribe(wanted)
        try Output.printLine(session.printsJSON ? view.value.serialized : text(of: view.value))
        while let notification = try session.client.nextChange() {
            guard view.apply(notification) else { throw ControlClientError.protocolViolation("a change was missed") }
            for line in Self.lines(notification, asJSON: session.printsJSON) { try Output.printLine(line) }
        }
    }

    /// A single value stands alone, a tree with the whole path of each leaf.
    private func text(of value: JSONValue) -> String {
        Printable.tree(value, path: StatusPath(parsing: path) ?? .root)
    }

    /// What a notification prints.
    static func lines(_ notification: StatusNotification, asJSON: Bool) -> [String] {
        if asJSON {
            let line: JSONValue = [
                "sequence": .integer(notification.sequence), "changes": .array(notification.changes.map(\.json)),
            ]
            return [line.serialized]
        }
        return notification.changes.flatMap { change -> [String] in
            guard let value = change.value else { return ["\(Printable.text(change.path.description))  gone"] }
            return Printable.leaves(value, path: change.path).map { "\($0.path)  \($0.value)" }
        }
    }
}
