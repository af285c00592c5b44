import CallSignaling
import LinuxSystem
import Provisioning
import RoomConfiguration

/// The account that the settings give, with the password that they only name.
enum AccountReader {
    /// Nil without an account. One that cannot be used says why: the room runs without it.
    static func account(_ settings: RoomSettings.Account?) throws(SignalingError) -> SIPAccount? {
        guard let settings else { return nil }
        var (password, trouble) = ("", String?.none)
        if let reference = settings.password {
            switch read(reference) {
            case .success(let text): password = text
            case .failure(let error): trouble = "its password cannot be read: \(error)"
            }
        }
        return try SIPAccount(
            address: settings.address, server: settings.server, user: settings.user, password: password,
            lifetime: settings.lifetime, trouble: trouble)
    }

    /// On a box the settings' service reads the secret, which is root's, and leaves it to the room alone. Elsewhere an
    /// absolute path is read as it stands.
    private static func read(_ reference: SecretReference) -> Result<String, SystemError> {
        var paths = [RenderedPath.accountPasswordFile]
        if case .file(let name) = reference, name.hasPrefix("/") { paths.insert(name, at: 0) }
        var first: SystemError?
        for path in paths {
            do throws(SystemError) {
                var bytes = try SmallFile.read(path, maximum: SecretStore.maximumBytes)
                while let last = bytes.last, last == 0x0A || last == 0x0D { bytes.removeLast() }
                return .success(String(decoding: bytes, as: UTF8.self))
            } catch {
                first = first ?? error
            }
        }
        return .failure(first ?? SystemError(operation: "open", errno: 2))
    }
}
