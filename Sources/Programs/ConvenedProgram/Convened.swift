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
    /// sleeps until a signal comes. (With an async main it would be libdispatch's, which unblocks them.) Until the room
    /// listens for them a signal ends the program as if it had not been blocked.
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
        name: .long,
        help: ArgumentHelp(
            "The room's settings; defaults hold when it is not there (default: \(StartFiles.standardRoom)).",
            valueName: "file"))
    var room: String?

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
        if socket?.isEmpty == true {
            throw ValidationError("--socket is empty; name a path such as /run/convene/control.sock.")
        }
    }

    func run() async throws {
        let files: StartFiles
        do throws(StartFiles.Complaints) {
            files = try StartFiles.load(board: board, room: room, isCheck: check)
        } catch {
            for line in error.lines { StandardError.write(line) }
            throw ExitCode(78)
        }
        for line in files.remarks { StandardError.write("convened: \(line)") }
        if check {
            print("\(board): board “\(files.board.name)” is valid.")
            print("\(files.roomFile): room “\(files.store.settings.name)” is valid.")
            return
        }
        let level = Logger.Level(rawValue: logLevel) ?? .info
        LoggingSystem.bootstrap { label in
            var handler = StandardErrorLogHandler(label: label)
            handler.logLevel = level
            return handler
        }
        let daemon = RoomDaemon(
            board: files.board, store: files.store, keeper: files.keeper, socketPath: socket, stateFolder: state,
            maintenancePath: maintenance)
        TerminationSignals.shared.listen()
        do {
            try await daemon.run(until: TerminationSignals.shared)
        } catch let error as DaemonError {
            StandardError.write("convened: \(error)")
            throw ExitCode(error.status)
        }
    }
}
