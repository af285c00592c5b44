import Glibc
import LinuxSystem

/// What another program of this machine printed.
enum ToolOutput {
    /// Why there is none, in one line.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs `words` (found by PATH, no shell) and gives its standard output.
    ///
    /// Blocks. A program that takes longer than `limit`, or says more than `maximumBytes`, is ended.
    ///
    /// - Parameter input: its standard input; nothing when nil.
    static func of(
        _ words: [String], input: [UInt8]? = nil, within limit: Duration = .seconds(20),
        maximumBytes: Int = 64 << 20
    ) throws(Failure) -> [UInt8] {
        let name = words.first ?? "nothing"
        guard let given = tmpfile(), let said = tmpfile() else {
            throw Failure(description: "\(name): no temporary file can be made: \(SystemError.name(of: errno))")
        }
        defer {
            fclose(given)
            fclose(said)
        }
        if let input {
            guard fwrite(input, 1, input.count, given) == input.count, fflush(given) == 0 else {
                throw Failure(description: "\(name): its input could not be written: \(SystemError.name(of: errno))")
            }
            rewind(given)
        }
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw Failure(description: "\(name): pipe: \(SystemError.name(of: errno))")
        }
        let reading = FileDescriptor(owning: ends[0])
        let process: pid_t
        do {
            // Ours is closed whatever happens, or the end would never be seen.
            let writing = FileDescriptor(owning: ends[1])
            process = try spawn(
                words, input: fileno(given), output: writing.borrowed.rawValue, errors: fileno(said), closing: ends[0])
        }
        let end = ContinuousClock.now + limit
        let result = read(reading.borrowed, until: end, maximumBytes: maximumBytes)
        if result == nil { kill(process, SIGKILL) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        guard let result else {
            throw Failure(description: "\(name) was ended: it took longer than \(limit), or said too much")
        }
        guard status == 0 else { throw Failure(description: "\(name) failed: \(reason(said, status: status))") }
        return result
    }

    private static func spawn(
        _ words: [String], input: Int32, output: Int32, errors: Int32, closing other: Int32
    ) throws(Failure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addclose(&actions, other)
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
        posix_spawn_file_actions_addclose(&actions, output)
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        let code = posix_spawnp(&process, words.first ?? "", &actions, nil, &arguments, environ)
        guard code == 0 else {
            throw Failure(description: "\(words.first ?? "nothing") cannot be started: \(SystemError.name(of: code))")
        }
        return process
    }

    /// All until the writer is done; nil when that takes too long or is too much.
    private static func read(
        _ source: BorrowedDescriptor, until end: ContinuousClock.Instant, maximumBytes: Int
    ) -> [UInt8]? {
        var set = PollSet(count: 1)
        set.watch(0, source, for: .readable)
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let left = ContinuousClock.now.duration(to: end)
            guard left > .zero else { return nil }
            guard (try? set.wait(nanoseconds: Int64(left / .nanoseconds(1)))) ?? 0 > 0 else { continue }
            let count = Glibc.read(source.rawValue, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                return nil
            }
            bytes += chunk.prefix(count)
            guard bytes.count <= maximumBytes else { return nil }
        }
    }

    private static func reason(_ file: UnsafeMutablePointer<FILE>, status: Int32) -> String {
        rewind(file)
        var bytes = [UInt8](repeating: 0, count: 400)
        let count = fread(&bytes, 1, bytes.count, file)
        let line = String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: "\n").first.map(String.init)
        let code = status & 0x7F
        return line ?? (code == 0 ? "exit code \((status >> 8) & 0xFF)" : "signal \(code)")
    }
}
