import ArgumentParser
import AsyncControlClient
import ControlClient
import ControlProtocol
import Glibc
import LinuxSystem
import Logging
import NIOCore
import NIOPosix
import PanelServer
import PasswordHashing
import ServiceLog

/// Where the program begins.
package enum Program {
    /// The main thread blocks the termination signals before any other thread exists, starts the program, and then
    /// sleeps until a signal comes.
    ///
    /// - Parameter arguments: without the program's name.
    package static func main(_ arguments: [String]) {
        tameMalloc(arenas: 2)
        let signals: SignalFD
        do {
            signals = try SignalFD([SIGTERM, SIGINT])
        } catch {
            StandardError.write("convene-panel: \(error)")
            exit(71)
        }
        let work = Task.detached {
            await ConvenePanel.main(arguments)
            exit(0)
        }
        var set = PollSet(count: 1)
        set.watch(0, signals.borrowed, for: .readable)
        while signals.next() == nil { _ = try? set.wait() }
        work.cancel()
        // The program ends by itself; browsers that will not go are not waited for.
        set.watch(0, signals.borrowed, for: .hangUp)
        _ = try? set.wait(nanoseconds: 2_000_000_000)
        exit(0)
    }
}

/// The room's touch panel.
struct ConvenePanel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convene-panel",
        abstract: "Serves the room's touch panel: one page for a kiosk, a phone or a tablet.",
        discussion: """
            It drives the room over the control socket alone, as an operator. How it listens is set in room.yaml under \
            panel: by default on this machine only; elsewhere over TLS, and each browser is paired with a code that \
            the room's screen shows. A browser on this machine can be started from the link in --link-file instead.

            Settings on the page are behind a PIN. Make its hash and keep it:
              convene-panel --hash-pin
              convenectl config set panel.pin '<the hash>'

            SIGTERM and SIGINT end it within two seconds.
            Exit codes: 0 ended as asked, 64 wrong command line, 69 the address is taken or the room refuses, \
            74 a file cannot be read, 78 broken certificate or settings.
            """, version: ConveneVersion.current)

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The room's control socket (default: $CONVENE_SOCKET, else /run/convene/control.sock).", valueName: "path"),
        completion: .file())
    var socket: String?

    @Option(name: .long, help: ArgumentHelp("The address to listen on; overrides room.yaml.", valueName: "address"))
    var listen: String?

    @Option(
        name: .long, help: ArgumentHelp("The port; overrides room.yaml; 0 lets the system choose.", valueName: "port"))
    var port: UInt16?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The folder for sessions and the panel's own certificate (default: $STATE_DIRECTORY).", valueName: "folder"
        ), completion: .directory)
    var state: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Keep in this file a link that lets one browser on this machine in without a code.", valueName: "file"),
        completion: .file())
    var linkFile: String?

    @Option(name: .long, help: "How much is logged: trace, debug, info, notice, warning, error, critical.")
    var logLevel = "info"

    @Flag(name: .long, help: "Checks settings, certificate and address, says what is wrong, and ends.")
    var check = false

    @Flag(name: .long, help: "Reads a PIN from standard input, prints its hash for panel.pin, and ends.")
    var hashPin = false

    func run() async throws {
        if hashPin { return try hash() }
        let level = Logger.Level(rawValue: logLevel) ?? .info
        LoggingSystem.bootstrap { label in
            var handler = StandardErrorLogHandler(label: label)
            handler.logLevel = level
            return handler
        }
        let logger = Logger(label: "panel")
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let reader = SettingsReader(socket: socketPath, group: group, logger: logger)
        var configuration = PanelConfiguration()
        configuration.socket = socketPath
        configuration.stateFolder = state ?? Self.environment("STATE_DIRECTORY")
        configuration.linkFile = linkFile
        // With address and port given the page can come up before the room and say so.
        let settings = try await reader.read(waits: !check && (listen == nil || port == nil))
        if let settings { configuration.take(settings.panel) }
        if let language = settings?.language { configuration.language = language }
        if let listen { configuration.listen = listen }
        if let port { configuration.port = Int(port) }
        do throws(PanelError) {
            if check {
                try report(configuration, try PanelServer.check(configuration), hasRoom: settings != nil)
            } else {
                try await serve(configuration, group, logger)
            }
        } catch {
            StandardError.write("convene-panel: \(error)")
            if case .cannotListen = error { throw ExitCode(69) }
            throw ExitCode(78)
        }
    }

    private func serve(
        _ configuration: PanelConfiguration, _ group: any EventLoopGroup, _ logger: Logger
    ) async throws(PanelError) {
        let server = PanelServer(
            configuration: configuration, assets: Page.assets, group: group, logger: logger)
        try await server.run { running in
            var metadata: Logger.Metadata = ["address": "\(running.address)"]
            if let fingerprint = running.fingerprint { metadata["certificate_sha256"] = "\(fingerprint)" }
            logger.notice("the panel is open", metadata: metadata)
            ServiceNotifier().send("READY=1")
        }
    }

    private func report(_ configuration: PanelConfiguration, _ fingerprint: String?, hasRoom: Bool) throws(PanelError) {
        let scheme = configuration.needsTLS ? "https" : "http"
        print("The panel would listen at \(scheme)://\(configuration.listen):\(configuration.port).")
        if let fingerprint { print("Its certificate's SHA-256 fingerprint is \(fingerprint).") }
        if !hasRoom { print("The room at \(configuration.socket) does not answer; its settings were not read.") }
    }

    private func hash() throws {
        guard let pin = readLine(strippingNewline: true), pin.utf8.count >= 4, pin.utf8.count <= 64 else {
            StandardError.write("convene-panel: a PIN has 4 to 64 characters; give it as one line on standard input")
            throw ExitCode(64)
        }
        do {
            print(try PasswordHash.make(pin))
        } catch {
            StandardError.write("convene-panel: \(error)")
            throw ExitCode(71)
        }
    }

    private var socketPath: String {
        socket ?? Self.environment("CONVENE_SOCKET") ?? "/run/convene/control.sock"
    }

    private static func environment(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        let text = String(cString: value)
        return text.isEmpty ? nil : text
    }
}
