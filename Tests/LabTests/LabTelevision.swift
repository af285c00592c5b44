import PeerSupport
import Testing

/// The other end of the lab's HDMI cable, played by cec-follower and cec-ctl.
final class LabTelevision: Sendable {
    enum Manner {
        case awake
        case asleep
        /// Hears everything and answers nothing that matters.
        case silent
    }

    private static let adapter = "vivid-000-vid-cap0"
    private let follower: ChildProcess
    private let folder: TemporaryFolder

    /// Plugs the cable in. The adapters keep their state from test to test, so each begins with its own TV.
    init(_ manner: Manner) async throws {
        folder = try TemporaryFolder()
        let camera = try Lab.videoNode(named: "vivid-000-vid-cap")
        try await Lab.setControls(camera, "hdmi_000_0_is_connected_to=2")
        try await Lab.shell(
            "cec-ctl -s -D vivid -a \(Self.adapter) --clear; cec-ctl -s -D vivid -a \(Self.adapter) --tv -o TV")
        var words = ["-D", "vivid", "-a", Self.adapter, "-m", "-s", "-n"]
        switch manner {
        case .awake: break
        case .asleep: words.append("--standby")
        case .silent: for opcode in ["0x04", "0x0d", "0x36", "0x82", "0x8f"] { words += ["-i", "all,\(opcode)"] }
        }
        follower = try ChildProcess("stdbuf", ["-oL", "cec-follower"] + words, logPath: "\(folder.path)/log")
        // It has the adapter once it may refuse another one.
        try await follower.output(containing: "Initial Event")
    }

    /// What it heard and did.
    var log: String { follower.log }

    func heard(_ message: String) -> Int { log.split(separator: "\n").count { $0.contains(message) } }

    /// Says something to the room, or to everybody.
    func say(_ opcode: String, _ payload: String = "", toAll: Bool = false) async throws {
        try await Lab.shell(
            "cec-ctl -s -D vivid -a \(Self.adapter) --to \(toAll ? 15 : 4) --custom-command cmd=\(opcode)"
                + (payload.isEmpty ? "" : ",payload=\(payload)"))
    }

    /// Presses a key of the TV's remote and lets it go.
    func tap(_ code: String) async throws {
        try await say("0x44", code)
        try await say("0x45")
    }

    func stop() async { await follower.stop() }
}
