import CECLine
import ControlProtocol
import DeviceMonitor
import LinuxSystem
import RemoteControl
import RoomConfiguration

/// The program's one loop: devices, TV and room, waited for together. Runs on the main thread.
final class RemoteService {
    /// More adapters are not opened: a box has one or two connectors.
    private static let lineLimit = 8

    private let board: BoardConfiguration
    private let journal: Journal
    private let inbox: DeviceInbox
    private let inputs: InputSet
    private let link: RoomLink
    private let notifier = ServiceNotifier()
    private var lines: [String: TelevisionLine] = [:]
    private var repeater = KeyRepeater()
    private var room: RoomView?
    private var toldReport: TelevisionReport?
    private var watchdogDue: MonotonicTime?

    init(
        board: BoardConfiguration, keymaps: [String: Keymap], roomKeymaps: [String], socketPath: String,
        journal: Journal
    ) throws(SystemError) {
        self.board = board
        self.journal = journal
        inbox = try DeviceInbox()
        inputs = InputSet(board: board, keymaps: keymaps, roomKeymaps: roomKeymaps, journal: journal)
        // Status is only needed for the TV; without it a call's figures need not come here every second.
        link = RoomLink(path: socketPath, paths: board.television.matches.isEmpty ? [] : ["room", "calls"])
    }

    /// Serves until SIGTERM or SIGINT comes.
    func run() throws(SystemError) {
        try inbox.start()
        notifier.send("READY=1")
        watchdogDue = notifier.watchdogInterval.map { .now + $0 }
        while !TerminationSignals.descriptor.hasCome() {
            let devices = inputs.descriptors
            let lines = Array(self.lines.values)
            var waits = PollSet(count: 3 + devices.count + lines.count)
            waits.watch(0, TerminationSignals.descriptor.borrowed, for: .readable)
            waits.watch(1, inbox.borrowed, for: .readable)
            waits.watch(2, link.borrowed, for: .readable)
            for (index, device) in devices.enumerated() { waits.watch(3 + index, device.descriptor, for: .readable) }
            for (index, line) in lines.enumerated() {
                waits.watch(3 + devices.count + index, line.borrowed, for: [.readable, .priority])
            }
            _ = try waits.wait(nanoseconds: deadline.map { max(0, $0 - .now) })

            // Keys first: somebody waits for them.
            for (index, device) in devices.enumerated() where !waits.readiness(3 + index).isEmpty {
                for case .press(let press, let time) in inputs.read(device.identity, &repeater) { send(press, time) }
            }
            for (index, line) in lines.enumerated()
            where !waits.readiness(3 + devices.count + index).isEmpty || (line.deadline.map { $0 <= .now } ?? false) {
                take(line.turn(&repeater), of: line)
            }
            let now = MonotonicTime.now
            for press in repeater.due(at: now) { send(press, now) }
            if !waits.readiness(1).isEmpty { devicesChanged() }
            if !waits.readiness(2).isEmpty { link.receive(now).forEach(heard) }
            let wasConnected = link.isConnected
            link.tick(now).forEach(heard)
            if link.isConnected, !wasConnected { journal.log(.info, "the room is there") }
            kickWatchdog(now)
        }
        notifier.send("STOPPING=1")
        inbox.stop()
    }

    private var deadline: MonotonicTime? {
        ([repeater.deadline, link.deadline, watchdogDue] + lines.values.map(\.deadline)).compactMap { $0 }.min()
    }

    private func kickWatchdog(_ now: MonotonicTime) {
        guard let due = watchdogDue, due <= now, let interval = notifier.watchdogInterval else { return }
        notifier.send("WATCHDOG=1")
        watchdogDue = now + interval
    }

    // MARK: - Keys

    private func send(_ press: RemotePress, _ time: MonotonicTime) {
        if case .key(let key) = press.meaning, key == .volumeUp || key == .volumeDown {
            for line in lines.values {
                if let news = line.turnVolume(key, &repeater) {
                    take(news, of: line)
                    return
                }
            }
        }
        if !link.press(press, event: time, at: .now) {
            journal.log(.debug, "\(press.meaning) is lost: the room is away or has fallen behind")
        }
    }

    // MARK: - Devices

    private func devicesChanged() {
        for event in inbox.take() {
            switch event {
            case .snapshot(let devices):
                inputs.keepOnly(devices, &repeater)
                for line in lines.values where !devices.contains(where: { $0.identity == line.identity }) {
                    lineLost(line)
                }
                devices.forEach(appeared)
            case .added(let device), .changed(let device): appeared(device)
            case .removed(let device):
                inputs.disappeared(device.identity, &repeater)
                if let line = lines[device.identity] { lineLost(line) }
            }
        }
    }

    private func appeared(_ device: DeviceDescription) {
        guard device.subsystem == .cec else {
            inputs.appeared(device)
            return
        }
        guard lines[device.identity] == nil, lines.count < Self.lineLimit, !board.television.matches.isEmpty
        else { return }
        do throws(SystemError) {
            let found = try CECAdapter.identity(of: device.node)
            guard board.television.matches.contains(where: { $0.matches(driver: found.driver, card: found.name) })
            else { return }
            let policy = board.television
            let line = try TelevisionLine(
                node: device.node, identity: device.identity,
                policy: CECStateMachine.Policy(
                    wakes: policy.wakes, sleeps: policy.sleeps, turnsVolume: policy.turnsVolume), journal: journal)
            lines[device.identity] = line
            journal.log(.info, "\(found.name) (\(found.driver), \(device.node)) leads to the TV")
            if let room { tell(line, room) }
            take(line.turn(&repeater), of: line)
            reportTelevision()
        } catch {
            journal.log(.warning, "the CEC adapter \(device.node) cannot be used: \(error)")
        }
    }

    // MARK: - TV

    private func lineLost(_ line: TelevisionLine) {
        lines[line.identity] = nil
        repeater.releaseAll(device: line.identity)
        reportTelevision()
    }

    private func take(_ news: [TelevisionLine.News], of line: TelevisionLine) {
        for item in news {
            switch item {
            case .press(let press): send(press, .now)
            case .wakeRoom: link.wake(at: .now)
            case .report: reportTelevision()
            case .gone: lineLost(line)
            }
        }
    }

    /// Tells the room of the TV that can be reached, when that is news.
    private func reportTelevision() {
        let reachable = lines.values.filter(\.isConnected).map(\.report)
        let report = reachable.first { $0.power == .on } ?? reachable.first ?? TelevisionReport(power: .unknown)
        guard link.isConnected, report != toldReport else { return }
        toldReport = report
        link.report(report, at: .now)
        journal.log(.info, "the TV is \(report.power.rawValue)")
    }

    // MARK: - Room

    private func heard(_ news: RoomLink.News) {
        switch news {
        case .pressed(let press, let event):
            let microseconds = (MonotonicTime.now - event) / 1000
            journal.log(
                .debug,
                "\(press.meaning)\(press.isRepeat ? " again" : "") taken, event \(event.nanoseconds) ns, answer after \(microseconds) us"
            )
        case .lost(let reason):
            toldReport = nil
            // Its calls are over as far as the TV is concerned: nobody asks it again and again for a room that is away.
            if var last = room {
                last.state.ringing = []
                last.state.isInCall = false
                room = last
                for line in lines.values { tell(line, last) }
            }
            journal.log(.warning, "the room is away: \(reason)")
        case .status(let status):
            guard let now = RoomView(status), now != room else { return }
            let isNew = room == nil || toldReport == nil
            room = now
            for line in lines.values { tell(line, now) }
            if isNew, !lines.isEmpty { reportTelevision() }
        }
    }

    private func tell(_ line: TelevisionLine, _ room: RoomView) {
        line.setName(room.name)
        take(line.roomChanged(room.state, &repeater), of: line)
    }
}
