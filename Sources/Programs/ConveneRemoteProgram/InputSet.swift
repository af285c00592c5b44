import DeviceMonitor
import LinuxSystem
import RemoteControl
import RemoteInput
import RoomConfiguration

/// The open remotes, receivers and keyboards. Confined to the program's loop.
final class InputSet {
    /// What came of a device's events.
    enum News {
        case press(RemotePress, at: MonotonicTime)
    }

    private final class Open {
        let description: DeviceDescription
        let device: EvdevDevice
        var interpreter = InputInterpreter()

        init(_ description: DeviceDescription, _ device: EvdevDevice) {
            self.description = description
            self.device = device
        }
    }

    /// More are not opened: a room has a handful.
    private static let limit = 32

    private let board: BoardConfiguration
    private let keymaps: [String: Keymap]
    /// In place of those that the board names; empty for the board's own.
    private let roomKeymaps: [String]
    private let journal: Journal
    private var open: [String: Open] = [:]
    private var unknown = UnknownKeys()

    init(board: BoardConfiguration, keymaps: [String: Keymap], roomKeymaps: [String], journal: Journal) {
        self.board = board
        self.keymaps = keymaps
        self.roomKeymaps = roomKeymaps
        self.journal = journal
    }

    /// What poll(2) shall wait for, with the device of each.
    var descriptors: [(identity: String, descriptor: BorrowedDescriptor)] {
        open.sorted { $0.key < $1.key }.map { ($0.key, $0.value.device.borrowed) }
    }

    // MARK: - Devices

    /// Opens a device when the board names it; one that is open already gets its keymap anew.
    func appeared(_ device: DeviceDescription) {
        guard device.subsystem == .input, open[device.identity] == nil, open.count < Self.limit,
            let kind = board.remoteInputs.first(where: {
                $0.match.matches(driver: device.driver, card: device.card, udevProperties: device.properties)
            })
        else { return }
        do throws(SystemError) {
            let opened = try EvdevDevice(node: device.node)
            if kind.isGrabbed { try opened.grab() }
            open[device.identity] = Open(device, opened)
            journal.log(.info, "\(opened.name) (\(device.driver), \(device.node)) is a remote of the room")
            if device.isInfrared { loadKeymaps(kind, opened, device) }
        } catch {
            // One that went away again while it was opened is told as removed.
            journal.log(error.errno == 19 ? .debug : .warning, "\(device.card) cannot be used: \(error)")
        }
    }

    /// Closes a device and lets its keys go.
    func disappeared(_ identity: String, _ repeater: inout KeyRepeater) {
        guard let gone = open.removeValue(forKey: identity) else { return }
        repeater.releaseAll(device: identity)
        journal.log(.info, "\(gone.device.name) is gone")
    }

    /// Closes what a fresh look at the system did not find.
    func keepOnly(_ devices: [DeviceDescription], _ repeater: inout KeyRepeater) {
        let there = Set(devices.map(\.identity))
        for identity in open.keys where !there.contains(identity) { disappeared(identity, &repeater) }
    }

    private func loadKeymaps(
        _ kind: BoardConfiguration.RemoteInput, _ device: EvdevDevice, _ description: DeviceDescription
    ) {
        // Where the board names none, there is no receiver of infrared light: a TV on CEC has such a device too.
        let names = roomKeymaps.isEmpty || kind.keymaps.isEmpty ? kind.keymaps : roomKeymaps
        let maps = names.compactMap { keymaps[$0] }
        guard !maps.isEmpty else { return }
        let entries = maps.flatMap(\.entries)
        do throws(SystemError) {
            try device.loadKeymap(entries.map { ($0.scancode, $0.key.code) })
            journal.log(.info, "\(device.name) has \(entries.count) keys of \(names.joined(separator: ", "))")
        } catch {
            journal.log(.warning, "\(device.name) took no keymap: \(error)")
        }
        let receiver = InfraredReceiver(busPath: description.busPath)
        do throws(SystemError) {
            let (known, enabled) = try receiver.protocols()
            let wanted = Set(maps.flatMap(\.protocols).map(\.rawValue))
            for word in wanted.subtracting(known).sorted() {
                journal.log(.warning, "\(device.name) does not understand \(word), which its keymap needs")
            }
            // LIRC is no protocol: it stands for the device node, which is always there.
            guard Set(enabled).subtracting(["lirc"]) != wanted.intersection(known) else { return }
            try receiver.listen(for: wanted.intersection(known).sorted())
        } catch {
            journal.log(
                .warning,
                "\(device.name) cannot be told which protocols to listen for: \(error). Its file protocols in sysfs must be writable, as the udev rule of the service makes it."
            )
        }
    }

    // MARK: - Events

    /// Reads a device's events into presses.
    func read(_ identity: String, _ repeater: inout KeyRepeater) -> [News] {
        guard let found = open[identity] else { return [] }
        var outputs: [(InputInterpreter.Output, MonotonicTime)] = []
        do throws(SystemError) {
            let result = try found.device.read { event in
                let plain = InputEvent(type: event.type, code: event.code, value: event.value)
                if let output = found.interpreter.handle(plain) { outputs.append((output, event.time)) }
            }
            if result == .gone {
                disappeared(identity, &repeater)
                return []
            }
        } catch {
            journal.log(.warning, "\(found.device.name) cannot be read: \(error)")
            disappeared(identity, &repeater)
            return []
        }
        var news: [News] = []
        for (output, time) in outputs { take(output, time, found, &repeater, &news) }
        return news
    }

    private func take(
        _ output: InputInterpreter.Output, _ time: MonotonicTime, _ found: Open, _ repeater: inout KeyRepeater,
        _ news: inout [News]
    ) {
        let identity = found.description.identity
        switch output {
        case .down(let meaning, let code):
            if let press = repeater.press(meaning, code: code, device: identity, at: time) {
                news.append(.press(press, at: time))
            }
        case .up(let code): repeater.release(code: code, device: identity)
        case .unknownScancode(let code):
            tellUnknown("scancode 0x\(String(code, radix: 16))", found, time)
        case .unused(let key): tellUnknown(key.name, found, time)
        case .lost:
            let down = (try? found.device.keysDown()) ?? []
            if let held = repeater.codeDown(device: identity), !down.contains(UInt16(clamping: held)) {
                repeater.releaseAll(device: identity)
            }
            journal.log(.debug, "\(found.device.name) told more than was read")
        }
    }

    private func tellUnknown(_ what: String, _ found: Open, _ time: MonotonicTime) {
        guard let count = unknown.count(at: time) else { return }
        journal.log(
            .info,
            "\(count) presses without a meaning (\(unknown.total) in all), the last \(what) of \(found.device.name)")
    }
}

extension DeviceDescription {
    /// The device's place and name in sysfs: one device of several on the same bus place.
    var identity: String { "\(busPath)/\(sysname)" }
}
