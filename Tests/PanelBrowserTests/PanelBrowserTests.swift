import ControlProtocol
import Glibc
import PasswordHashing
import PeerSupport
import Testing

/// The panel in Chromium, driven through its driver, with real rooms behind it. `panel.py` does what a person does.
@Suite(.serialized, .enabled(if: BrowserRun.isPossible, "chromium, chromium-driver and python3 are installed"))
struct PanelBrowserTests {
    @Test("Find a contact, call, mute, change the layout and hang up by panel alone ends in the status of the socket")
    func call() async throws {
        let run = try await BrowserRun()
        try await run.scenario("call")
        let byPanel = try run.outcome(of: run.room)
        // The same by socket alone, from another room.
        let control = try await RoomProcess(name: "Control room")
        try control.dial(try run.other.address)
        try await control.call(reaches: "established")
        try control.request(.audioMute, ["muted": true])
        try control.request(.displayLayout, ["layout": "side_by_side"])
        try control.request(.callHangup)
        try await control.call(reaches: "ended")
        #expect(byPanel == (try run.outcome(of: control)))
        try await control.stop()
        try await run.stop()
    }

    @Test("Volume, camera, hold, tones and the live picture work in a call")
    func controls() async throws { try await BrowserRun.once("controls") }

    @Test("A caller's name is text, whatever it holds, and a call is answered with the keyboard")
    func incoming() async throws { try await BrowserRun.once("incoming", autoAnswer: false) }

    @Test("A panel that loses its connection in a call says so, comes back and shows the truth")
    func lost() async throws { try await BrowserRun.once("lost") }

    @Test("The room's settings open with the PIN, and close when they are left")
    func settings() async throws { try await BrowserRun.once("settings") }

    @Test("The pad turns and zooms the camera, and positions are kept and found again")
    func camera() async throws { try await BrowserRun.once("camera") }

    @Test("Over TLS a typed code pairs a browser, which drives a call; who guesses has to wait")
    func paired() async throws {
        let run = try await BrowserRun(isPaired: true)
        try await run.scenario("paired")
        try await run.stop()
    }

    @Test("Every page passes axe in dark and light on every size, with targets of 48 pixels")
    func access() async throws { try await BrowserRun.once("access", within: .seconds(240)) }

    @Test("Everything is reached with the keyboard, with a visible focus, and nothing moves that should not")
    func keyboard() async throws { try await BrowserRun.once("keyboard") }

    @Test("Every language has every word")
    func words() async throws { try await BrowserRun.once("words") }
}

/// Two rooms, and the first one's panel.
struct BrowserRun {
    /// Markup, a sign that turns the text's direction, and length.
    static let harmfulName = "<img src=x onerror=window.harm=1>\u{202E}" + String(repeating: "name ", count: 4)

    let room: RoomProcess
    let other: RoomProcess
    private let panel: ChildProcess
    private let tap: ChildProcess?
    private let folder: TemporaryFolder

    static var isPossible: Bool {
        ["/usr/bin/chromium", "/usr/bin/chromedriver"].allSatisfy { (path: String) in access(path, X_OK) == 0 }
    }

    /// - Parameter isPaired: the panel has TLS, with a certificate of the test's, and `tap.py` writes its codes down.
    init(autoAnswer: Bool = true, isPaired: Bool = false) async throws {
        folder = try TemporaryFolder()
        let pin = try PasswordHash.make("2468")
        let port = try freePort()
        var settings = "call:\n  auto_answer: \(autoAnswer)\npanel:\n  pin: '\(pin)'\n  port: \(port)\n"
        if isPaired {
            try await Self.makeCertificate(in: folder.path)
            settings += "  certificate: \(folder.path)/panel.pem\n  key: \(folder.path)/panel.key\n"
        }
        room = try await RoomProcess(name: "Blue room", settings: settings)
        // In YAML's quotes.
        other = try await RoomProcess(name: "'\(Self.harmfulName)'")
        let tapped = "\(folder.path)/tapped.sock"
        tap =
            isPaired
            ? try ChildProcess(
                "/usr/bin/env",
                ["python3", "\(Self.scripts)/tap.py", tapped, room.socketPath, "\(folder.path)/codes"],
                logPath: "\(folder.path)/tap.log") : nil
        // It asks the room how to listen, and waits until the room answers.
        panel = try ChildProcess(
            try Self.program(),
            [
                "--socket", isPaired ? tapped : room.socketPath, "--state", folder.path,
                "--link-file", "\(folder.path)/link",
            ], logPath: "\(folder.path)/log")
        try await eventually("the panel serves") { [folder] in access("\(folder.path)/link", R_OK) == 0 ? true : nil }
    }

    static func once(_ scenario: String, autoAnswer: Bool = true, within limit: Duration = .seconds(120)) async throws {
        let run = try await BrowserRun(autoAnswer: autoAnswer)
        try await run.scenario(scenario, within: limit)
        try await run.stop()
    }

    /// Has `panel.py` do a scenario; what it complains of fails the test.
    func scenario(_ name: String, within limit: Duration = .seconds(120)) async throws {
        let browser = try ChildProcess(
            "/usr/bin/env",
            ["python3", "\(Self.scripts)/panel.py", name, "\(folder.path)/link", room.socketPath, other.socketPath],
            environment: [
                "PANEL_PROCESS": "\(panel.processIdentifier)", "PANEL_CODES": "\(folder.path)/codes",
                "PANEL_CERTIFICATE": "\(folder.path)/panel.pem",
            ],
            logPath: "\(folder.path)/browser.log")
        let outcome = try await browser.wait(within: limit)
        #expect(outcome == .exited(status: 0), "\(browser.log.suffix(3000))\npanel: \(panel.log.suffix(800))")
    }

    /// What a room's status says after a call, without what differs from run to run.
    func outcome(of room: RoomProcess) throws -> JSONValue {
        var outcome: JSONValue = .emptyObject
        for path in ["audio.muted", "audio.volume", "display.layout", "camera.enabled", "room.standby"] {
            outcome[path] = try room.status(path)
        }
        for path in ["state", "direction", "reason", "held_here", "held_there"] {
            outcome["call.\(path)"] = try room.status("calls.1.\(path)")
        }
        return outcome
    }

    func stop() async throws {
        let outcome = await panel.stop(SIGTERM, grace: .seconds(4))
        #expect(outcome == .exited(status: 0), "\(panel.log.suffix(800))")
        await tap?.stop()
        try await room.stop()
        try await other.stop()
    }

    private static let scripts = "\(RoomProcess.sourceFolder)/Tests/PanelBrowserTests"

    /// A certificate for this machine that no browser knows.
    private static func makeCertificate(in folder: String) async throws {
        let maker = try ChildProcess(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=Blue room", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "\(folder)/panel.key",
                "-out", "\(folder)/panel.pem",
            ], logPath: "\(folder)/openssl.log")
        let outcome = try await maker.wait(within: .seconds(20))
        #expect(outcome == .exited(status: 0), "\(maker.log)")
    }

    /// `convene-panel` beside the tests.
    private static func program() throws -> String {
        let folder = "\(RoomProcess.sourceFolder)/.build"
        let candidates = ["\(folder)/debug", "\(folder)/x86_64-unknown-linux-gnu/debug"]
        for folder in candidates where access("\(folder)/convene-panel", X_OK) == 0 { return "\(folder)/convene-panel" }
        throw ChildProcess.Failure("convene-panel was not built; looked in \(candidates)")
    }
}
