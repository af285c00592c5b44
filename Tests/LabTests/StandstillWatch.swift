import Glibc
import LinuxSystem
import RealtimeSupport
import Synchronization

/// Tells when the guest as a whole stood still, because the host gave its one processor to others.
///
/// A thread that goes before every program of the guest (SCHED_FIFO, its highest priority) wakes every 5 ms; where it is
/// late by more than `least`, no program ran, and what was due then came late without a fault of theirs. Only the guest's
/// kernel could delay it too, by a system call or an interrupt of that length.
final class StandstillWatch: Sendable {
    struct Standstill: Sendable {
        /// Nanoseconds of CLOCK_MONOTONIC.
        let from: Int64
        let to: Int64

        var milliseconds: Double { Double(to - from) / 1e6 }
    }

    static let least: Int64 = 25_000_000
    private static let beat: Int64 = 5_000_000
    private let thread: MediaThread
    private let found = Mutex<[Standstill]>([])

    init() throws {
        thread = try MediaThread(name: "standstill")
        try thread.start(scheduling: ThreadScheduling(fifoPriority: 99)) { [self] thread in
            var due = MonotonicTime.now.nanoseconds
            while !thread.isStopping {
                due += Self.beat
                var wake = timespec(tv_sec: Int(due / 1_000_000_000), tv_nsec: Int(due % 1_000_000_000))
                while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wake, nil) == EINTR {}
                let now = MonotonicTime.now.nanoseconds
                if now - due > Self.least {
                    found.withLock { $0.append(Standstill(from: due, to: now)) }
                    due = now
                }
            }
        }
    }

    /// Ends it, and gives every standstill since its start.
    ///
    /// - Throws: when the kernel refused the priority, without which it tells nothing.
    func stop() throws -> [Standstill] {
        thread.stopAndJoin()
        if let refused = thread.schedulingError { throw refused }
        return found.withLock { $0 }
    }
}
