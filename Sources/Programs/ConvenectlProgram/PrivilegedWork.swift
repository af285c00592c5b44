import ArgumentParser
import Glibc
import LinuxSystem
import SystemUpdate

/// Work that only root may do: an admin who is not root has it done by `convene-system@.service`, over a socket that his
/// group may connect to.
enum PrivilegedWork {
    /// Has the command done by the box when this user is not root; the box's words go to standard output.
    ///
    /// - Returns: false when this process is root and has to do it.
    static func isDoneElsewhere(_ words: [String]) throws -> Bool {
        guard geteuid() != 0 else { return false }
        let socket: FileDescriptor
        do throws(SystemError) {
            socket = try UnixSocket.connect(to: SystemRequest.socketPath)
        } catch {
            Output.complain(
                error.errno == EACCES
                    ? "only root and the group convene-admin may do this"
                    : "this needs root, or a box of Convene: \(error)")
            throw ExitStatus.unavailable
        }
        let raw = socket.borrowed.rawValue
        let line = Array("\(SystemRequest.line(words))\n".utf8)
        guard send(raw, line, line.count, Int32(MSG_NOSIGNAL)) == line.count else {
            Output.complain("the box took no request: \(SystemError.last("send"))")
            throw ExitStatus.unavailable
        }
        var rest: [UInt8] = []
        var isRestarting = false
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(raw, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            rest.append(contentsOf: chunk.prefix(count))
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let text = String(decoding: rest[..<end], as: UTF8.self)
                rest.removeSubrange(...end)
                if text.hasPrefix(SystemRequest.end) {
                    guard let status = Int32(text.dropFirst(SystemRequest.end.count)) else { break }
                    if status != 0 { throw ExitCode(status) }
                    return true
                }
                if text == SystemRequest.restarting { isRestarting = true }
                try Output.printLine(Printable.text(text))
            }
        }
        if isRestarting { return true }
        Output.complain("the connection to the box ended before its answer did")
        throw ExitStatus.unavailable
    }
}

/// `convene-system@.service`: one request from the socket that is its standard input.
struct UpdateServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Does what an admin asks for over the socket.", shouldDisplay: false)

    func run() throws {
        let bytes = RequestLine.read(maximum: SystemRequest.maximumLength)
        // Both outputs go to the one who asked.
        dup2(STDIN_FILENO, STDOUT_FILENO)
        dup2(STDIN_FILENO, STDERR_FILENO)
        guard let words = SystemRequest.words(in: String(decoding: bytes, as: UTF8.self)) else {
            Output.complain("this is not among what an admin may have done")
            try Output.printLine("\(SystemRequest.end)\(ExitStatus.usage.rawValue)")
            return
        }
        let status = Command.run(["convenectl"] + words)
        try Output.printLine("\(SystemRequest.end)\(status)")
    }
}
