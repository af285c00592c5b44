import ControlProtocol
import PasswordHashing

extension RoomSchema {
    /// The touch panel: convene-panel asks for these over the control socket when it starts.
    static let panel = ConfigurationField(
        group: "panel",
        [
            ConfigurationField(
                "listen", .string(maximumLength: 64), default: "127.0.0.1", check: ConfigurationCheck.address,
                "The address that the touch panel listens on; any but this machine's own is served over TLS only."),
            ConfigurationField("port", .integer(1...65535), default: 8480, "The port that it listens on."),
            ConfigurationField(
                "certificate", .string(maximumLength: 4096), default: "", check: ConfigurationCheck.fileOrNothing,
                "The certificate as a PEM file; empty: the box makes one for itself."),
            ConfigurationField(
                "key", .string(maximumLength: 4096), default: "", check: ConfigurationCheck.fileOrNothing,
                "The certificate's key as a PEM file."),
            ConfigurationField(
                "names", .list(.string(maximumLength: 253), maximumCount: 16), default: [],
                "Names by which browsers reach the panel, besides the machine's own name and addresses."),
            ConfigurationField(
                "pin", .string(maximumLength: 256), default: "", effect: .now, isSecret: true,
                check: ConfigurationCheck.pinHash,
                "The hash of the PIN that unlocks the panel's settings (empty: they stay locked) and the screen's maintenance page (empty: it is open and erases nothing), from convene-panel --hash-pin; for a remote, digits."
            ),
            ConfigurationField(
                "session_days", .integer(1...365), unit: "days", default: 30,
                "How long a paired browser stays paired."),
        ], "The touch panel.")
}

extension ConfigurationCheck {
    /// An absolute path, or nothing.
    @Sendable static func fileOrNothing(_ value: JSONValue) -> String? {
        guard let text = value.stringValue else { return nil }
        let fits = text.isEmpty || (text.hasPrefix("/") && !text.hasSuffix("/"))
        return fits ? nil : "expected a file from the root folder down"
    }

    /// A hash of crypt(5) by a slow method, never the PIN itself.
    @Sendable static func pinHash(_ value: JSONValue) -> String? {
        guard let text = value.stringValue else { return nil }
        return text.isEmpty || PasswordHash.isHash(text)
            ? nil : "expected a hash from convene-panel --hash-pin (never the PIN itself)"
    }
}
