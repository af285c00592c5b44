import ArgumentParser
import Glibc

/// What concerns remotes is done by convene-remote, which has the devices; this finds it and hands over.
struct RemoteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remote", abstract: "Learns the keys of an unknown infrared remote.", subcommands: [Learn.self])

    struct Learn: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "learn", abstract: "Walks you through the keys of a remote and writes a keymap.",
            discussion: "The same as convene-remote learn; convenectl remote learn --help shows its options.")

        @Argument(parsing: .captureForPassthrough, help: "The keymap to write, and options.")
        var words: [String] = []

        func run() throws {
            let arguments = ["convene-remote", "learn"] + words
            var pointers = arguments.map { strdup($0) } + [nil]
            defer { for pointer in pointers { free(pointer) } }
            // The one beside this program first, so that what belongs together runs together.
            var own = [CChar](repeating: 0, count: 4096)
            let length = readlink("/proc/self/exe", &own, own.count - 1)
            let path = String(decoding: own.prefix(max(length, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let folder = path.split(separator: "/").dropLast().reduce(into: "") { $0 += "/\($1)" }
            execv("\(folder)/convene-remote", &pointers)
            execvp("convene-remote", &pointers)
            Output.complain("convene-remote cannot be started: \(String(cString: strerror(errno))).")
            throw ExitStatus.unavailable
        }
    }
}
