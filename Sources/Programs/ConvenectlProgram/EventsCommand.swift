import ArgumentParser
import ControlClient
import ControlProtocol

struct EventsCommand: TerminalCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Prints what happens in the room, a line an event, until it is ended.",
        discussion: """
            Names: \(ControlEventName.allCases.map(\.rawValue).joined(separator: " ")). A group such as call stands \
            for all events that begin with it.
            """)

    @Argument(help: ArgumentHelp(Help.parameter(.eventsSubscribe, "names")))
    var names: [String] = []

    @OptionGroup var options: TerminalOptions

    func run(_ session: inout Session) throws {
        let answer = try session.request(.eventsSubscribe, ["names": .array(names.map(JSONValue.string))])
        let subscription = answer["subscription"]
        while let message = try session.client.nextMessage(until: nil) {
            guard message["method"]?.stringValue == ControlMethod.eventNotification, let event = message["params"],
                event["subscription"] == subscription
            else { continue }
            try Output.printLine(session.printsJSON ? event.serialized : Self.line(event))
        }
    }

    static func line(_ event: JSONValue) -> String {
        let data = event["data"]?.objectValue ?? [:]
        let members = data.keys.sorted().map { "\($0)=\(Printable.value(data[$0] ?? .null))" }
        return ([event["time"]?.stringValue ?? "", event["event"]?.stringValue ?? ""] + members)
            .joined(separator: "  ")
    }
}
