import CLinux
import Glibc

/// What a descriptor became ready for (poll(2)).
package struct Readiness: OptionSet, Sendable, BitwiseCopyable {
    package let rawValue: Int16
    package init(rawValue: Int16) { self.rawValue = rawValue }
    package static let readable = Readiness(rawValue: Int16(POLLIN))
    package static let writable = Readiness(rawValue: Int16(POLLOUT))
    /// Out-of-band: V4L2 events, and the like.
    package static let priority = Readiness(rawValue: Int16(POLLPRI))
    package static let error = Readiness(rawValue: Int16(POLLERR))
    package static let hangUp = Readiness(rawValue: Int16(POLLHUP))
    package static let invalid = Readiness(rawValue: Int16(POLLNVAL))
    /// The device or peer is gone or broken.
    package static let trouble: Readiness = [.error, .hangUp, .invalid]
}

/// A fixed set of up to 64 descriptors that one thread waits on; made once, then used without allocation.
///
/// Confined to the thread that waits.
package struct PollSet: ~Copyable {
    private let entries: UnsafeMutablePointer<pollfd>
    package let count: Int

    /// - Parameter count: 1 to 64; entries begin unused.
    package init(count: Int) {
        self.count = min(max(count, 1), 64)
        entries = .allocate(capacity: self.count)
        entries.initialize(repeating: pollfd(fd: -1, events: 0, revents: 0), count: self.count)
    }

    deinit { entries.deallocate() }

    /// Watches `descriptor` at `index`, or nothing when it is nil.
    package mutating func watch(_ index: Int, _ descriptor: BorrowedDescriptor?, for interest: Readiness) {
        precondition(index >= 0 && index < count, "PollSet index")
        entries[index] = pollfd(fd: descriptor?.rawValue ?? -1, events: interest.rawValue, revents: 0)
    }

    /// Waits until an entry is ready or `timeout` nanoseconds have gone by (nil: without end).
    ///
    /// - Returns: how many entries are ready; 0 after the time-out. A signal ends the wait early with 0.
    package mutating func wait(nanoseconds timeout: Int64? = nil) throws(SystemError) -> Int {
        var result: Int32
        if let timeout {
            let bounded = max(timeout, 0)
            var limit = timespec(tv_sec: Int(bounded / 1_000_000_000), tv_nsec: Int(bounded % 1_000_000_000))
            result = ppoll(entries, UInt(count), &limit, nil)
        } else {
            result = ppoll(entries, UInt(count), nil, nil)
        }
        if result < 0 {
            let number = convene_errno()
            if number == EINTR {
                for index in 0..<count { entries[index].revents = 0 }
                return 0
            }
            throw SystemError(operation: "ppoll", errno: number)
        }
        return Int(result)
    }

    /// What the entry at `index` was ready for after the last wait.
    package func readiness(_ index: Int) -> Readiness {
        precondition(index >= 0 && index < count, "PollSet index")
        return Readiness(rawValue: entries[index].revents)
    }
}
