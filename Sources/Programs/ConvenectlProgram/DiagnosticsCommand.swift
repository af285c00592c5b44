import ArgumentParser
import ControlClient
import ControlProtocol
import Glibc
import LinuxSystem

/// All that somebody needs who looks into a room's trouble from afar, in one file and without secrets.
struct DiagnosticsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diagnostics", abstract: "Packs what is needed to look into a trouble into one file.",
        discussion: """
            A tar.gz with the room's state and settings, the logs of its services and of the kernel, versions and lists \
            of devices. Passwords, keys, hashes and tokens are taken out; names and addresses of calls are in it. What \
            could not be read is said here and in report.txt. As root, or in the group systemd-journal, it can read most.

            Over SSH: ssh room convenectl diagnostics - > room.tar.gz
            On the box, as root, to a USB stick: convenectl diagnostics --usb
            """)

    @Argument(
        help: ArgumentHelp(
            "The file to write, - for standard output (default: convene-diagnostics-<time>.tar.gz here).",
            valueName: "file"), completion: .file())
    var file: String?

    @Flag(
        name: .long, help: "Write it to the USB stick that is plugged in; it can be pulled out afterwards. Needs root.")
    var usb = false

    @Option(name: .long, help: ArgumentHelp("How far back logs go, as in convenectl logs.", valueName: "time"))
    var since = "24h"

    @OptionGroup var options: TerminalOptions

    func validate() throws {
        if usb, file != nil { throw ValidationError("--usb and a file do not go together.") }
    }

    func run() throws {
        guard usb else { return try write(to: file) }
        guard geteuid() == 0 else {
            Output.complain("--usb needs root: it mounts the stick")
            throw ExitStatus.refused
        }
        guard let stick = USBStick.all().first else {
            Output.complain("no USB stick with a file system (vfat, exfat or ext4) is plugged in")
            throw ExitStatus.unavailable
        }
        try stick.mounted { try write(to: nil, in: "\($0)/") }
    }

    /// - Parameter folder: where a file without a name of its own goes; empty for the current one, else with its slash.
    private func write(to file: String?, in folder: String = "") throws {
        var seconds = time(nil)
        if let fixed = getenv("SOURCE_DATE_EPOCH"), let value = Int(String(cString: fixed)) { seconds = value }
        let stamp = UTCTime.text(Int64(seconds))
        let name = "convene-diagnostics-\(stamp.filter { $0.isNumber || $0 == "T" || $0 == "Z" })"
        let collection = DiagnosticsCollection(options: options, since: since)
        let found = collection.collect(at: stamp)
        var archive = TarArchive(time: Int64(seconds))
        for item in found.files { archive.add("\(name)/\(item.name)", item.bytes) }
        let packed: [UInt8]
        do throws(ToolOutput.Failure) {
            packed = try ToolOutput.of(["gzip", "-9n"], input: archive.finished)
        } catch {
            Output.complain("the file could not be packed: \(error)")
            throw ExitStatus.software
        }
        let path = file ?? "\(folder)\(name).tar.gz"
        do throws(SystemError) {
            if path == "-" { try Output.write(packed) }
        } catch {
            Output.complain("\(error)")
            throw ExitStatus.inputOutput
        }
        // Others' names and calls are in it: for who asked only.
        if path != "-" { try Output.replace(path, with: packed, permissions: 0o600) }
        for line in found.missing { Output.complain("not in it: \(line)") }
        guard path != "-" else { return }
        let summary: JSONValue = [
            "path": .string(path), "bytes": JSONValue(packed.count), "files": JSONValue(found.files.count),
            "missing": .array(found.missing.map(JSONValue.string)),
        ]
        try Output.printLine(
            options.json ? summary.serialized : "\(path): \(found.files.count) files, \(packed.count) bytes")
    }
}
