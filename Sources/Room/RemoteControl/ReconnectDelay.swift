package import LinuxSystem

/// When to try a connection again: at once, then after pauses that double up to a bound. Pure, time injected.
package struct ReconnectDelay: Sendable {
    package static let shortest = Duration.milliseconds(100)
    package static let longest = Duration.seconds(5)

    private var pause = shortest
    /// When the next try is due; nil while the connection stands.
    package private(set) var due: MonotonicTime?

    package init(at now: MonotonicTime) { due = now }

    /// A try failed.
    package mutating func failed(at now: MonotonicTime) {
        due = now + pause
        pause = min(pause * 2, Self.longest)
    }

    /// The other side answered.
    package mutating func succeeded() {
        due = nil
        pause = Self.shortest
    }

    /// A connection that had stood is gone.
    package mutating func lost(at now: MonotonicTime) { due = now + Self.shortest }
}
