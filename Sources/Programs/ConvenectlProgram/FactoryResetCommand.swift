import ArgumentParser
import Glibc
import LinuxSystem
import SystemUpdate

struct FactoryResetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "factory-reset", abstract: "Erases settings, secrets and history, and starts as on the first day.",
        discussion: """
            The files are overwritten where they lie; the data partition is discarded and made anew at the next boot, \
            which comes at once. Flash memory may keep old blocks out of reach until it uses them again. Both systems \
            stay as they are.
            """)

    @Flag(name: .long, help: "Do not ask.")
    var yes = false

    func run() throws {
        if !yes {
            try Output.write(
                Array("This erases the room's settings, secrets, directory and history. Type erase: ".utf8))
            guard readLine() == "erase" else {
                Output.complain("nothing was erased")
                throw ExitStatus.refused
            }
        }
        if try PrivilegedWork.isDoneElsewhere(["factory-reset", "--yes"]) { return }
        let box = try Box.here()
        try FactoryReset.forgetLastOne()
        // First of all: whatever is interrupted from here on ends in a reset.
        try box.write { $0.isFactoryReset = true }
        _ = Command.run([
            "systemctl", "stop", "convened.service", "convene-remote.service", "convene-panel.service",
        ])
        var count = 0
        for folder in FactoryReset.folders {
            do {
                count += try FactoryReset.overwrite(below: folder)
            } catch {
                Output.complain("\(error); the partition is discarded all the same")
            }
        }
        try Output.printLine("\(count) files are overwritten; the box restarts.")
        try box.restart()
    }
}
