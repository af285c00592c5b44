import ArgumentParser
import ControlClient
import ControlProtocol
import Glibc
import LinuxSystem
import SystemUpdate

/// What `convene-health.service` runs at every boot: a system that the room works with is marked good, any other is
/// restarted until the boot loader gives the other slot its turn.
struct UpdateConfirmCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm", abstract: "Marks the running slot good once the room is ready.", shouldDisplay: false)

    @Option(help: ArgumentHelp("How long the room may take.", valueName: "seconds"))
    var within = 240

    func run() throws {
        let box = try Box.here()
        let slot = try box.running()
        let deadline = MonotonicTime.now + .seconds(within)
        // The room may be ready before udev has told of the disk's partitions. Looked for, not waited for by the unit: on a
        // machine that is no image a dependency on the partition would hold a job for a minute and a half.
        while !box.hasBootState, MonotonicTime.now < deadline { usleep(500_000) }
        try finishFactoryReset(of: box)
        var judge = ReadinessJudge()
        var reason = "nothing was heard of it"
        while MonotonicTime.now < deadline {
            switch judge.judge(Self.status(), at: .now) {
            case .good:
                guard Command.run(["rauc", "status", "mark-good"]) == 0 else {
                    Output.complain("the room is ready, and RAUC could not mark slot \(slot.rawValue) good")
                    throw ExitStatus.refused
                }
                try? AtomicFile.replace(Self.record, with: Array(Self.name(of: box, slot).utf8))
                try Output.printLine("The room is ready: slot \(slot.rawValue) is good.")
                return
            case .waiting(let why): reason = why
            }
            // The room may not be up yet, or start anew meanwhile: there is no connection whose news could be waited for.
            usleep(1_000_000)
        }
        Output.complain(
            "the room was not ready within \(within) s (\(reason)); slot \(slot.rawValue) is not marked good")
        // A system that was good once is not given up: its trouble is a setting or a device, and an admin has to get in.
        if Box.text(of: Self.record) != Self.name(of: box, slot), try box.bootState().isBootable(slot.other) {
            try box.restart()
        }
        throw ExitStatus.timedOut
    }

    /// Takes the wish for a reset out of the boot state, once the initramfs has fulfilled it; else every boot would reset.
    private func finishFactoryReset(of box: Box) throws {
        guard access(FactoryReset.done, F_OK) == 0 else { return }
        try box.write { $0.isFactoryReset = false }
        try FactoryReset.forgetLastOne()
    }

    /// Which system was found good last, on the data partition.
    private static let record = "/var/lib/rauc/good"

    private static func name(of box: Box, _ slot: BootSlot) -> String { "\(slot.rawValue) \(box.identity.version)\n" }

    static func status() -> JSONValue? {
        guard var client = try? ControlClient(path: TerminalOptions.standardSocket),
            let answer = try? client.request(.statusGet, ["path": ""], timeout: .seconds(5))
        else { return nil }
        return answer["value"]
    }
}
