import CVirtualKeyboard
import Glibc
import PeerSupport
import Testing

/// `convene-remote` as a process of its own, on the lab's devices and beside a room.
final class RemoteProcess: Sendable {
    let process: ChildProcess
    private let folder: TemporaryFolder

    /// Starts it for the room that has, or will have, its control socket at `socketPath`.
    init(socketPath: String) async throws {
        folder = try TemporaryFolder()
        process = try ChildProcess(
            try RoomProcess.builtProgram("convene-remote"),
            [
                "--board", "\(RoomProcess.sourceFolder)/Board/lab/board.yaml", "--socket", socketPath, "--log-level",
                "debug",
            ], logPath: "\(folder.path)/log")
        try await process.output(containing: "rc-core loopback device has 35 keys of lab.toml", within: .seconds(20))
    }

    /// Starts it and waits until it has the room.
    convenience init(room: RoomProcess) async throws {
        try await self.init(socketPath: room.socketPath)
        try await process.output(containing: "the room is there", within: .seconds(20))
    }

    /// What it says of each press that the room took.
    var taken: [Press] {
        process.log.matches(of: /: (\S+)( again)? taken, event (\d+) ns, answer after (\d+) us/).map {
            Press(
                meaning: String($0.1), isRepeat: $0.2 != nil, event: Int64($0.3) ?? 0,
                answerMilliseconds: (Double($0.4) ?? 0) / 1000)
        }
    }

    struct Press: Sendable {
        let meaning: String
        let isRepeat: Bool
        /// The kernel's time of the event, nanoseconds of CLOCK_MONOTONIC.
        let event: Int64
        let answerMilliseconds: Double
    }

    func stop() async throws {
        let outcome = await process.stop(SIGTERM, grace: .seconds(5))
        #expect(outcome == .exited(status: 0), "\(process.log.suffix(2000))")
    }
}

/// The lab's infrared remote: rc-loopback hears what it sends.
enum LabRemote {
    /// Presses a key once: its scancode of `Board/keymaps/lab.toml`, sent as light.
    static func press(_ key: String) async throws {
        let line = try #require(
            readText("\(RoomProcess.sourceFolder)/Board/keymaps/lab.toml").split(separator: "\n")
                .first { $0.hasSuffix("\"\(key)\"") }, "lab.toml has no \(key)")
        try await send(String(line.prefix { $0 != " " }))
    }

    static func send(_ scancode: String) async throws {
        let receivers = entries(of: "/sys/class/rc").filter {
            (try? readText("/sys/class/rc/\($0)/uevent"))?.contains("DRV_NAME=rc-loopback") == true
        }
        let receiver = try #require(receivers.first)
        let node = try #require(entries(of: "/sys/class/rc/\(receiver)").first { $0.hasPrefix("lirc") })
        try await Lab.shell("ir-ctl -d /dev/\(node) -S nec:\(scancode)")
    }
}

/// A keyboard made with uinput; unplugged when it is dropped.
final class LabKeyboard: Sendable {
    private let descriptor: Int32

    init(name: String = "Convene test keyboard") throws {
        descriptor = virtual_keyboard_open(name)
        try #require(descriptor >= 0, "no uinput: error \(errno)")
    }

    deinit { close(descriptor) }

    /// Presses or lets go; gives the kernel's clock just before.
    @discardableResult
    func set(_ code: UInt16, down: Bool) throws -> Int64 {
        let now = virtual_keyboard_now()
        try #require(virtual_keyboard_key(descriptor, code, down ? 1 : 0) == 0)
        return now
    }

    @discardableResult
    func tap(_ code: UInt16) throws -> Int64 {
        let now = try set(code, down: true)
        try set(code, down: false)
        return now
    }

    // linux/input-event-codes.h
    static let mute: UInt16 = 113
    static let volumeDown: UInt16 = 114
    static let volumeUp: UInt16 = 115
    static let power: UInt16 = 116
}

/// Times of a run, printed as figures.
struct LabTimes {
    private let sorted: [Double]

    init(_ milliseconds: [Double]) { sorted = milliseconds.sorted() }

    var median: Double { at(0.5) }
    var percentile99: Double { at(0.99) }

    private func at(_ share: Double) -> Double {
        sorted.isEmpty ? .nan : sorted[min(sorted.count - 1, Int((Double(sorted.count) * share).rounded(.up)) - 1)]
    }

    func printFigure(_ name: String) {
        func short(_ value: Double) -> Double { (value * 10).rounded() / 10 }
        print(
            "figure: \(name): median \(short(median)) ms, 99th percentile \(short(percentile99)) ms, \(sorted.count) times"
        )
    }
}
