import ArgumentParser
import CallSignaling
import ControlProtocol
import ControlServer
import Glibc
import LinuxSystem
import Logging
import NIOPosix
import Provisioning
import RoomConfiguration
import ServiceLog
import Supervisor
import SystemUpdate

/// Where the program begins.
package enum Program {
    /// The main thread blocks the termination signals before any other thread exists, starts the program, and then
    /// sleeps until a signal comes. (With an async main it would be libdispatch's, which unblocks them.)
    ///
    /// - Parameter arguments: without the program's name.
    package static func main(_ arguments: [String]) {
        // Two heaps are enough: media threads do not allocate once they run.
        tameMalloc(arenas: 2)
        let signals: SignalFD
        do {
            signals = try SignalFD([SIGTERM, SIGINT])
        } catch {
            StandardError.write("convened: \(error)")
            exit(71)
        }
        Task.detached {
            await Convened.main(arguments)
            exit(0)
        }
        var set = PollSet(count: 1)
        set.watch(0, signals.borrowed, for: .readable)
        while true {
            _ = try? set.wait()
            while let signal = signals.next() { TerminationSignals.shared.came(signal) }
        }
    }
}

/// The room terminal's supervisor.
struct Convened: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convened",
        abstract: "Runs a meeting room's video terminal: camera, sound, screen and calls.",
        discussion: """
            It owns the devices that the board file names, listens for SIP calls, and is driven through its control \
            socket (see convenectl --help). Without hardware, try: convened --board Board/simulated/board.yaml \
            --socket /tmp/room.sock

            SIGTERM and SIGINT end it within a second; calls are hung up and the screen is given back.
            Exit codes: 0 ended as asked, 64 wrong command line, 69 something it needs is taken, 78 broken configuration.
            """, version: ConveneVersion.current)

    @Option(name: .long, help: ArgumentHelp("What the hardware is: a board file.", valueName: "file"))
    var board = BoardConfiguration.standardFile

    @Option(
        name: .long, help: ArgumentHelp("The room's settings; defaults hold when it is not there.", valueName: "file"))
    var room = "/etc/convene/room.yaml"

    @Option(name: .long, help: ArgumentHelp("The control socket; overrides the room's settings.", valueName: "path"))
    var socket: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The folder for what the room remembers (default: $STATE_DIRECTORY, else that of the directory's file).",
            valueName: "folder"))
    var state: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The socket of the service that reads logs, writes diagnostics and erases for the screen.",
            valueName: "path"))
    var maintenance = MaintenanceRequest.socketPath

    @Option(name: .long, help: "How much is logged: trace, debug, info, notice, warning, error, critical.")
    var logLevel = "info"

    @Flag(name: .long, help: "Checks board and room files, says what is wrong, and ends.")
    var check = false

    mutating func validate() throws {
        guard Logger.Level(rawValue: logLevel) != nil else {
            throw ValidationError(
                "--log-level \(logLevel) is none of trace, debug, info, notice, warning, error, critical.")
        }
    }

    func run() async throws {
        let board: BoardConfiguration
        let store: RoomSettingsStore
        let keeper = RevisionKeeper(file: room)
        do throws(ConfigurationError) {
            board = try BoardConfiguration.load(self.board)
            if let keeper {
                if let complaint = keeper.complaint {
                    StandardError.write("convened: \(complaint); the newest good settings hold meanwhile")
                }
                store = try RoomSettingsStore.load(keeper)
            } else {
                store = try RoomSettingsStore.load(room, mayBeMissing: true)
            }
        } catch {
            StandardError.write("\(error)")
            throw ExitCode(78)
        }
        if check {
            print("\(self.board): board “\(board.name)” is valid.\n\(room): room “\(store.settings.name)” is valid.")
            return
        }
        let level = Logger.Level(rawValue: logLevel) ?? .info
        LoggingSystem.bootstrap { label in
            var handler = StandardErrorLogHandler(label: label)
            handler.logLevel = level
            return handler
        }
        let daemon = RoomDaemon(
            board: board, store: store, keeper: keeper, socketPath: socket, stateFolder: state,
            maintenancePath: maintenance)
        do {
            try await daemon.run(until: TerminationSignals.shared)
        } catch let error as DaemonError {
            StandardError.write("convened: \(error)")
            throw ExitCode(69)
        }
    }
}
