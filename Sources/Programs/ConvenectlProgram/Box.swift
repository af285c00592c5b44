import ArgumentParser
import ControlClient
import ControlProtocol
import Glibc
import LinuxSystem
import Provisioning
import SystemUpdate

/// The box that this program runs on, as an image of Convene; each failure is told in one sentence and ends the command.
struct Box {
    let identity: ImageIdentity
    /// The slot that is running; nil when the kernel was started in another way.
    let booted: BootSlot?
    private let store = BootStateStore()

    static func here() throws -> Box {
        guard let identity = text(of: "/etc/os-release").flatMap({ ImageIdentity(parsing: $0) }) else {
            Output.complain(
                "this machine is not one of Convene's images; its system is updated by its own package manager")
            throw ExitStatus.refused
        }
        return Box(identity: identity, booted: text(of: "/proc/cmdline").flatMap { BootSlot.booted(commandLine: $0) })
    }

    static func text(of path: String) -> String? {
        guard let bytes = try? SmallFile.read(path, maximum: 64 * 1024) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func channel() -> UpdateChannel {
        text(of: UpdateChannel.standardPath).map { UpdateChannel(parsing: $0) } ?? UpdateChannel()
    }

    static func minuteOfDay() -> Int {
        var now = time(nil)
        var parts = tm()
        guard localtime_r(&now, &parts) != nil else { return 0 }
        return Int(parts.tm_hour) * 60 + Int(parts.tm_min)
    }

    func running() throws -> BootSlot {
        guard let booted else {
            Output.complain("the kernel was started without a slot (rauc.slot=), so there is nothing to go back to")
            throw ExitStatus.refused
        }
        return booted
    }

    /// Whether the partition with the boot state is there; while the box starts it may not be yet.
    var hasBootState: Bool { access(store.path, F_OK) == 0 }

    func bootState() throws -> BootState {
        do throws(SystemError) { return try store.read() } catch { throw Self.told(error) }
    }

    func write(_ body: (inout BootState) -> Void) throws {
        do throws(SystemError) { try store.change(body) } catch { throw Self.told(error) }
    }

    private static func told(_ error: SystemError) -> ExitCode {
        Output.complain("the boot state cannot be reached: \(error)")
        return ExitStatus.inputOutput
    }

    // MARK: - Bundles

    /// - Parameter source: as on the command line; nil takes the channel.
    func bundle(_ source: String?) throws -> String {
        let source = source ?? Self.channel().place
        if let objection = UpdateChannel.objection(to: source) {
            Output.complain(objection)
            throw ExitStatus.usage
        }
        return UpdateChannel.bundle(at: source, image: identity.image)
    }

    /// What a bundle is; its signature and that it is for this board are checked.
    func information(about bundle: String) throws -> BundleInfo {
        Self.useProxy()
        let answer = Tool.run(["rauc", "info", "--output-format=json", bundle])
        guard answer.status == 0, let json = try? JSONValue(parsing: answer.output), let info = BundleInfo(json) else {
            let reason = answer.errors.split(whereSeparator: \.isNewline).last.map { " (\($0))" } ?? ""
            Output.complain(
                "\(bundle) is no update that this box takes: it cannot be read, or nobody whom this box trusts signed it"
                    + reason)
            throw ExitStatus.refused
        }
        guard info.compatible == identity.image else {
            Output.complain("\(bundle) is for \(info.compatible); this box is a \(identity.image)")
            throw ExitStatus.refused
        }
        return info
    }

    /// Has RAUC's own programs go through the proxy of the settings; its service reads the same file.
    private static func useProxy() {
        for line in (text(of: RenderedPath.proxyFile) ?? "").split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let name = parts.first, let value = parts.last else { continue }
            setenv(String(name), String(value), 1)
        }
    }

    func install(_ bundle: String, _ info: BundleInfo) throws {
        let other = try running().other
        guard Command.run(["rauc", "install", bundle]) == 0 else {
            Output.complain(
                "\(bundle) was not installed (see above); the running system stays and slot \(other.rawValue) is not used"
            )
            throw ExitStatus.refused
        }
        try Output.printLine("Version \(info.version) is in slot \(other.rawValue) and starts at the next restart.")
    }

    func restart() throws {
        try Output.printLine(SystemRequest.restarting)
        // What `systemctl reboot` comes to (systemctl(1)), without the login manager, which the image does not run.
        let reboot = ["systemctl", "--no-block", "--job-mode=replace-irreversibly", "start", "reboot.target"]
        guard Command.run(reboot) == 0 else {
            Output.complain("systemd did not take the restart (see above); restart the box by hand")
            throw ExitStatus.refused
        }
    }

    // MARK: - The room

    /// Whether a call goes on; a room that does not answer has none.
    func isInCall() -> Bool {
        do {
            var client = try ControlClient(path: TerminalOptions.standardSocket)
            let answer = try client.request(.statusGet, ["path": "calls"], timeout: .seconds(5))
            return CallsStatus.isAnyLiving(answer["value"])
        } catch {
            return false
        }
    }

    func refuseDuringCall(unless asked: Bool, hint: String) throws {
        guard !asked, isInCall() else { return }
        Output.complain("a call is going on. \(hint)")
        throw ExitStatus.refused
    }
}

/// The versions that RAUC wrote to the slots, from its own record.
enum InstalledSlots {
    static func read() -> [BootSlot: String] {
        let answer = Tool.run(["rauc", "status", "--detailed", "--output-format=json"])
        guard answer.status == 0, let json = try? JSONValue(parsing: answer.output) else { return [:] }
        var versions: [BootSlot: String] = [:]
        for entry in json["slots"]?.arrayValue ?? [] {
            for slot in (entry.objectValue ?? [:]).values {
                guard let name = slot["bootname"]?.stringValue.flatMap({ BootSlot(rawValue: $0) }),
                    let version = slot["slot_status"]?["bundle"]?["version"]?.stringValue
                else { continue }
                versions[name] = version
            }
        }
        return versions
    }
}
