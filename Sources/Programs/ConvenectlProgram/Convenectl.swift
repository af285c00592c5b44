import ArgumentParser
import ControlProtocol

/// Where the program begins.
package enum Program {
    /// - Parameter arguments: without the program's name.
    package static func main(_ arguments: [String]) {
        Convenectl.main(arguments)
    }
}

/// Drives a room from a shell or a script, over the control socket.
struct Convenectl: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convenectl",
        abstract: "Drives a Convene room: its calls, sound, camera, screen and settings.",
        discussion: """
            Talks to convened on this machine over its control socket. Tables are for people; --json gives every \
            answer as JSON on one line, for programs.

            Try:
              convenectl status                      what the room does
              convenectl call sip:room@192.0.2.7     call another room and wait until it answers
              convenectl status calls --watch        see the call's figures change
              convenectl screen shot.png             keep a picture of the screen
              convenectl describe                    every method of the control socket

            Exit codes: \(ExitStatus.summary)

            Shell completion: convenectl --generate-completion-script bash|zsh|fish
            """,
        version: ConveneVersion.current,
        subcommands: [
            StatusCommand.self, CallCommand.self, AnswerCommand.self, HangupCommand.self, HoldCommand.self,
            ResumeCommand.self, DTMFCommand.self, MuteCommand.self, UnmuteCommand.self, VolumeCommand.self,
            CameraCommand.self, PresetCommand.self, LayoutCommand.self, ScreenCommand.self, KeyCommand.self,
            KeysCommand.self,
            RemoteCommand.self,
            ConfigCommand.self, ProvisionCommand.self, MetricsCommand.self, UpdateCommand.self,
            RestartCommand.self, FactoryResetCommand.self, MaintenanceCommand.self,
            DoNotDisturbCommand.self, SafeModeCommand.self, DirectoryCommand.self, HistoryCommand.self,
            EventsCommand.self,
            DescribeCommand.self, RawCommand.self, BridgeCommand.self, LogsCommand.self, DiagnosticsCommand.self,
        ])

    // Here as well, so that --socket may stand before the command.
    @OptionGroup var options: TerminalOptions
}
