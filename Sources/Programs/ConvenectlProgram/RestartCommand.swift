import ArgumentParser
import SystemUpdate

struct RestartCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart", abstract: "Restarts the box. Not in a call, unless --in-call says so.",
        discussion: "The whole box, with the system that is next in turn (convenectl update status).")

    @Flag(name: .long, help: "Even while a call is going on.")
    var inCall = false

    func run() throws {
        if try PrivilegedWork.isDoneElsewhere(["restart"] + (inCall ? ["--in-call"] : [])) { return }
        let box = try Box.here()
        try box.refuseDuringCall(unless: inCall, hint: "Say --in-call to restart all the same.")
        try box.restart()
    }
}
