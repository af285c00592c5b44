import Glibc
import LinuxSystem
package import RoomConfiguration

/// The box's files for settings: secrets, certificates and keys that `room.yaml` names and never holds.
///
/// A secret is a file that only root reads, or a credential that systemd-creds(1) encrypted with the box's own key.
package struct SecretStore: Sendable {
    /// `/var/lib/convene/files` on a box.
    package let folder: String

    package static let standardFolder = "/var/lib/convene/files"
    /// Bytes of one file, and how many files there may be.
    package static let maximumBytes = 64 * 1024
    package static let maximumCount = 64

    package init(folder: String) {
        self.folder = folder
    }

    func path(_ reference: SecretReference) -> String {
        switch reference {
        case .file(let name): name.hasPrefix("/") ? name : "\(folder)/\(name)"
        case .credential(let name): "\(folder)/\(name).cred"
        }
    }

    /// What keeps a secret from being used; nil when it is there.
    func complaint(about reference: SecretReference) -> String? {
        let path = path(reference)
        guard access(path, R_OK) != 0 else { return nil }
        let reason = SystemError.name(of: errno)
        return
            "\(path) cannot be read (\(reason)); bring it with convenectl provision --secret NAME=FILE, or config put"
    }

    /// The secret itself, without the end of its line.
    package func read(_ reference: SecretReference) throws(ProvisioningError) -> [UInt8] {
        let path = path(reference)
        var bytes: [UInt8]
        switch reference {
        case .file:
            do { bytes = try SmallFile.read(path, maximum: Self.maximumBytes) } catch {
                throw .system("the secret \(path) cannot be read: \(error)")
            }
        case .credential(let name):
            let result = Tool.run(["systemd-creds", "decrypt", "--name=\(name)", path, "-"])
            guard result.status == 0 else {
                throw .system("systemd-creds could not decrypt \(path): \(result.errors)")
            }
            bytes = result.output
        }
        while let last = bytes.last, last == 0x0A || last == 0x0D { bytes.removeLast() }
        return bytes
    }

    /// Keeps a file under a name.
    ///
    /// - Parameter isSecret: true for root alone; false for the room's group as well, as the panel's certificate.
    package func put(_ name: String, _ bytes: [UInt8], isSecret: Bool) throws(ProvisioningError) -> String {
        guard SecretReference.isName(name) else {
            throw .usage("\(Revision.cleaned(name, 64)) is no name for a file: letters, digits, - _ and . only")
        }
        guard bytes.count <= Self.maximumBytes else {
            throw .usage("\(name) has \(bytes.count) bytes; at most \(Self.maximumBytes) are kept")
        }
        let path = "\(folder)/\(name)"
        guard SmallFile.exists(path) || SmallFile.names(in: folder).count < Self.maximumCount else {
            throw .usage("the box keeps \(Self.maximumCount) files already; remove one (config forget NAME) first")
        }
        do throws(SystemError) {
            try SmallFile.makeFolder(folder, permissions: 0o750)
            SmallFile.share(folder, withGroupOf: SmallFile.parent(folder))
            try AtomicFile.replace(path, with: bytes, permissions: isSecret ? 0o600 : 0o640)
            try retryingOnInterrupt("chmod(\(path))") { chmod(path, isSecret ? 0o600 : 0o640) }
            if !isSecret { SmallFile.share(path, withGroupOf: folder) }
        } catch {
            throw .disk(error)
        }
        return path
    }

    /// Removes a file.
    package func forget(_ name: String) throws(ProvisioningError) {
        guard SecretReference.isName(name), SmallFile.exists("\(folder)/\(name)") else {
            throw .usage("the box keeps no file \(Revision.cleaned(name, 64))")
        }
        do { try SmallFile.remove("\(folder)/\(name)") } catch { throw .disk(error) }
    }
}
