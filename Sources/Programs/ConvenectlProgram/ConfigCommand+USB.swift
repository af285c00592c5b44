import ArgumentParser
import ControlClient
import ControlProtocol
import Glibc
import LinuxSystem
import Provisioning
import RoomConfiguration

extension ConfigCommand {
    /// The way without a network: a stick with `room.yaml`.
    struct USB: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "usb",
            abstract: "Takes the room.yaml of a USB stick, and shows on the room's screen what became of it.",
            discussion: """
                Started by udev for each stick (convene-usb@.service), with the folder where it is mounted read-only. A \
                stick is taken while nobody has set the room up yet, or as provisioning.usb in room.yaml says. Secrets and \
                certificates beside it, in a folder named files, are kept on the box first.
                """)

        @Argument(help: "The folder where the stick is mounted.")
        var folder: String

        @OptionGroup var options: StoreOptions

        func run() throws {
            let outcome = take()
            guard let outcome else { return }
            try? Output.printLine(outcome.sentence)
            show(outcome.sentence)
            if outcome.status != 0 { throw ExitCode(outcome.status) }
        }

        /// Nil for a stick that is none of ours.
        private func take() -> (status: Int32, sentence: String)? {
            let path = "\(folder)/room.yaml"
            guard access(path, F_OK) == 0 else { return nil }
            let store = RevisionStore(folder: options.store)
            guard Self.isAllowed(store) else {
                return (
                    1,
                    "USB stick: this room is set up already, and its settings do not allow a stick (provisioning.usb)."
                )
            }
            let text: [UInt8]
            do throws(SystemError) { text = try SmallFile.read(path, maximum: RoomFile.maximumBytes) } catch {
                return (74, "USB stick: \(error)")
            }
            let service = options.service(caller: "USB stick")
            if let complaint = keepFiles(service) { return complaint }
            var request = ProvisioningRequest(.apply)
            request.message = "from a USB stick"
            let reply = service.perform(request, input: text)
            guard reply.status == 0 else {
                let lines = reply.errors.split(separator: "\n")
                let more = lines.count > 1 ? " (and \(lines.count - 1) more)" : ""
                return (reply.status, "USB stick: \(lines.first ?? "it was refused")\(more)")
            }
            let number = reply.json["revision"]?.integerValue ?? 0
            return (0, "The settings of the USB stick hold, as revision \(number). You can take it out.")
        }

        /// By what the settings say; a room that nobody has set up takes any stick.
        static func isAllowed(_ store: RevisionStore) -> Bool {
            let policy = (try? store.currentFile())?.system.usb ?? "unprovisioned"
            return policy == "always" || policy == "unprovisioned" && !store.isProvisioned
        }

        private func keepFiles(_ service: ProvisioningService) -> (status: Int32, sentence: String)? {
            for name in SmallFile.names(in: "\(folder)/files") where SecretReference.isName(name) {
                do throws(SystemError) {
                    let bytes = try SmallFile.read("\(folder)/files/\(name)", maximum: SecretStore.maximumBytes)
                    var request = ProvisioningRequest(.put)
                    request.subject = name
                    // A certificate is for the room's programs as well; all else is for root.
                    request.isSecret = !name.hasSuffix(".pem") && !name.hasSuffix(".crt")
                    let reply = service.perform(request, input: bytes)
                    guard reply.status == 0 else { return (reply.status, "USB stick: \(reply.errors)") }
                } catch {
                    return (74, "USB stick: \(error)")
                }
            }
            return nil
        }

        /// On the room's screen; a room that does not run has no screen to show it on.
        private func show(_ sentence: String) {
            guard var client = try? ControlClient(path: options.roomSocket) else { return }
            let text = String(Printable.text(sentence).prefix(300))
            _ = try? client.request(.displayMessage, ["text": .string(text), "seconds": 60], timeout: .seconds(5))
        }
    }
}
