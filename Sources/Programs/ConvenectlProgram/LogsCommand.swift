import ArgumentParser
import Glibc
import LinuxSystem

/// The journal of Convene's services; over SSH as well.
struct LogsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Shows what the room's services have logged.",
        discussion: """
            The services are Convene's own unless --unit names others; the lines are those of the system's journal, \
            oldest first, the last 200 unless --lines or --since says how far back.

            Try:
              convenectl logs --follow                     as it comes, until it is ended
              convenectl logs --since 15m                  of the last quarter of an hour
              convenectl logs --unit panel --unit ssh      of other services
              convenectl logs --kernel --priority warning  what the kernel complains about
            """)

    @Flag(name: .shortAndLong, help: "Go on and print what comes.")
    var follow = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How far back: 90s, 15m, 2h, 3d, yesterday, or a time such as \"2026-11-25 08:00\".", valueName: "time"))
    var since: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "A service; convened, remote and panel may be said short. More than once for several.", valueName: "name"))
    var unit: [String] = []

    @Option(name: [.customShort("n"), .long], help: ArgumentHelp("The last so many lines.", valueName: "count"))
    var lines: Int?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("No less than this: error, warning, notice, info or debug.", valueName: "level"))
    var priority: String?

    @Flag(name: .long, help: "What the kernel said, in place of the services.")
    var kernel = false

    @Flag(name: .long, help: "Each entry as JSON on one line.")
    var json = false

    static let priorities = ["emerg", "alert", "crit", "error", "err", "warning", "notice", "info", "debug"]

    func validate() throws {
        if let priority, !Self.priorities.contains(priority) {
            throw ValidationError("--priority \(priority) is none of \(Self.priorities.joined(separator: ", ")).")
        }
        if let lines, lines < 1 { throw ValidationError("--lines takes 1 or more.") }
        if kernel, !unit.isEmpty { throw ValidationError("--kernel and --unit do not go together.") }
        for name in unit where name.hasPrefix("-") || name.isEmpty {
            throw ValidationError("--unit \(name) is no service's name.")
        }
    }

    func run() throws {
        let words = Self.words(
            follow: follow, since: since, units: unit, lines: lines, priority: priority, kernel: kernel,
            json: json || TerminalOptions.isJSONAsked)
        var pointers = words.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        execvp("journalctl", &pointers)
        Output.complain("journalctl cannot be started: \(SystemError.name(of: errno)). It comes with systemd.")
        throw ExitStatus.unavailable
    }

    /// What journalctl is asked.
    static func words(
        follow: Bool = false, since: String? = nil, units: [String] = [], lines: Int? = nil, priority: String? = nil,
        kernel: Bool = false, json: Bool = false
    ) -> [String] {
        var words = ["journalctl", "--no-pager", "--output", json ? "json" : "short-iso"]
        if kernel {
            words.append("--dmesg")
        } else {
            words += (units.isEmpty ? ["convene*"] : units).flatMap { ["--unit", unitName($0)] }
        }
        if let since { words += ["--since", moment(since)] }
        if let priority { words += ["--priority", priority == "error" ? "err" : priority] }
        if let lines {
            words += ["--lines", "\(lines)"]
        } else if since == nil {
            words += ["--lines", "200"]
        }
        if follow { words.append("--follow") }
        return words
    }

    private static func unitName(_ name: String) -> String {
        switch name {
        case "remote", "panel": "convene-\(name)"
        default: name
        }
    }

    /// "15m" is what journalctl calls "-15m"; all else it understands itself.
    private static func moment(_ text: String) -> String {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count)
        return !digits.isEmpty && ["s", "m", "min", "h", "d", "w"].contains(unit) ? "-\(text)" : text
    }
}
