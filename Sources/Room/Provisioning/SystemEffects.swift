import ControlClient
import ControlProtocol
import Glibc
import LinuxSystem

/// What is done to the running system once its files are new.
package protocol SystemEffects: Sendable {
    /// Nil when it was done; else what went wrong.
    func perform(_ action: ReloadAction) -> String?
    /// Has the room read its settings anew.
    func reloadRoom() -> RoomReload
    /// Starts the room's program anew, which the settings at hand need.
    func restartRoom() -> String?
    /// Takes a file of contacts into the room's directory.
    func importDirectory(_ file: String) -> String?
}

package enum RoomReload: Sendable, Equatable {
    /// It has them; `isInCall`: and somebody is being talked to.
    case done(isInCall: Bool)
    case notRunning
    case failed(String)
}

/// The box itself.
package struct BoxEffects: SystemEffects {
    let socketPath: String

    package init(socketPath: String) {
        self.socketPath = socketPath
    }

    package func perform(_ action: ReloadAction) -> String? {
        switch action {
        case .hostname:
            guard let bytes = try? SmallFile.read("/\(RenderedPath.hostname)", maximum: 256) else { return nil }
            let name = bytes.filter { $0 > 0x20 }.map { CChar(bitPattern: $0) }
            guard sethostname(name, name.count) != 0 else { return nil }
            return SystemError.last("sethostname").description
        case .run(let words):
            guard Self.isThere(words) else { return nil }
            let result = Tool.run(words)
            guard result.status != 0 else { return nil }
            let reason = Revision.cleaned(result.errors, 300)
            return "\(action.description) ended with \(result.status)\(reason.isEmpty ? "" : ": \(reason)")"
        }
    }

    /// At boot the files are written before those run who read them: then there is nobody to tell.
    private static func isThere(_ words: [String]) -> Bool {
        switch words.first {
        // Its folder is made by systemd-tmpfiles before it runs, this file by networkd itself.
        case "networkctl": access("/run/systemd/netif/state", F_OK) == 0
        case "chronyc": access("/run/chrony/chronyd.sock", F_OK) == 0
        // The image's rules, or an admin's own that take the room's ports in by including their file; once they are loaded.
        case "systemctl" where words.last == RenderedPath.firewallUnit:
            access("/sys/module/nf_tables", F_OK) == 0
                && includesRoomPorts((try? SmallFile.read("/etc/nftables.conf", maximum: 256 * 1024)) ?? [])
        // Not while it installs: that update goes on by the way on which it came. At boot, when this runs, there is no bus
        // yet that would answer, and no RAUC.
        case "systemctl" where words.last == RenderedPath.updaterUnit:
            Tool.run(["systemctl", "--quiet", "is-active", RenderedPath.updaterUnit]).status == 0
                && Tool.run([
                    "busctl", "--system", "--auto-start=no", "get-property", "de.pengutronix.rauc", "/",
                    "de.pengutronix.rauc.Installer", "Operation",
                ]).output.starts(with: Array("s \"idle\"".utf8))
        default: true
        }
    }

    private static func includesRoomPorts(_ rules: [UInt8]) -> Bool {
        String(decoding: rules, as: UTF8.self).split(separator: "\n").contains { line in
            line.drop(while: \.isWhitespace).hasPrefix("include") && line.contains(RenderedPath.firewallFolder)
        }
    }

    package func reloadRoom() -> RoomReload {
        guard access(socketPath, F_OK) == 0 else { return .notRunning }
        do {
            var client = try ControlClient(path: socketPath)
            _ = try client.request(.configReload, [:], timeout: .seconds(10))
            let answer = try client.request(.statusGet, ["path": "calls"], timeout: .seconds(5))
            return .done(isInCall: CallsStatus.isAnyLiving(answer["value"]))
        } catch ControlClientError.cannotConnect {
            return .notRunning
        } catch {
            return .failed("\(error)")
        }
    }

    package func restartRoom() -> String? {
        perform(.run(["systemctl", "--no-block", "try-restart", "convened.service"]))
    }

    package func importDirectory(_ file: String) -> String? {
        do {
            let bytes = try SmallFile.read(file, maximum: 4 << 20)
            var client = try ControlClient(path: socketPath)
            let format = file.lowercased().hasSuffix(".csv") ? "csv" : "vcard"
            _ = try client.request(
                .directoryImport, ["format": .string(format), "text": .string(String(decoding: bytes, as: UTF8.self))],
                timeout: .seconds(60))
            return nil
        } catch {
            return "\(file) was not taken into the directory: \(error)"
        }
    }
}

/// A root folder that is no running system, as in tests and when an image is made: nothing is told anything.
package struct NoEffects: SystemEffects {
    package init() {}
    package func perform(_ action: ReloadAction) -> String? { nil }
    package func reloadRoom() -> RoomReload { .notRunning }
    package func restartRoom() -> String? { nil }
    package func importDirectory(_ file: String) -> String? { nil }
}
