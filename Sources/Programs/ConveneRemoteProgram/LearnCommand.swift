import ArgumentParser
import ControlProtocol
import DeviceMonitor
import Glibc
import LinuxSystem
import RemoteControl
import RemoteInput

struct LearnCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "learn", abstract: "Learns the keys of an unknown infrared remote and writes a keymap.",
        discussion: """
            It names one key after the other; press each twice on the remote, with a moment between. Enter leaves a key \
            out, q and Enter ends: what was learnt by then is written. It ends by itself when nothing is pressed for \
            half a minute. Name the file in room.yaml under remote: keymaps, such as \
            /var/lib/convene/files/room.toml; or put it beside the board file and name it there.
            """)

    @Argument(help: ArgumentHelp("The keymap to write, such as remote.toml.", valueName: "file"), completion: .file())
    var file: String

    @Option(name: .long, help: "What the remote is called.")
    var name = "remote"

    @Option(
        name: .long,
        help: "The receiver, by its driver or name, * for any letters; needed where several are there.")
    var receiver: String?

    @Option(
        name: .long, parsing: .upToNextOption,
        help: "Only these keys: \(ControlKey.allCases.map(\.rawValue).joined(separator: " ")).")
    var keys: [String] = []

    func validate() throws {
        for key in keys where ControlKey.allCases.first(where: { $0.rawValue.lowercased() == key.lowercased() }) == nil
        {
            throw ValidationError("--keys \(key): the room has no such key.")
        }
        guard name.utf8.count <= 64 else { throw ValidationError("--name takes at most 64 bytes.") }
    }

    func run() throws {
        let wanted = keys.compactMap { key in
            ControlKey.allCases.first { $0.rawValue.lowercased() == key.lowercased() }
        }
        do {
            let session = try LearningSession(
                receiver: receiver, keys: wanted.isEmpty ? KeymapLearning.standardKeys : wanted)
            let (keymap, isComplete) = try session.run(name: name)
            guard !keymap.entries.isEmpty else {
                Journal.complain("nothing was learnt, and nothing is written.")
                throw ExitCode(75)
            }
            do throws(SystemError) {
                try AtomicFile.replace(file, with: Array(keymap.text.utf8))
            } catch {
                Journal.complain(error.sentence(writing: file))
                throw ExitCode(74)
            }
            print("\(keymap.entries.count) keys are in \(file).")
            if !isComplete { throw ExitCode(75) }
        } catch let error as LearningSession.NoReceiver {
            Journal.complain("\(error)")
            throw ExitCode(69)
        } catch let error as SystemError {
            Journal.complain("\(error)")
            throw ExitCode(74)
        }
    }
}
