import CLinux

/// Termination signals as a descriptor (signalfd(2)). Make it before the first thread is started:
/// the signals are blocked in the calling thread and in all that it starts.
package struct SignalFD: ~Copyable, Sendable {
    private let descriptor: FileDescriptor

    /// - Parameter signals: signal numbers, such as `SIGTERM`.
    package init(_ signals: [Int32]) throws(SystemError) {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        let blocked = pthread_sigmask(SIG_BLOCK, &set, nil)
        if blocked != 0 { throw SystemError(operation: "pthread_sigmask", errno: blocked) }
        descriptor = FileDescriptor(
            owning: try retryingOnInterrupt("signalfd") {
                signalfd(-1, &set, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
            })
    }

    package var borrowed: BorrowedDescriptor { descriptor.borrowed }

    /// The next signal that has come, nil when there is none.
    package func next() -> Int32? {
        var info = signalfd_siginfo()
        let count = read(borrowed.rawValue, &info, MemoryLayout<signalfd_siginfo>.size)
        return count == MemoryLayout<signalfd_siginfo>.size ? Int32(bitPattern: info.ssi_signo) : nil
    }
}
