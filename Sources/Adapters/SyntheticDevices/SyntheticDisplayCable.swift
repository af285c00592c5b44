import Synchronization

/// Unplugs a screen in memory and plugs it in again. Any thread.
package final class SyntheticDisplayCable: Sendable {
    private let plugged = Atomic<Bool>(true)

    package init() {}

    package var isPlugged: Bool { plugged.load(ordering: .acquiring) }

    /// The next call to the display throws `.gone`.
    package func unplug() { plugged.store(false, ordering: .releasing) }

    package func plugIn() { plugged.store(true, ordering: .releasing) }
}
