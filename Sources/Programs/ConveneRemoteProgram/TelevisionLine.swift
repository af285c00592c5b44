import CEC
import CECLine
import ControlProtocol
import LinuxSystem
import RemoteControl

/// One CEC adapter with what the room does over it. Confined to the program's loop.
final class TelevisionLine {
    /// What the loop shall do.
    enum News {
        case press(RemotePress)
        case report(TelevisionReport)
        case wakeRoom
        case gone
    }

    let identity: String
    private let adapter: CECAdapter
    private let journal: Journal
    private var machine: CECStateMachine
    private var claimedName: String?
    /// When an address is claimed even though the room has not said its name.
    private var claimDue: MonotonicTime?

    private static let nameless = "Convene"

    /// Opens the adapter.
    init(
        node: String, identity: String, policy: CECStateMachine.Policy, journal: Journal
    ) throws(SystemError) {
        self.identity = identity
        self.journal = journal
        adapter = try CECAdapter(node: node)
        machine = CECStateMachine(policy: policy)
        claimDue = .now + .seconds(5)
    }

    var borrowed: BorrowedDescriptor { adapter.borrowed }
    var name: String { adapter.identity.name }
    /// Whether a TV can be reached.
    var isConnected: Bool { machine.line.logical != nil }
    var report: TelevisionReport { machine.report }

    var deadline: MonotonicTime? { [machine.deadline, claimDue].compactMap { $0 }.min() }

    // MARK: - Room

    /// What the room is called; the TV shows it.
    func setName(_ roomName: String) {
        let name = roomName.unicodeScalars.contains { (0x21..<0x7F).contains($0.value) } ? roomName : Self.nameless
        guard name != claimedName else { return }
        claimedName = name
        claimDue = nil
        do throws(SystemError) {
            try adapter.claim(osdName: name)
        } catch {
            journal.log(.warning, "\(self.name): no CEC address can be claimed: \(error)")
        }
    }

    func roomChanged(_ room: CECStateMachine.Room, _ repeater: inout KeyRepeater) -> [News] {
        perform(machine.handle(.room(room), at: .now), &repeater)
    }

    /// Turns the TV's volume; false when it is not ours to turn.
    func turnVolume(_ key: ControlKey, _ repeater: inout KeyRepeater) -> [News]? {
        guard machine.policy.turnsVolume, isConnected else { return nil }
        return perform(machine.handle(.volume(key == .volumeUp ? .volumeUp : .volumeDown), at: .now), &repeater)
    }

    // MARK: - Line

    /// Takes what has come and what is due.
    func turn(_ repeater: inout KeyRepeater) -> [News] {
        if let claimDue, claimDue <= .now { setName(Self.nameless) }
        var news: [News] = []
        do throws(SystemError) {
            if let line = try adapter.nextLine() {
                let now = CECStateMachine.Line(physical: line.physical, logical: line.logical)
                news += perform(machine.handle(.line(now), at: .now), &repeater)
            }
            while let input = try adapter.next() {
                switch input {
                case .received(let message):
                    journal.log(.debug, "\(name): heard \(message)")
                    news += perform(machine.handle(.received(message), at: .now), &repeater)
                case .sent(let message, let isAcknowledged):
                    journal.log(.debug, "\(name): said \(message)\(isAcknowledged ? "" : ", nobody heard it")")
                    news += perform(
                        machine.handle(.sent(message, isAcknowledged: isAcknowledged), at: .now), &repeater)
                }
            }
            news += perform(machine.handle(.due, at: .now), &repeater)
        } catch {
            journal.log(error.errno == 19 ? .info : .warning, "\(name): the CEC adapter is lost: \(error)")
            repeater.releaseAll(device: identity)
            news.append(.gone)
        }
        return news
    }

    private func perform(_ actions: [CECStateMachine.Action], _ repeater: inout KeyRepeater) -> [News] {
        var news: [News] = []
        for action in actions {
            switch action {
            case .send(let message):
                if !adapter.transmit(message) { journal.log(.debug, "\(name): \(message) was not taken") }
            case .keyDown(let key, let code):
                if let press = repeater.press(.key(key), code: code, device: identity, at: .now, isSure: false) {
                    news.append(.press(press))
                }
            case .keyHeld: repeater.confirm(device: identity)
            case .keyUp(let code): repeater.release(code: code, device: identity)
            case .wakeRoom: news.append(.wakeRoom)
            case .report(let report): news.append(.report(report))
            case .note(let text): journal.log(.info, "\(name): \(text)")
            }
        }
        return news
    }
}
