package import LinuxSystem

/// Counts presses that mean nothing, and says so once a minute at most. Pure, time injected.
package struct UnknownKeys: Sendable {
    package static let interval = Duration.seconds(60)

    /// Since the start.
    package private(set) var total = 0
    private var untold = 0
    private var next: MonotonicTime?

    package init() {}

    /// Counts one.
    ///
    /// - Returns: how many have come since it was said last, when it may be said now.
    package mutating func count(at now: MonotonicTime) -> Int? {
        total += 1
        untold += 1
        if let next, now < next { return nil }
        next = now + Self.interval
        defer { untold = 0 }
        return untold
    }
}
