import ArgumentParser
import ControlProtocol

struct DoNotDisturbCommand: TerminalCommand {
    static let configuration = CommandConfiguration(
        commandName: "dnd", abstract: Help.abstract(.roomDoNotDisturb),
        discussion: "dnd on lets nobody through, dnd off everybody; dnd alone takes the other of the two.")

    @Argument(help: "on or off.", completion: .list(["on", "off"]))
    var state: String?

    @OptionGroup var options: TerminalOptions

    func validate() throws {
        guard [nil, "on", "off"].contains(state) else { throw ValidationError("dnd takes on or off.") }
    }

    func run(_ session: inout Session) throws {
        try session.perform(.roomDoNotDisturb, state.map { ["enabled": .bool($0 == "on")] } ?? [:]) {
            $0["enabled"]?.boolValue == true ? "Nobody is let through." : "Calls come through."
        }
    }
}
