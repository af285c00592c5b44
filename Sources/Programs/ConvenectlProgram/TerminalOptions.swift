import ArgumentParser
import ControlClient
import ControlProtocol
import Glibc
import LinuxSystem

/// The options that every command takes.
struct TerminalOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The terminal's control socket (default: $CONVENE_SOCKET, else \(TerminalOptions.standardSocket)).",
            valueName: "path"), completion: .file())
    var socket: String?

    @Flag(name: .long, help: "Print the answer as JSON on one line.")
    var json = false

    @Option(
        name: .long, help: ArgumentHelp("Give up when the terminal has not answered by then.", valueName: "seconds"))
    var timeout: Double = 30

    /// Whether --json was among the words, for commands with a flag of that name of their own: the program's, which may
    /// stand before the command, takes it from them.
    static var isJSONAsked: Bool { CommandLine.arguments.dropFirst().contains("--json") }

    static let standardSocket = "/run/convene/control.sock"

    func validate() throws {
        guard timeout.isFinite, timeout > 0, timeout <= 86400 else {
            throw ValidationError("--timeout takes more than 0 and at most 86400 seconds.")
        }
    }

    var socketPath: String {
        if let socket { return socket }
        guard let named = getenv("CONVENE_SOCKET") else { return Self.standardSocket }
        let path = String(cString: named)
        return path.isEmpty ? Self.standardSocket : path
    }

    var limit: Duration { .milliseconds(Int64(timeout * 1000)) }
}

/// A command that talks to the terminal.
protocol TerminalCommand: ParsableCommand {
    var options: TerminalOptions { get }
    func run(_ session: inout Session) throws
}

extension TerminalCommand {
    func run() throws { try runOnTerminal() }

    /// Connects, runs, and turns a failure into one line on standard error and an exit code.
    func runOnTerminal() throws {
        do {
            var session = try Session(options)
            try run(&session)
        } catch let error as ControlClientError {
            Output.complain(error.description)
            throw ExitStatus.code(for: error)
        } catch let error as SystemError {
            Output.complain(error.description)
            throw ExitStatus.inputOutput
        }
    }
}

/// A connection together with the way its answers are printed.
struct Session: ~Copyable {
    var client: ControlClient
    let printsJSON: Bool
    let limit: Duration

    init(_ options: TerminalOptions) throws(ControlClientError) {
        client = try ControlClient(path: options.socketPath)
        printsJSON = options.json
        limit = options.limit
    }

    /// Calls a method and waits as long as `--timeout` says.
    mutating func request(
        _ method: ControlMethod, _ parameters: [String: JSONValue] = [:]
    ) throws(ControlClientError) -> JSONValue {
        try client.request(method, parameters, timeout: limit)
    }

    /// Calls a method and prints its answer: as JSON, or as what `text` makes of it.
    mutating func perform(
        _ method: ControlMethod, _ parameters: [String: JSONValue] = [:], text: (JSONValue) -> String
    ) throws {
        let answer = try request(method, parameters)
        try Output.printLine(printsJSON ? answer.serialized : text(answer))
    }
}

/// Shorthand for the table's sentences as help texts.
enum Help {
    static func abstract(_ method: ControlMethod) -> String { method.description.summary }

    static func parameter(_ method: ControlMethod, _ name: String) -> String {
        guard let field = method.description.parameter(name) else { return "" }
        return field.unit.isEmpty ? field.summary : "\(field.summary) In \(field.unit)."
    }
}

/// The option that names a call.
struct CallOption: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp(Help.parameter(.callAnswer, "call"), valueName: "number"))
    var call: Int64?

    var parameters: [String: JSONValue] { call.map { ["call": .integer($0)] } ?? [:] }
}
