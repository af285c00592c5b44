import Glibc

/// Runs another program to its end, without a shell; what it says goes where this program's output goes, as it comes.
package enum Command {
    /// - Parameter words: the program, found by PATH, and its arguments.
    /// - Returns: its exit status; 127 when it could not be started, 128 and the signal when one ended it.
    package static func run(_ words: [String]) -> Int32 {
        guard let program = words.first else { return 127 }
        let copies = words.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        var process = pid_t()
        guard posix_spawnp(&process, program, nil, nil, copies + [nil], environ) == 0 else { return 127 }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }
}
