import ArgumentParser
import ControlClient
import ControlProtocol
import LinuxSystem

struct CallCommand: TerminalCommand {
    static let configuration = CommandConfiguration(
        commandName: "call", abstract: Help.abstract(.callDial),
        discussion: """
            Says how the call comes along and ends when it stands (exit code 0) or has failed (exit code 1, with the \
            reason). The call does not depend on this program: hangup ends it.
            """)

    @Argument(help: ArgumentHelp(Help.parameter(.callDial, "address")))
    var address: String

    @Flag(name: .long, help: "Do not wait until the other side answers.")
    var noWait = false

    @OptionGroup var options: TerminalOptions

    func run(_ session: inout Session) throws {
        if noWait {
            try session.perform(.callDial, ["address": .string(address)]) {
                "Call \(Printable.value($0["call"] ?? .null))."
            }
            return
        }
        // First the subscription, then the call, so that nothing of it is missed.
        var view = try session.client.subscribe(StatusPath(["calls"]))
        let answer = try session.request(.callDial, ["address": .string(address)])
        guard let call = answer["call"]?.integerValue else {
            throw ControlClientError.protocolViolation("a call without a number")
        }
        var progress = CallProgress(call: call)
        while true {
            let (line, outcome) = progress.update(view.tree)
            if let line, !session.printsJSON { try Output.printLine(line) }
            switch outcome {
            case .established:
                if session.printsJSON { try Output.printLine(Self.json(view, call: call)) }
                return
            case .failed(let reason):
                if session.printsJSON { try Output.printLine(Self.json(view, call: call)) }
                Output.complain(reason)
                throw ExitStatus.refused
            case nil: break
            }
            guard let notification = try session.client.nextChange() else { continue }
            guard view.apply(notification) else { throw ControlClientError.protocolViolation("a change was missed") }
        }
    }

    private static func json(_ view: StatusView, call: Int64) -> String {
        var json = view.tree.value(at: StatusPath(["calls", String(call)])) ?? .emptyObject
        json["call"] = .integer(call)
        return json.serialized
    }
}

struct AnswerCommand: TerminalCommand {
    static let configuration = CommandConfiguration(commandName: "answer", abstract: Help.abstract(.callAnswer))

    @OptionGroup var call: CallOption
    @OptionGroup var options: TerminalOptions

    func run(_ session: inout Session) throws {
        try session.perform(.callAnswer, call.parameters) {
            "Call \(Printable.value($0["call"] ?? .null)) is answered."
        }
    }
}

struct HangupCommand: TerminalCommand {
    static let configuration = CommandConfiguration(commandName: "hangup", abstract: Help.abstract(.callHangup))

    @OptionGroup var call: CallOption
    @OptionGroup var options: TerminalOptions

    func run(_ session: inout Session) throws {
        try session.perform(.callHangup, call.parameters) { "Call \(Printable.value($0["call"] ?? .null)) is ended." }
    }
}

struct HoldCommand: TerminalCommand {
    static let configuration = CommandConfiguration(commandName: "hold", abstract: Help.abstract(.callHold))

    @OptionGroup var call: CallOption
    @OptionGroup var options: TerminalOptions

    func run(_ session: inout Session) throws {
        try session.perform(.callHold, call.parameters) { "Call \(Printable.value($0["call"] ?? .null)) is on hold." }
    }
}

struct ResumeCommand: TerminalCommand {
    static let configuration = CommandConfiguration(commandName: "resume", abstract: Help.abstract(.callResume))

    @OptionGroup var call: CallOption
    @OptionGroup var options: TerminalOptions

    func run(_ session: inout Session) throws {
        try session.perform(.callResume, call.parameters) { "Call \(Printable.value($0["call"] ?? .null)) goes on." }
    }
}

struct DTMFCommand: TerminalCommand {
    static let configuration = CommandConfiguration(commandName: "dtmf", abstract: Help.abstract(.callDTMF))

    @Argument(help: ArgumentHelp(Help.parameter(.callDTMF, "digits")))
    var digits: String

    @OptionGroup var call: CallOption
    @OptionGroup var options: TerminalOptions

    func run(_ session: inout Session) throws {
        var parameters = call.parameters
        parameters["digits"] = .string(digits)
        try session.perform(.callDTMF, parameters) { "Sent into call \(Printable.value($0["call"] ?? .null))." }
    }
}
