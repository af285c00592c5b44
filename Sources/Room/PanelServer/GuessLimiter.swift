/// Slows down who guesses a code: after a few failures each next try has to wait, twice as long each time, by address
/// and for all addresses together. Pure: the clock is given.
package struct GuessLimiter: Sendable, Equatable {
    package struct Limits: Sendable, Equatable {
        /// Failures of one address that cost no wait.
        package var freeFailures = 4
        /// Failures of all addresses together that cost no wait.
        package var freeFailuresOverall = 12
        /// Seconds of the first wait.
        package var firstWait: Int64 = 15
        /// Seconds that a wait is never longer than.
        package var longestWait: Int64 = 15 * 60
        /// Seconds without a failure after which all is forgotten.
        package var memory: Int64 = 60 * 60
        /// Addresses remembered; beyond that only the overall count holds.
        package var addresses = 256

        package init() {}
    }

    private struct Record: Sendable, Equatable {
        var failures = 0
        var lastFailure: Int64 = 0
        var blockedUntil: Int64 = 0
    }

    private let limits: Limits
    private var byAddress: [String: Record] = [:]
    private var overall = Record()

    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Seconds until a try from the address is allowed, 0 when one is.
    package func wait(for address: String, now: Int64) -> Int64 {
        let until = max(byAddress[address]?.blockedUntil ?? 0, overall.blockedUntil)
        return max(0, until - now)
    }

    /// Counts a wrong guess.
    package mutating func failed(_ address: String, now: Int64) {
        byAddress = byAddress.filter { now - $0.value.lastFailure < limits.memory }
        if byAddress[address] != nil || byAddress.count < limits.addresses {
            count(&byAddress[address, default: Record()], free: limits.freeFailures, now: now)
        }
        if now - overall.lastFailure >= limits.memory { overall = Record() }
        count(&overall, free: limits.freeFailuresOverall, now: now)
    }

    /// A right guess clears the address. The overall count stays: one who knows the code frees nobody else.
    package mutating func succeeded(_ address: String) {
        byAddress[address] = nil
    }

    private func count(_ record: inout Record, free: Int, now: Int64) {
        record.failures += 1
        record.lastFailure = now
        guard record.failures > free else { return }
        let doublings = min(record.failures - free - 1, 16)
        record.blockedUntil = now + min(limits.firstWait << Int64(doublings), limits.longestWait)
    }
}
