import Synchronization

/// A bounded queue from one producer thread to one consumer thread, without locks or allocation.
///
/// When it is full the element that was offered comes back to the producer, who says what is dropped.
package final class SPSCRing<Element: ~Copyable>: @unchecked Sendable {
    // @unchecked: `head` is written by the producer only, `tail` by the consumer only, and a slot is touched
    // by one side at a time, as the two counters say (release/acquire).
    private let slots: UnsafeMutablePointer<Element>
    private let mask: Int
    private let head = Atomic<Int>(0)
    private let tail = Atomic<Int>(0)

    /// - Parameter minimumCapacity: rounded up to a power of two, 1 to 65536.
    package init(minimumCapacity: Int) {
        var capacity = 1
        while capacity < min(max(minimumCapacity, 1), 65536) { capacity *= 2 }
        mask = capacity - 1
        slots = .allocate(capacity: capacity)
    }

    deinit {
        while let element = pop() { _ = consume element }
        slots.deallocate()
    }

    package var capacity: Int { mask + 1 }

    /// How many elements wait; exact for the two sides, a snapshot for others.
    package var count: Int { head.load(ordering: .acquiring) &- tail.load(ordering: .acquiring) }

    /// Producer only. Gives the element back when the ring is full.
    @inline(__always)
    package func push(_ element: consuming Element) -> Element? {
        let position = head.load(ordering: .relaxed)
        if position &- tail.load(ordering: .acquiring) > mask { return element }
        (slots + (position & mask)).initialize(to: element)
        head.store(position &+ 1, ordering: .releasing)
        return nil
    }

    /// Consumer only.
    @inline(__always)
    package func pop() -> Element? {
        let position = tail.load(ordering: .relaxed)
        if head.load(ordering: .acquiring) == position { return nil }
        let element = (slots + (position & mask)).move()
        tail.store(position &+ 1, ordering: .releasing)
        return element
    }
}
