import ControlProtocol
import Glibc
import PasswordHashing
import PeerSupport
import Testing

/// The service behind the screen's maintenance page, as systemd starts it: `convenectl maintenance` for each connection.
/// The journal is a program of the test's own.
private final class MaintenanceListener: Sendable {
    let path: String
    private let listener: ChildProcess

    init(in folder: TemporaryFolder) async throws {
        let programs = "\(folder.path)/bin"
        mkdir(programs, 0o755)
        try writeText(
            """
            #!/bin/sh
            for number in $(seq 1 40); do
                echo "2026-11-24T08:00:$((number + 10))+00:00 room convened[77]: line $number"
            done
            """, to: "\(programs)/journalctl")
        chmod("\(programs)/journalctl", 0o755)
        symlink(try RoomProcess.builtProgram("convenectl"), "\(programs)/convenectl")
        path = "\(folder.path)/maintenance.sock"
        listener = try ChildProcess(
            "/usr/bin/socat", ["UNIX-LISTEN:\(path),fork", "EXEC:convenectl maintenance"],
            environment: ["PATH": "\(programs):/usr/bin:/bin"], logPath: "\(folder.path)/socat.log")
        let path = path
        try await eventually("the service listens") { access(path, F_OK) == 0 ? true : nil }
    }

    func stop() async { _ = await listener.stop(SIGTERM, grace: .seconds(2)) }
}

@Suite("The maintenance page of a room's screen", .serialized)
struct MaintenanceRoomTests {
    private func with(
        settings: String = "", _ body: (RoomProcess) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let listener = try await MaintenanceListener(in: folder)
        let room = try await RoomProcess(settings: settings, arguments: ["--maintenance", listener.path])
        try await body(room)
        try await room.stop()
        await listener.stop()
    }

    private func press(_ room: RoomProcess, _ keys: [ControlKey]) async throws {
        for key in keys { try room.request(.keyPress, ["key": JSONValue(key.rawValue)]) }
    }

    private func sees(_ room: RoomProcess, _ path: String, _ wanted: String) async throws {
        try await eventually("\(path) is \(wanted)") {
            try room.status(path)?.stringValue == wanted ? true : nil
        }
    }

    private static let toMaintenance: [ControlKey] = [.f4, .up, .up, .ok]

    @Test("Logs are read, diagnostics ask for a stick, and nothing is erased without a PIN in the settings")
    func tasks() async throws {
        try await with { room in
            try await press(room, Self.toMaintenance)
            try await sees(room, "screen.page", "maintenance")
            try await press(room, [.ok])
            try await sees(room, "screen.page", "logs")
            try await eventually("the logs are there") { try room.number("screen.logs") == 40 ? true : nil }
            try await press(room, [.back, .down, .ok])
            try await sees(room, "screen.maintenance.work", "no_stick")
            // What came of it is no news any more to who comes back.
            try await press(room, [.home] + Self.toMaintenance)
            try await sees(room, "screen.maintenance.work", "none")
            try await press(room, [.down])
            // Whoever presses keys may be on the network: without a PIN in the settings nothing is erased.
            try await press(room, [.down, .ok])
            #expect(try room.status("screen.page")?.stringValue == "maintenance")
        }
    }

    @Test(
        "A PIN stands before the page when the settings have one, its digits are told to nobody, and only a box is erased"
    )
    func pin() async throws {
        let hash = try PasswordHash.make("2468")
        try await with(settings: "panel:\n  pin: \(hash)\n") { room in
            try await press(room, Self.toMaintenance)
            try await sees(room, "screen.page", "code")
            #expect(try room.status("screen.maintenance.locked")?.boolValue == true)
            try await press(room, [.two, .two, .two, .two, .ok])
            try await eventually("it is refused") {
                try room.status("screen.code")?.stringValue == "wrong" ? true : nil
            }
            try await press(room, [.two, .four, .six, .eight])
            #expect(try room.status("screen.focus") == .null)
            try await press(room, [.ok])
            try await sees(room, "screen.page", "maintenance")
            #expect(!room.process.log.contains("2468"))
            // This machine is no box: what has the number typed in full is refused by the service itself.
            try await press(room, [.up, .ok])
            try await sees(room, "screen.page", "code")
            let number = try #require(try room.status("screen.code_number")?.stringValue)
            try await press(room, [.one, .ok])
            try await sees(room, "screen.code", number == "1" ? "typing" : "wrong")
            try await press(room, number.compactMap { ControlKey(rawValue: String($0)) } + [.ok])
            try await sees(room, "screen.maintenance.work", "failed")
            let reason = try room.status("screen.maintenance.detail")?.stringValue ?? ""
            #expect(reason.hasPrefix("this machine is not one of Convene's images"), "\(reason)")
        }
    }

    @Test("Without the service, or where the settings say so, the page is not offered")
    func absent() async throws {
        let room = try await RoomProcess(arguments: ["--maintenance", "/nowhere/maintenance.sock"])
        try await press(room, Self.toMaintenance)
        #expect(try room.status("screen.page")?.stringValue == "settings")
        #expect(try room.status("screen.maintenance") == .null)
        try await room.stop()
        try await with(settings: "display:\n  maintenance: false\n") { room in
            try await press(room, Self.toMaintenance)
            #expect(try room.status("screen.page")?.stringValue == "settings")
        }
    }
}
