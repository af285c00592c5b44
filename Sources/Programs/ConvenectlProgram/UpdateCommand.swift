import ArgumentParser
import ControlProtocol
import SystemUpdate

struct UpdateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "The box's system: what it is, what there is, another one.",
        discussion: """
            Updates are signed bundles. One is written to the slot that is not running and starts at the next restart; \
            a system with which the room does not become ready gives way to the old one by itself.
            """,
        subcommands: [
            UpdateStatusCommand.self, UpdateCheckCommand.self, UpdateInstallCommand.self, UpdateRollbackCommand.self,
            UpdateAutomaticCommand.self, UpdateConfirmCommand.self, UpdateBootSlotCommand.self,
            UpdateServeCommand.self,
        ])
}

struct UpdateStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "The systems on this box, and which one starts next.")

    // Of these --json: the program's own flag of that name would take it from one of this command's.
    @OptionGroup var options: TerminalOptions

    func run() throws {
        if try PrivilegedWork.isDoneElsewhere(["update", "status"] + (options.json ? ["--json"] : [])) { return }
        let box = try Box.here()
        let state = try box.bootState()
        let slots = InstalledSlots.read()
        if options.json {
            let answer: JSONValue = [
                "image": JSONValue(box.identity.image), "version": JSONValue(box.identity.version),
                "booted": JSONValue(optional: box.booted.map { JSONValue($0.rawValue) }),
                "next": JSONValue(optional: state.primary.map { JSONValue($0.rawValue) }),
                "boots_left": ["A": JSONValue(state.left[.a] ?? 0), "B": JSONValue(state.left[.b] ?? 0)],
                "other_version": JSONValue(optional: box.booted.flatMap { slots[$0.other] }.map { JSONValue($0) }),
                "other_bootable": JSONValue(box.booted.map { state.isBootable($0.other) } ?? false),
            ]
            try Output.printLine(answer.serialized)
            return
        }
        var rows: [[String]] = []
        for slot in BootSlot.allCases {
            let isBooted = slot == box.booted
            rows.append([
                slot.rawValue, isBooted ? box.identity.version : slots[slot] ?? "-",
                state.isBootable(slot) ? "good" : "not bootable", String(state.left[slot] ?? 0),
                [isBooted ? "running" : nil, slot == state.primary ? "starts next" : nil].compactMap { $0 }
                    .joined(separator: ", "),
            ])
        }
        try Output.printLine(
            Table(heading: ["slot", "version", "state", "boots left", ""], rows: rows).text)
        if state.isFactoryReset { try Output.printLine("The next boot makes the data partition anew.") }
    }
}

struct UpdateCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Looks for another system at the update channel.")

    @Argument(help: "An https address, a folder or a bundle of this box, instead of the channel.")
    var source: String?

    func run() throws {
        if try PrivilegedWork.isDoneElsewhere(["update", "check"] + (source.map { [$0] } ?? [])) { return }
        let box = try Box.here()
        let bundle = try box.bundle(source)
        let info = try box.information(about: bundle)
        try Output.printLine(
            info.version == box.identity.version
                ? "\(bundle) is version \(info.version), which is running."
                : "\(bundle) is version \(info.version); \(box.identity.version) is running.")
    }
}

struct UpdateInstallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install", abstract: "Writes another system to the slot that is not running.",
        discussion: "The room goes on meanwhile. Not in a call, unless --in-call says so.")

    @Argument(help: "An https address, a folder or a bundle of this box, instead of the channel.")
    var source: String?

    @Flag(name: .long, help: "Even while a call is going on.")
    var inCall = false

    @Flag(name: .long, help: "Restart into it afterwards.")
    var restart = false

    func run() throws {
        let words =
            ["update", "install"] + (source.map { [$0] } ?? []) + (inCall ? ["--in-call"] : [])
            + (restart ? ["--restart"] : [])
        if try PrivilegedWork.isDoneElsewhere(words) { return }
        let box = try Box.here()
        try box.refuseDuringCall(unless: inCall, hint: "Say --in-call to install all the same.")
        let bundle = try box.bundle(source)
        let info = try box.information(about: bundle)
        try box.install(bundle, info)
        if restart {
            try box.refuseDuringCall(unless: inCall, hint: "It is installed and starts at the next restart.")
            try box.restart()
        }
    }
}

struct UpdateRollbackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Starts the other system at the next restart.")

    @Flag(name: .long, help: "Restart into it at once; not in a call, unless --in-call says so.")
    var restart = false

    @Flag(name: .long, help: "Even while a call is going on.")
    var inCall = false

    func run() throws {
        let words = ["update", "rollback"] + (restart ? ["--restart"] : []) + (inCall ? ["--in-call"] : [])
        if try PrivilegedWork.isDoneElsewhere(words) { return }
        let box = try Box.here()
        if restart { try box.refuseDuringCall(unless: inCall, hint: "Say --in-call to restart all the same.") }
        let other = try box.running().other
        let state = try box.bootState()
        guard state.isBootable(other) else {
            Output.complain(
                "slot \(other.rawValue) holds no system that could start: nothing was installed there, or it failed")
            throw ExitStatus.refused
        }
        guard !state.isFactoryReset else {
            Output.complain("a factory reset is due; restart first")
            throw ExitStatus.refused
        }
        try box.write { $0.makePrimary(other) }
        try Output.printLine("Slot \(other.rawValue) starts at the next restart.")
        if restart { try box.restart() }
    }
}

struct UpdateAutomaticCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "automatic", abstract: "What the timer does: installs and restarts in the quiet hours.",
        shouldDisplay: false)

    func run() throws {
        let box = try Box.here()
        let channel = Box.channel()
        guard channel.isAutomatic, !channel.source.isEmpty, channel.isQuiet(minute: Box.minuteOfDay()),
            !box.isInCall()
        else { return }
        let bundle = try box.bundle(nil)
        let info = try box.information(about: bundle)
        let state = try box.bootState()
        let running = try box.running()
        // What was tried and fell back is not tried every hour again.
        guard info.version != box.identity.version, InstalledSlots.read()[running.other] != info.version,
            state.primary == running
        else { return }
        try box.install(bundle, info)
        guard !box.isInCall() else { return }
        try box.restart()
    }
}

struct UpdateBootSlotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "boot-slot", abstract: "RAUC's boot loader backend.", shouldDisplay: false)

    @Argument var words: [String] = []

    func run() throws {
        guard let request = BootSlotRequest(words) else {
            Output.complain("RAUC asked for \(words.joined(separator: " ")), which is unknown here")
            throw ExitStatus.usage
        }
        let box = try Box.here()
        var answer: String?
        try box.write { answer = request.answer(&$0, booted: box.booted) }
        if let answer { try Output.printLine(answer) }
    }
}
