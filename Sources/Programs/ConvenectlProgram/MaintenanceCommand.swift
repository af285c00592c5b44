import ArgumentParser
import Glibc
import LinuxSystem
import Provisioning
import SystemUpdate

/// `convene-maintenance@.service`: one request of the room, from the socket that is its standard input.
struct MaintenanceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "maintenance", abstract: "Does what the room's maintenance page asks for over the socket.",
        shouldDisplay: false)

    /// Of what is sent back; the newest part counts.
    private static let longest = 256 << 10

    func run() throws {
        // A room that ends while it waits (a factory reset ends it) must not end this.
        signal(SIGPIPE, SIG_IGN)
        guard let request = MaintenanceRequest(line: RequestLine.read(maximum: MaintenanceRequest.maximumLength)) else {
            let words = MaintenanceRequest.allCases.map(\.rawValue).joined(separator: ", ")
            return answer(.init(status: Int(ExitStatus.usage.rawValue), said: "expected one of \(words)"))
        }
        let result = Tool.run(["convenectl"] + request.words)
        let failure = result.errors.split(whereSeparator: \.isNewline).last.map(String.init)
        if let failure, result.status != 0 { Output.complain("\(request.rawValue): \(failure)") }
        answer(
            .init(
                status: Int(result.status),
                said: result.status == 0
                    ? String(decoding: result.output.suffix(Self.longest), as: UTF8.self)
                    : Self.sentence(failure ?? "it ended with status \(result.status)")))
    }

    /// Without the program's own name in front.
    private static func sentence(_ line: String) -> String {
        line.hasPrefix("convenectl: ") ? String(line.dropFirst("convenectl: ".count)) : line
    }

    private func answer(_ answer: MaintenanceRequest.Answer) {
        var rest = Array(answer.line.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(STDIN_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}

/// What a service's standard input, a socket, is asked.
enum RequestLine {
    /// A line, byte by byte, so that nothing behind it is taken; who sends nothing for 10 s is let go.
    static func read(maximum: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        var wait = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        while bytes.count <= maximum, poll(&wait, 1, 10_000) > 0, Glibc.read(STDIN_FILENO, &byte, 1) == 1,
            byte != UInt8(ascii: "\n")
        { bytes.append(byte) }
        return bytes
    }
}
