import ArgumentParser
import ControlClient
import ControlProtocol
import Glibc
import LinuxSystem
import Provisioning

struct MetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Prints the room's figures as Prometheus reads them.",
        discussion: """
            On a box, metrics.listen in room.yaml lets Prometheus ask for them: systemd listens and starts this with --http \
            for each request, so that nothing runs while nobody asks. With --textfile it writes a file for node_exporter.
            """)

    @Flag(name: .long, help: "Answers one HTTP request over standard input and output.")
    var http = false

    @Option(name: .long, help: ArgumentHelp("Writes the figures into this file, as a whole.", valueName: "file"))
    var textfile: String?

    @Option(name: .long, help: ArgumentHelp("Where revisions are kept.", valueName: "folder"))
    var store = RevisionStore.standardFolder

    @OptionGroup var options: TerminalOptions

    func validate() throws {
        guard !http || textfile == nil else { throw ValidationError("--http and --textfile exclude each other.") }
    }

    func run() throws {
        do throws(SystemError) {
            if http { return try answer() }
            let text = Array(exposition.utf8)
            guard let textfile else { return try Output.write(text) }
            try AtomicFile.replace(textfile, with: text, permissions: 0o644)
        } catch {
            Output.complain("\(error)")
            throw ExitStatus.inputOutput
        }
    }

    private var exposition: String {
        // A room that does not answer is a figure as well, and the one that matters most.
        var status: JSONValue?
        if var client = try? ControlClient(path: options.socketPath) {
            status = try? client.request(.statusGet, [:], timeout: .seconds(5))["value"]
        }
        let service = ProvisioningService(
            store: RevisionStore(folder: store), secrets: SecretStore(folder: ""), root: "/", effects: NoEffects(),
            caller: "")
        let settings = service.perform(ProvisioningRequest(.status), input: [])
        return MetricsText.exposition(status: status, settings: settings.status == 0 ? settings.json : nil)
    }

    // MARK: - HTTP

    /// Bytes of the largest request that is read, and how long it may take.
    private static let maximumRequest = 8192
    private static let limit = Duration.seconds(5)

    private func answer() throws(SystemError) {
        let reply = Self.reply(to: Self.request()) { exposition }
        try Output.write(Array(reply.utf8))
    }

    /// The head of the request; what is too long or too late is cut, and then answered as what it is.
    private static func request() -> String {
        let deadline = MonotonicTime.now + limit
        var head: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 2048)
        while head.count < maximumRequest, !ends(head) {
            let left = (deadline - MonotonicTime.now) / 1_000_000
            var polled = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            guard left > 0, poll(&polled, 1, Int32(clamping: left)) > 0 else { break }
            let count = read(STDIN_FILENO, &chunk, chunk.count)
            guard count > 0 else { break }
            head += chunk.prefix(count)
        }
        return ends(head) ? String(decoding: head, as: UTF8.self) : ""
    }

    private static func ends(_ head: [UInt8]) -> Bool {
        head.suffix(4) == [13, 10, 13, 10] || head.suffix(2) == [10, 10]
    }

    /// The whole answer to a request's head.
    static func reply(to head: String, exposition: () -> String) -> String {
        let line = head.prefix { !$0.isNewline }.split(separator: " ", omittingEmptySubsequences: false)
        guard line.count == 3, line[2].hasPrefix("HTTP/1."), let target = line.dropFirst().first else {
            return response("400 Bad Request", "expected GET /metrics\n")
        }
        guard line[0] == "GET" || line[0] == "HEAD" else {
            return response("405 Method Not Allowed", "expected GET /metrics\n", more: "Allow: GET, HEAD\r\n")
        }
        guard target == "/metrics" || target.hasPrefix("/metrics?") else {
            return response("404 Not Found", "expected GET /metrics\n")
        }
        return response("200 OK", exposition(), withBody: line[0] == "GET")
    }

    private static func response(_ status: String, _ body: String, more: String = "", withBody: Bool = true) -> String {
        """
        HTTP/1.1 \(status)\r
        Content-Type: text/plain; version=0.0.4; charset=utf-8\r
        Content-Length: \(body.utf8.count)\r
        Connection: close\r
        X-Content-Type-Options: nosniff\r
        \(more)\r
        \(withBody ? body : "")
        """
    }
}
