import ArgumentParser
import ControlProtocol
import Glibc
import LinuxSystem
import Provisioning

/// What runs on the box by itself: at boot, for a change that waits, and for who comes in over SSH.
extension ConfigCommand {
    struct Render: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes the system's own files from the settings that hold, and tells whom they concern.",
            discussion: "Run at boot before the network, and whenever another revision holds.")

        @OptionGroup var options: StoreOptions

        func run() throws {
            do throws(ProvisioningError) {
                let (report, complaint) = try options.service(caller: "").render()
                for path in report.changed { try? Output.printLine("/\(path)") }
                for done in report.done { try? Output.printLine(done) }
                for text in report.complaints { Output.complain(text) }
                if let complaint {
                    Output.complain("\(complaint); rendered what was good last")
                    throw ProvisioningError.system("the settings that hold cannot be read")
                }
            } catch {
                Output.complain("\(error)")
                throw ExitCode(71)
            }
        }
    }

    struct AwaitConfirmation: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "await-confirmation",
            abstract: "Waits for the confirmation of a change, and takes it back when none comes in time.",
            discussion: "Started by convene-confirm.path whenever a change waits, at boot as well.")

        @OptionGroup var options: StoreOptions

        func run() throws {
            let store = RevisionStore(folder: options.store)
            while let pending = store.pending() {
                let left = pending.secondsLeft(.now)
                guard left == 0 else {
                    // In pieces: the confirmation or another clock may come meanwhile.
                    sleep(UInt32(clamping: min(left, 1)))
                    continue
                }
                do throws(ProvisioningError) {
                    let back = try options.service(caller: "").takeBack()
                    let what = back.map { "revision \($0)" } ?? "the defaults"
                    try? Output.printLine(
                        "nobody confirmed revision \(pending.revision) in time: \(what) holds again")
                } catch ProvisioningError.noPending {
                    return
                } catch {
                    Output.complain("\(error)")
                    throw ExitCode(71)
                }
            }
            // What is left of a change that was cut before it counted, so that nothing waits for it again.
            store.forgetStalePending()
        }
    }

    struct Serve: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "The forced command of the user provision: does what SSH_ORIGINAL_COMMAND asks, and nothing else.",
            discussion: """
                ssh provision@room apply < room.yaml, ssh provision@room history, and so on: status, check, diff, apply, \
                confirm, history, export, rollback, put, forget. There is no shell behind it.
                """)

        @Flag(name: .long, help: "Answers one request of the box's socket, which is standard input.")
        var socketActivated = false

        @OptionGroup var options: StoreOptions

        func run() throws {
            for number in [SIGHUP, SIGPIPE] { _ = signal(number, SIG_IGN) }
            if socketActivated { return try ProvisioningLink.answer(options) }
            let line = getenv("SSH_ORIGINAL_COMMAND").map { String(cString: $0) } ?? ""
            let request: ProvisioningRequest
            do throws(ProvisioningError) { request = try ProvisioningRequest(parsing: line) } catch {
                Output.complain("\(error)")
                throw ExitCode(64)
            }
            let input = request.verb.takesInput ? try FileArgument.read("-") : []
            if request.verb.takesInput, Self.isCut {
                Output.complain("the connection was cut; nothing has changed")
                throw ExitStatus.timedOut
            }
            let remote = getenv("SSH_CONNECTION").map { String(cString: $0).prefix { $0 != " " } } ?? ""
            let answer: ProvisioningLink.Answer
            if geteuid() != 0, access(options.through, F_OK) == 0 {
                answer = try ProvisioningLink.ask(options.through, request, input: input, remote: String(remote))
            } else {
                let user = LocalUser.userName(getuid())
                let service = options.service(caller: remote.isEmpty ? user : "\(user) from \(remote)")
                answer = ProvisioningLink.Answer(
                    service.perform(request, input: input), asJSON: request.wantsJSON)
            }
            try Output.write(answer.output)
            for line in answer.errors.split(separator: "\n") { Output.complain(String(line)) }
            if answer.status != 0 { throw ExitCode(answer.status) }
        }

        /// Whether nobody is there any more to hear the answer: then the end of the file was the connection's.
        private static var isCut: Bool {
            var polled = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
            return poll(&polled, 1, 0) > 0 && polled.revents & Int16(POLLERR | POLLHUP) != 0
        }
    }
}
