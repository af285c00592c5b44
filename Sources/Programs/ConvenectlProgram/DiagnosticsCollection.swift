import ControlClient
import ControlProtocol
import Glibc
import LinuxSystem

/// Gathers what goes into the file of `convenectl diagnostics`.
struct DiagnosticsCollection {
    struct File {
        let name: String
        let bytes: [UInt8]
    }

    struct Found {
        var files: [File] = []
        /// What is not among them and why, a line each.
        var missing: [String] = []
    }

    let options: TerminalOptions
    /// How far back logs go.
    let since: String

    func collect(at time: String) -> Found {
        var found = Found()
        room(into: &found)
        for tool in tools { run(tool, into: &found) }
        for group in files { read(group, into: &found) }
        let report = """
            Convene \(ConveneVersion.current), \(time)

            In here:
            \(found.files.map { "  \($0.name), \($0.bytes.count) bytes" }.joined(separator: "\n"))

            Not in here:
            \(found.missing.isEmpty ? "  nothing is missing" : found.missing.map { "  \($0)" }.joined(separator: "\n"))

            Passwords, keys, hashes and tokens were taken out. Names, addresses and times of calls were not.

            """
        found.files.insert(File(name: "report.txt", bytes: Array(report.utf8)), at: 0)
        return found
    }

    // MARK: - The room

    /// State and settings as tables. The room itself keeps its secrets from everyone.
    private func room(into found: inout Found) {
        do throws(ControlClientError) {
            var session = try Session(options)
            let status = try session.request(.statusGet)["value"] ?? .null
            add("status.txt", Printable.tree(status, path: .root), into: &found)
            let settings = try session.request(.configGet)["value"] ?? .null
            add("settings.txt", Printable.tree(settings, path: .root), into: &found)
        } catch {
            found.missing.append("the room's state and settings: \(error)")
        }
    }

    // MARK: - Programs

    private struct Tool {
        let name: String
        let words: [String]
    }

    private static let boxPackages = "/usr/lib/convene/packages/list"

    private var tools: [Tool] {
        [
            Tool(name: "logs.txt", words: LogsCommand.words(since: since, lines: 50_000)),
            Tool(
                name: "system-warnings.txt",
                words: LogsCommand.words(since: since, units: ["*"], lines: 5_000, priority: "warning")),
            Tool(
                name: "kernel.txt",
                words: ["journalctl", "--no-pager", "--output", "short-iso", "--dmesg", "--boot", "--lines", "20000"]),
            Tool(name: "services.txt", words: ["systemctl", "--no-pager", "--full", "status", "convene*"]),
            Tool(name: "failed.txt", words: ["systemctl", "--no-pager", "--failed", "list-units"]),
            Tool(name: "boot.txt", words: ["systemd-analyze", "--no-pager", "critical-chain"]),
            Tool(name: "system.txt", words: ["uname", "-a"]),
            Tool(name: "network.txt", words: ["ip", "address"]),
            Tool(name: "routes.txt", words: ["ip", "route"]),
            Tool(name: "disks.txt", words: ["df", "-h"]),
            // A box has no dpkg, but the list that its image was made from.
            Tool(
                name: "packages.txt",
                words: access(Self.boxPackages, R_OK) == 0 ? ["cat", Self.boxPackages] : ["dpkg-query", "--show"]),
            Tool(name: "processes.txt", words: ["ps", "-eo", "pid,user,rss,pcpu,etime,comm"]),
        ]
    }

    private func run(_ tool: Tool, into found: inout Found) {
        do throws(ToolOutput.Failure) {
            let bytes = try ToolOutput.of(tool.words)
            add(tool.name, String(decoding: bytes, as: UTF8.self), into: &found)
        } catch {
            found.missing.append("\(tool.name): \(error)")
        }
    }

    // MARK: - Files

    private struct FileGroup {
        let name: String
        /// Patterns as in glob(7).
        let patterns: [String]
        /// Whether there are machines on which none of them is.
        var isOptional = false
    }

    private let files = [
        FileGroup(name: "versions.txt", patterns: ["/etc/os-release", "/proc/version", "/proc/cmdline"]),
        FileGroup(name: "board.txt", patterns: ["/etc/convene/board.yaml"]),
        FileGroup(
            name: "machine.txt",
            patterns: ["/proc/cpuinfo", "/proc/meminfo", "/proc/uptime", "/proc/loadavg", "/proc/device-tree/model"]),
        FileGroup(name: "pressure.txt", patterns: ["/proc/pressure/*"], isOptional: true),
        FileGroup(name: "mounts.txt", patterns: ["/proc/mounts"]),
        FileGroup(name: "modules.txt", patterns: ["/proc/modules"], isOptional: true),
        FileGroup(
            name: "sound.txt",
            patterns: ["/proc/asound/cards", "/proc/asound/pcm", "/proc/asound/card*/pcm*/sub*/hw_params"],
            isOptional: true),
        FileGroup(name: "video.txt", patterns: ["/sys/class/video4linux/*/name"], isOptional: true),
        FileGroup(
            name: "screens.txt", patterns: ["/sys/class/drm/*/status", "/sys/class/drm/*/modes"], isOptional: true),
        FileGroup(
            name: "input.txt", patterns: ["/proc/bus/input/devices", "/sys/class/rc/*/protocols"], isOptional: true),
        FileGroup(
            name: "usb.txt", patterns: ["/sys/bus/usb/devices/*/{idVendor,idProduct,manufacturer,product,speed}"],
            isOptional: true),
        FileGroup(name: "temperatures.txt", patterns: ["/sys/class/thermal/thermal_zone*/temp"], isOptional: true),
    ]

    private func read(_ group: FileGroup, into found: inout Found) {
        var text = ""
        for pattern in group.patterns {
            for path in Self.paths(pattern) {
                do throws(SystemError) {
                    // Device tree strings end with a zero.
                    let content = String(decoding: try Self.content(path).filter { $0 != 0 }, as: UTF8.self)
                    text += "==> \(path) <==\n\(content)\(content.hasSuffix("\n") ? "" : "\n")"
                } catch {
                    found.missing.append("\(path): \(error)")
                }
            }
        }
        if !text.isEmpty { return add(group.name, text, into: &found) }
        if !group.isOptional {
            found.missing.append("\(group.name): none of \(group.patterns.joined(separator: ", "))")
        }
    }

    private static func paths(_ pattern: String) -> [String] {
        var result = glob_t()
        defer { globfree(&result) }
        guard glob(pattern, GLOB_BRACE, nil, &result) == 0 else { return [] }
        return (0..<Int(result.gl_pathc)).compactMap { index in result.gl_pathv[index].map { String(cString: $0) } }
    }

    /// At most 4 MiB of a file.
    private static func content(_ path: String) throws(SystemError) -> [UInt8] {
        let file = try FileDescriptor.open(path, flags: O_RDONLY | O_NONBLOCK)
        let raw = file.borrowed.rawValue
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count < 4 << 20 {
            let count = try retryingOnInterrupt("read(\(path))") {
                Int32(clamping: Glibc.read(raw, &chunk, chunk.count))
            }
            if count == 0 { break }
            bytes += chunk.prefix(Int(count))
        }
        return bytes
    }

    private func add(_ name: String, _ text: String, into found: inout Found) {
        found.files.append(File(name: name, bytes: Array(Redactor.clean(text).utf8)))
    }
}
