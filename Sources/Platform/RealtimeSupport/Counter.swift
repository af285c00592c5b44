import Synchronization

/// A number that one thread counts up and others read, without locks.
package struct Counter: ~Copyable, Sendable {
    private let storage: Atomic<UInt64>

    package init() { storage = Atomic(0) }

    /// Real-time safe.
    @inline(__always)
    package func add(_ amount: UInt64 = 1) { storage.add(amount, ordering: .relaxed) }

    package var value: UInt64 { storage.load(ordering: .relaxed) }
}
