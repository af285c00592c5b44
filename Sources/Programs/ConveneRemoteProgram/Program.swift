import ArgumentParser
import ControlProtocol
import Glibc
import LinuxSystem

/// Where the program begins: the termination signals are taken before any thread exists.
package enum Program {
    /// - Parameter arguments: without the program's name.
    package static func main(_ arguments: [String]) {
        do {
            TerminationSignals.descriptor.set(try SignalFD([SIGTERM, SIGINT]))
        } catch {
            Journal.complain("\(error)")
            exit(71)
        }
        ConveneRemote.main(arguments)
    }
}

/// Brings what people hold in their hands to the room.
struct ConveneRemote: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convene-remote",
        abstract: "Brings remotes, keyboards and the TV to a Convene room.",
        discussion: """
            It reads the infrared receivers, remotes and keyboards that the board file names (remote:), speaks to the \
            TV over HDMI-CEC (cec:), and presses the room's keys through its control socket. Devices may come and go, \
            and so may the room; what is pressed while the room is away is lost.

            Exit codes: 0 ended as asked, 64 wrong command line, 69 no receiver to learn from, 74 a file could not be \
            written, 75 nobody pressed a key for too long, 78 broken board file or keymap.
            """,
        version: ConveneVersion.current, subcommands: [RunCommand.self, LearnCommand.self],
        defaultSubcommand: RunCommand.self)
}
