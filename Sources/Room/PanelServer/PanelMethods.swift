import ControlProtocol

/// What a page may ask of the room. A method that is not here does not pass, whatever the room has: a page that is
/// taken over must not reach files, or more of the socket than people in a room need.
enum PanelMethods {
    enum Access: Sendable {
        /// Whoever is paired.
        case paired
        /// Only with the admin PIN, over the connection that the PIN unlocked.
        case admin
    }

    static func access(to method: String) -> Access? {
        if admin.contains(method) { return .admin }
        return paired.contains(method) ? .paired : nil
    }

    private static let paired: Set<String> = [
        "call.dial", "call.answer", "call.hangup", "call.hold", "call.resume", "call.dtmf",
        "audio.mute", "audio.volume", "camera.set", "camera.preset", "display.layout", "display.selfview",
        "directory.search", "directory.get", "directory.add", "directory.edit", "directory.remove",
        "history.list", "history.seen", "history.clear",
        "room.do_not_disturb", "room.standby", "room.safe_mode", "key.press", "key.type",
    ]

    private static let admin: Set<String> = ["config.get", "config.set"]

    /// Methods whose presence the page asks for, to show what the room can do.
    static let known = paired.union(admin)
}
