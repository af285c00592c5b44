import ArgumentParser
import Glibc
import LinuxSystem
import RemoteControl
import RoomConfiguration

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Serves the room; what the program does without another word.")

    @Option(name: .long, help: ArgumentHelp("What the hardware is: a board file.", valueName: "file"))
    var board = BoardConfiguration.standardFile

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The room's control socket (default: $CONVENE_SOCKET, else \(Self.standardSocket)).", valueName: "path"))
    var socket: String?

    @Option(
        name: .customLong("keymap"),
        help: ArgumentHelp(
            """
            A keymap for every infrared receiver, in place of the board's; may be given again (default: \
            $CONVENE_KEYMAPS, separated by colons, which room.yaml's remote.keymaps sets).
            """, valueName: "file"),
        completion: .file(extensions: ["toml"]))
    var keymapNames: [String] = []

    @Option(name: .long, help: "How much is logged: debug, info, warning, error.")
    var logLevel = Journal.Level.info.rawValue

    @Flag(name: .long, help: "Checks the board file and its keymaps, says what is wrong, and ends.")
    var check = false

    static let standardSocket = "/run/convene/control.sock"

    func validate() throws {
        guard Journal.Level(rawValue: logLevel) != nil else {
            throw ValidationError("--log-level \(logLevel) is none of debug, info, warning, error.")
        }
    }

    func run() throws {
        let journal = Journal(level: Journal.Level(rawValue: logLevel) ?? .info)
        let configuration: BoardConfiguration
        var keymaps: [String: Keymap]
        var roomKeymaps = keymapNames.isEmpty ? Self.keymapsOfRoom : keymapNames
        do {
            configuration = try BoardConfiguration.load(board)
            keymaps = try KeymapFiles.load(configuration.remoteInputs.flatMap(\.keymaps), boardFile: board)
        } catch {
            Journal.write("\(error)")
            throw ExitCode(78)
        }
        do {
            keymaps.merge(try KeymapFiles.load(roomKeymaps, boardFile: board)) { $1 }
        } catch {
            Journal.write("\(error)")
            if check { throw ExitCode(78) }
            // A remote of which half the keys work is better than none.
            Journal.complain("the board's own keymaps are used in place of \(roomKeymaps.joined(separator: ", "))")
            roomKeymaps = []
        }
        if check {
            let keys = keymaps.values.reduce(0) { $0 + $1.entries.count }
            print(
                """
                \(board): board “\(configuration.name)” is valid: \(configuration.remoteInputs.count) kinds of remotes, \
                \(keymaps.count) keymaps with \(keys) keys, \(configuration.television.matches.count) CEC adapters.
                """)
            return
        }
        do throws(SystemError) {
            let service = try RemoteService(
                board: configuration, keymaps: keymaps, roomKeymaps: roomKeymaps, socketPath: socketPath,
                journal: journal)
            try service.run()
        } catch {
            Journal.complain("\(error)")
            throw ExitCode(71)
        }
    }

    /// What the room's settings ask for; empty for the board's own.
    private static var keymapsOfRoom: [String] {
        guard let named = getenv("CONVENE_KEYMAPS") else { return [] }
        return String(cString: named).split(separator: ":").map(String.init)
    }

    private var socketPath: String {
        if let socket { return socket }
        guard let named = getenv("CONVENE_SOCKET"), named[0] != 0 else { return Self.standardSocket }
        return String(cString: named)
    }
}
