import Glibc
import LinuxSystem

/// Runs another program to its end, without a shell.
package enum Tool {
    package struct Result: Sendable, Equatable {
        /// 0 to 255 as it ended; 127 when it could not be started, 128 and the signal when one ended it.
        package let status: Int32
        package let output: [UInt8]
        package let errors: String

        package init(status: Int32, output: [UInt8] = [], errors: String = "") {
            self.status = status
            self.output = output
            self.errors = errors
        }
    }

    /// Bytes that are kept of what it says.
    package static let maximumOutput = 1 << 20

    /// - Parameters:
    ///   - words: the program, found by PATH, and its arguments.
    ///   - input: what it reads; nothing when empty.
    package static func run(_ words: [String], input: [UInt8] = []) -> Result {
        guard let program = words.first else { return Result(status: 127, errors: "no program") }
        var pipes: [[Int32]] = []
        defer { for pipe in pipes { for end in pipe where end >= 0 { close(end) } } }
        for _ in 0..<3 {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else {
                return Result(status: 127, errors: SystemError.last("pipe").description)
            }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            pipes.append(ends)
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, pipes[0][0], 0)
        posix_spawn_file_actions_adddup2(&actions, pipes[1][1], 1)
        posix_spawn_file_actions_adddup2(&actions, pipes[2][1], 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let copies = words.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        var process = pid_t()
        let code = posix_spawnp(&process, program, &actions, &attributes, copies + [nil], environ)
        guard code == 0 else {
            return Result(status: 127, errors: "\(program) cannot be started: \(SystemError.name(of: code))")
        }
        for (pipe, end) in [(0, 0), (1, 1), (2, 1)] {
            close(pipes[pipe][end])
            pipes[pipe][end] = -1
        }
        let said = exchange(&pipes, input)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        let signal = status & 0x7F
        return Result(
            status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal, output: said.output,
            errors: String(decoding: said.errors, as: UTF8.self))
    }

    /// Writes and reads side by side, so that neither waits for the other for ever.
    private static func exchange(_ pipes: inout [[Int32]], _ input: [UInt8]) -> (output: [UInt8], errors: [UInt8]) {
        _ = fcntl(pipes[0][1], F_SETFL, O_NONBLOCK)
        var rest = input[...]
        var said: [[UInt8]] = [[], []]
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        // A program that ends without reading must not end this one.
        let old = signal(SIGPIPE, SIG_IGN)
        defer { _ = signal(SIGPIPE, old) }
        while pipes[1][0] >= 0 || pipes[2][0] >= 0 {
            if rest.isEmpty, pipes[0][1] >= 0 {
                close(pipes[0][1])
                pipes[0][1] = -1
            }
            var polled = [
                pollfd(fd: pipes[0][1], events: Int16(POLLOUT), revents: 0),
                pollfd(fd: pipes[1][0], events: Int16(POLLIN), revents: 0),
                pollfd(fd: pipes[2][0], events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&polled, 3, -1) >= 0 || errno == EINTR else { break }
            if polled[0].revents != 0 {
                let count = rest.withUnsafeBytes { write(pipes[0][1], $0.baseAddress, $0.count) }
                let code = errno
                if count >= 0 { rest = rest.dropFirst(count) } else if code != EAGAIN && code != EINTR { rest = [] }
            }
            for index in 1...2 where polled[index].revents != 0 {
                let count = read(pipes[index][0], &chunk, chunk.count)
                if count > 0 {
                    let room = maximumOutput - said[index - 1].count
                    said[index - 1].append(contentsOf: chunk.prefix(min(count, max(0, room))))
                } else if count == 0 || errno != EINTR {
                    close(pipes[index][0])
                    pipes[index][0] = -1
                }
            }
        }
        return (said[0], said[1])
    }
}
