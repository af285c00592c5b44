import Glibc
import Synchronization

/// A program that a test or a benchmark starts, watches and ends.
///
/// It gets a process group of its own, so that what it starts ends with it, and the kernel ends it when this process
/// dies. Its standard output and error go to `logPath`; nothing of it is read until it is asked for.
package final class ChildProcess: Sendable {
    /// How a program ended.
    package enum Outcome: Sendable, Equatable {
        case exited(status: Int32)
        case killed(signal: Int32)
    }

    /// A program that could not be started, or that did not do in time what was awaited.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        package init(_ description: String) {
            self.description = description
        }
    }

    /// The program's own process, also its process group.
    package let processIdentifier: Int32
    /// Where its standard output and error are collected.
    package let logPath: String
    private let name: String
    private let input: Mutex<Int32>
    private let outcome = Mutex<Outcome?>(nil)

    /// Starts `program` (found by `PATH` unless it has a slash) with a pipe as its standard input.
    ///
    /// `environment` is laid over this process's own. `folder` is where it runs.
    package init(
        _ program: String, _ arguments: [String] = [], environment: [String: String] = [:], folder: String? = nil,
        logPath: String
    ) throws(Failure) {
        let name = String(program.split(separator: "/").last ?? "program")
        // setpriv becomes the program itself, so the process identifier is the program's.
        var words = ["setpriv", "--pdeathsig", "KILL", "--", "env"]
        words += folder.map { ["--chdir=\($0)"] } ?? []
        words += environment.map { "\($0.key)=\($0.value)" }
        words += [program] + arguments
        let started = SpawnThread.shared.run { [words] in spawn(words, logPath: logPath) }
        switch started {
        case .success(let started):
            processIdentifier = started.process
            input = Mutex(started.input)
        case .failure(let failure):
            throw Failure("\(name): \(failure)")
        }
        self.logPath = logPath
        self.name = name
    }

    deinit {
        if outcome.withLock({ $0 }) == nil {
            kill(-processIdentifier, SIGKILL)
            waitpid(processIdentifier, nil, 0)
        }
        closeInput()
    }

    /// Everything that the program has printed until now.
    package var log: String {
        (try? readText(logPath)) ?? ""
    }

    /// Writes to the program's standard input; waits while the program does not read.
    package func send(_ text: String) throws(Failure) {
        let bytes = Array(text.utf8)
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { copy.deallocate() }
        copy.copyBytes(from: bytes)
        try send(UnsafeRawBufferPointer(copy))
    }

    /// The same for bytes.
    package func send(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
        let input = input.withLock { $0 }
        var sent = 0
        while sent < bytes.count {
            let count = write(input, bytes.baseAddress?.advanced(by: sent), bytes.count - sent)
            let code = errno
            if count < 0 && code == EINTR { continue }
            guard count > 0 else { throw Failure("\(name): write to its standard input: error \(code)") }
            sent += count
        }
    }

    /// Ends the program's standard input.
    package func closeInput() {
        input.withLock { input in
            if input >= 0 { close(input) }
            input = -1
        }
    }

    /// How it ended, or nil while it runs.
    package func poll() -> Outcome? {
        outcome.withLock { outcome in
            if outcome == nil {
                var status: Int32 = 0
                guard waitpid(processIdentifier, &status, WNOHANG) == processIdentifier else { return nil }
                let signal = status & 0x7f
                outcome = signal == 0 ? .exited(status: (status >> 8) & 0xff) : .killed(signal: signal)
            }
            return outcome
        }
    }

    /// Waits until the program has ended by itself; throws when it has not within `limit`.
    @discardableResult
    package func wait(within limit: Duration) async throws -> Outcome {
        try await eventually(within: limit, "\(name) ends") { poll() }
    }

    /// Asks the program and all that it started to end, and kills it when it has not within `grace`.
    @discardableResult
    package func stop(_ signal: Int32 = SIGTERM, grace: Duration = .seconds(3)) async -> Outcome {
        if let ended = poll() { return ended }
        kill(-processIdentifier, signal)
        if let ended = try? await wait(within: grace) { return ended }
        kill(-processIdentifier, SIGKILL)
        let ended = try? await wait(within: .seconds(10))
        return ended ?? .killed(signal: SIGKILL)
    }

    /// Waits until the program's output holds `text`, and gives the whole line that does.
    ///
    /// Fails at once when the program ends before, with what it printed last.
    @discardableResult
    package func output(containing text: String, within limit: Duration = .seconds(10)) async throws -> String {
        do {
            return try await eventually(within: limit, "\(name) prints '\(text)'") {
                let ended = poll()
                let line = log.split(whereSeparator: \.isNewline).first { $0.contains(text) }
                if let line { return String(line) }
                if let ended { throw Failure("\(name) ended (\(ended)) before it printed '\(text)'") }
                return nil
            }
        } catch {
            throw Failure("\(error); its last words:\n\(log.suffix(2000))")
        }
    }
}

/// Asks `condition` again and again until it gives a value, and throws when that has not happened within `limit`.
@discardableResult
package func eventually<Value>(
    within limit: Duration = .seconds(10), every interval: Duration = .milliseconds(10), _ what: String,
    isolation: isolated (any Actor)? = #isolation, _ condition: () async throws -> Value?
) async throws -> Value {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    while true {
        if let value = try await condition() { return value }
        guard clock.now < deadline else { throw ChildProcess.Failure("not within \(limit): \(what)") }
        try await Task.sleep(for: interval)
    }
}

private struct Started: Sendable {
    var process: pid_t
    var input: Int32
}

/// Starts `words[0]` in a process group of its own with a new pipe as standard input.
private func spawn(_ words: [String], logPath: String) -> Result<Started, ChildProcess.Failure> {
    var pipeEnds: [Int32] = [-1, -1]
    guard pipe(&pipeEnds) == 0 else { return .failure(.init("pipe: error \(errno)")) }
    for end in pipeEnds { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, pipeEnds[0], 0)
    posix_spawn_file_actions_addopen(&actions, 1, logPath, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o644)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A test runner may block or ignore signals that the program counts on.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGPIPE, SIGTERM, SIGINT, SIGHUP] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
        &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    let copies = words.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    var process = pid_t()
    let code = posix_spawnp(&process, words[0], &actions, &attributes, copies + [nil], environ)
    close(pipeEnds[0])
    guard code == 0 else {
        close(pipeEnds[1])
        return .failure(.init("posix_spawnp: error \(code)"))
    }
    return .success(Started(process: process, input: pipeEnds[1]))
}
