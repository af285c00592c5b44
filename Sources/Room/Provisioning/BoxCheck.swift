import Glibc
import LinuxSystem
package import RoomConfiguration

/// Holds settings against the box that they are for: files, certificates, secrets, zones and groups that they name.
package struct BoxCheck: Sendable {
    /// "/" on a box.
    package let root: String
    package let secrets: SecretStore
    /// Seconds since 1970.
    package let now: Int64

    package init(root: String, secrets: SecretStore, now: Int64) {
        self.root = root.hasSuffix("/") ? String(root.dropLast()) : root
        self.secrets = secrets
        self.now = now
    }

    /// Everything that is wrong, each with its place in the file.
    package func issues(_ file: RoomFile) -> [ConfigurationIssue] {
        let system = file.system
        var issues: [ConfigurationIssue] = []
        let zones = "\(root)/usr/share/zoneinfo"
        if SmallFile.isFolder(zones), !SmallFile.exists("\(zones)/\(system.timeZone)") {
            issues.append(
                file.issue(
                    at: "system.time_zone",
                    "the box has no time zone \(system.timeZone); see timedatectl list-timezones"))
        }
        // A root of another box has groups of its own, which cannot be asked from here.
        if root.isEmpty { issues += GroupCheck.issues(file) }
        issues += pair(file, "panel.certificate", "panel.key")
        if system.admission.method == .tls { issues += pair(file, "dot1x.certificate", "dot1x.key") }
        if system.admission.method != .off, !system.admission.authority.isEmpty {
            issues += certificate(file, "dot1x.authority", system.admission.authority, key: nil)
        }
        for authority in system.authorities {
            issues += certificate(file, "certificates.authorities", authority, key: nil)
        }
        for keymap in system.keymaps where keymapPlaces(keymap).allSatisfy({ !SmallFile.exists(root + $0) }) {
            let places = keymapPlaces(keymap).joined(separator: ", ")
            issues.append(
                file.issue(at: "remote.keymaps", "the box has no keymap \(keymap); looked for \(places)"))
        }
        if system.admission.method != .off, let password = system.admission.password,
            let complaint = secrets.complaint(about: password)
        {
            issues.append(file.issue(at: "dot1x.password", complaint))
        }
        if let password = system.accountPassword, let complaint = secrets.complaint(about: password) {
            issues.append(file.issue(at: "account.password", complaint))
        }
        return issues
    }

    private func keymapPlaces(_ name: String) -> [String] {
        BoardConfiguration.keymapPaths(name, boardFile: BoardConfiguration.standardFile)
    }

    private func pair(_ file: RoomFile, _ certificatePath: String, _ keyPath: String) -> [ConfigurationIssue] {
        let (name, key) = (file.text(certificatePath), file.text(keyPath))
        guard !name.isEmpty, !key.isEmpty else { return [] }
        return certificate(file, certificatePath, name, key: key)
    }

    private func certificate(
        _ file: RoomFile, _ path: String, _ name: String, key: String?
    ) -> [ConfigurationIssue] {
        let complaint = CertificateCheck.complaint(
            certificate: root + name, key: key.map { root + $0 }, now: now)
        return complaint.map { [file.issue(at: path, $0)] } ?? []
    }
}
