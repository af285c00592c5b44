import ControlProtocol
import DeviceMonitor
import Glibc
import LinuxSystem
import RemoteControl
import RemoteInput

/// A person at a terminal, a receiver, and the questions in between.
final class LearningSession {
    /// Why no receiver can be used.
    struct NoReceiver: Error, CustomStringConvertible {
        let description: String
    }

    private let lirc: LIRCReceiver
    private let controls: InfraredReceiver
    private let name: String
    private var learning: KeymapLearning
    /// Bytes of a line that has not ended.
    private var typed: [UInt8] = []

    /// Opens the one receiver that is there, or the one that `receiver` names.
    init(receiver: String?, keys: [ControlKey]) throws {
        let devices = DeviceMonitor.snapshot([.lirc])
        let named = devices.filter { device in
            guard let receiver else { return true }
            return [device.driver, device.card].contains {
                DeviceMatch(subsystem: .lirc, card: receiver).matches(device.named($0))
            }
        }
        var opened: [(device: DeviceDescription, lirc: LIRCReceiver)] = []
        var refusals: [String] = []
        for device in named {
            do throws(SystemError) {
                opened.append((device, try LIRCReceiver(node: device.node)))
            } catch {
                refusals.append("\(device.card): \(error)")
            }
        }
        guard let (device, lirc) = opened.first, opened.count == 1 else {
            let names = devices.map { "\($0.card) (\($0.driver))" }.joined(separator: ", ")
            throw NoReceiver(
                description: opened.count > 1
                    ? "several receivers are there: \(names). Say which with --receiver."
                    : devices.isEmpty
                        ? "no infrared receiver is there."
                        : "none of the receivers that are there (\(names)) can be read. "
                            + refusals.joined(separator: "; "))
        }
        self.lirc = lirc
        controls = InfraredReceiver(busPath: device.busPath)
        name = device.card
        learning = KeymapLearning(keys: keys, at: .now)
    }

    /// Asks until all is learnt, the person ends it, or nobody presses anything.
    ///
    /// - Returns: what was learnt, and whether the person was there to the end.
    func run(name: String) throws(SystemError) -> (keymap: Keymap, isComplete: Bool) {
        let before = listenToAll()
        defer { if let before { try? controls.listen(for: before) } }
        print("Listening on \(self.name). Press each key twice. Enter leaves it out, q and Enter ends.")
        var isComplete = true
        var hasInput = true
        say(learning.start)
        while let deadline = learning.deadline {
            var waits = PollSet(count: 3)
            waits.watch(0, lirc.borrowed, for: .readable)
            waits.watch(1, hasInput ? BorrowedDescriptor(rawValue: STDIN_FILENO) : nil, for: .readable)
            waits.watch(2, TerminationSignals.descriptor.borrowed, for: .readable)
            _ = try waits.wait(nanoseconds: max(0, deadline - .now))
            var outputs: [KeymapLearning.Output] = []
            if !waits.readiness(0).isEmpty { outputs += try takeScancodes() }
            if !waits.readiness(1).isEmpty { outputs += takeLines(&hasInput) }
            if TerminationSignals.descriptor.hasCome() { outputs += learning.handle(.finish, at: .now) }
            outputs += learning.due(at: .now)
            if outputs.contains(.timedOut) { isComplete = false }
            outputs.forEach(say)
        }
        return (learning.keymap(name: name), isComplete)
    }

    /// Has the receiver understand all that it can, and gives what it listened for before; nil when that may not be
    /// changed.
    private func listenToAll() -> [String]? {
        do throws(SystemError) {
            let (known, enabled) = try controls.protocols()
            let usable = Set(InfraredProtocol.allCases.map(\.rawValue)).subtracting(["other", "unknown"])
            try controls.listen(for: known.filter(usable.contains))
            return enabled.filter { $0 != "lirc" }
        } catch {
            Journal.complain("the receiver keeps to the protocols that it listens for already: \(error)")
            return nil
        }
    }

    private func takeScancodes() throws(SystemError) -> [KeymapLearning.Output] {
        var outputs: [KeymapLearning.Output] = []
        while let found = try lirc.next() {
            guard let transmission = found.transmission.flatMap(InfraredProtocol.init(rawValue:)) else { continue }
            let code = ReceivedScancode(
                transmission: transmission, variant: found.variant, scancode: found.scancode)
            outputs += learning.handle(.scancode(code, isRepeat: found.isRepeat), at: .now)
        }
        return outputs
    }

    /// Lines of the terminal; its end only means that nobody types.
    private func takeLines(_ hasInput: inout Bool) -> [KeymapLearning.Output] {
        var chunk = [UInt8](repeating: 0, count: 256)
        let count = read(STDIN_FILENO, &chunk, chunk.count)
        guard count > 0 else {
            hasInput = false
            return []
        }
        var outputs: [KeymapLearning.Output] = []
        for byte in chunk.prefix(count) {
            if byte != UInt8(ascii: "\n") {
                if typed.count < 16 { typed.append(byte) }
                continue
            }
            let line = String(decoding: typed, as: UTF8.self)
            typed = []
            outputs += learning.handle(line == "q" ? .finish : .skip, at: .now)
        }
        return outputs
    }

    private func say(_ output: KeymapLearning.Output) {
        switch output {
        case .ask(let key): print("\(key.rawValue): press it")
        case .again(let key): print("\(key.rawValue): once more")
        case .differs(let key): print("\(key.rawValue): that was another key; press it twice, from the start")
        case .learnt(let key, let code):
            print(
                "\(key.rawValue): \(code.variant ?? code.transmission.rawValue) 0x\(String(code.scancode, radix: 16))")
        case .taken(let key, let other): print("\(key.rawValue): that key is \(other.rawValue) already; press another")
        case .done: print("That is all.")
        case .timedOut: print("Nobody pressed a key for \(KeymapLearning.patience).")
        }
        fflush(nil)
    }
}

extension DeviceDescription {
    /// The same device under another name.
    fileprivate func named(_ name: String) -> DeviceDescription {
        var other = self
        other.card = name
        return other
    }
}
