import Synchronization

/// Up to 64 slots that one producer thread fills and lends to any number of consumers on other threads.
///
/// A slot is free, or lent out under a reference count that `SlotHandle` keeps; when the last handle ends, the
/// slot is marked as returned, and the producer takes it back when it likes. Nothing is allocated or locked
/// after `init`. The pool lives until the last handle has gone, and keeps `owner` (mappings, codec frames) alive.
package final class SharedSlotPool<Slot>: @unchecked Sendable {
    // @unchecked: a slot is written by the producer only while its count is 0, and read by holders of a handle only
    // while it is not; the count's acquire/release orders both.
    private let slots: UnsafeMutablePointer<Slot>
    private let counts: UnsafeMutablePointer<Atomic<Int>>
    private let returned: Atomic<UInt64>
    private let starving = Atomic<Bool>(false)
    private let doorbell: Doorbell?
    private let owner: AnyObject?
    package let capacity: Int

    /// - Parameters:
    ///   - slots: 1 to 64 initial values.
    ///   - initiallyFree: false when all slots begin elsewhere (V4L2 buffers queued in the kernel).
    ///   - doorbell: rung when a slot comes back while the producer has said that it is starving.
    ///   - owner: kept alive as long as the pool.
    package init(_ slots: [Slot], initiallyFree: Bool = true, doorbell: Doorbell? = nil, owner: AnyObject? = nil) {
        precondition(!slots.isEmpty && slots.count <= 64, "a pool has 1 to 64 slots")
        capacity = slots.count
        self.slots = .allocate(capacity: slots.count)
        self.slots.initialize(from: slots, count: slots.count)
        counts = .allocate(capacity: slots.count)
        for index in 0..<slots.count { (counts + index).initialize(to: Atomic(0)) }
        let all = slots.count == 64 ? UInt64.max : (1 << UInt64(slots.count)) - 1
        returned = Atomic(initiallyFree ? all : 0)
        self.doorbell = doorbell
        self.owner = owner
    }

    deinit {
        slots.deinitialize(count: capacity)
        slots.deallocate()
        counts.deinitialize(count: capacity)
        counts.deallocate()
    }

    /// Producer only: the slots that came back since the last call, as a bit mask; they are the producer's now.
    package func collectReturned() -> UInt64 { returned.exchange(0, ordering: .acquiringAndReleasing) }

    /// Producer only: one slot that came back, nil when there is none.
    package func takeReturned() -> Int? {
        var mask = returned.load(ordering: .relaxed)
        while mask != 0 {
            let index = mask.trailingZeroBitCount
            let (exchanged, original) = returned.weakCompareExchange(
                expected: mask, desired: mask & ~(1 << UInt64(index)), ordering: .acquiringAndReleasing)
            if exchanged { return index }
            mask = original
        }
        return nil
    }

    /// How many slots are back and not taken by the producer. After `announceStarving` it counts each one whose return
    /// does not ring: both are in the one order of sequentially consistent accesses.
    package var returnedCount: Int { returned.load(ordering: .sequentiallyConsistent).nonzeroBitCount }

    /// Producer only: asks for the doorbell at the next return. Look for returned slots once more after this call.
    package func announceStarving() { starving.store(true, ordering: .sequentiallyConsistent) }

    /// Producer only: the slot at `index`, which the producer holds (not lent).
    package func update(_ index: Int, _ body: (inout Slot) -> Void) {
        precondition(index >= 0 && index < capacity, "slot index")
        assert(counts[index].load(ordering: .relaxed) == 0, "a lent slot is changed")
        body(&slots[index])
    }

    /// Producer only: lends the slot at `index`, which the producer holds.
    package func lend(_ index: Int) -> SlotHandle<Slot> {
        precondition(index >= 0 && index < capacity, "slot index")
        counts[index].store(1, ordering: .releasing)
        return SlotHandle(adopting: index, of: self)
    }

    /// Producer only: puts a slot that was taken and not lent back among the free ones.
    package func putBack(_ index: Int) {
        precondition(index >= 0 && index < capacity, "slot index")
        _ = returned.bitwiseOr(1 << UInt64(index), ordering: .acquiringAndReleasing)
    }

    @inline(__always)
    fileprivate func read(_ index: Int) -> UnsafePointer<Slot> { UnsafePointer(slots + index) }

    @inline(__always)
    fileprivate func retain(_ index: Int) { counts[index].add(1, ordering: .relaxed) }

    fileprivate func release(_ index: Int) {
        if counts[index].subtract(1, ordering: .acquiringAndReleasing).newValue > 0 { return }
        _ = returned.bitwiseOr(1 << UInt64(index), ordering: .sequentiallyConsistent)
        if starving.load(ordering: .sequentiallyConsistent),
            starving.exchange(false, ordering: .acquiringAndReleasing)
        {
            doorbell?.ring()
        }
    }
}

/// One reference to a lent slot; the slot goes back to its pool when the last handle ends. May cross threads.
package struct SlotHandle<Slot>: ~Copyable, @unchecked Sendable {
    // @unchecked: see SharedSlotPool; the slot is only read through a handle.
    private let pool: SharedSlotPool<Slot>
    package let index: Int

    fileprivate init(adopting index: Int, of pool: SharedSlotPool<Slot>) {
        self.pool = pool
        self.index = index
    }

    deinit { pool.release(index) }

    /// What the producer wrote into the slot.
    package var value: Slot {
        @inline(__always) get { pool.read(index).pointee }
    }

    /// A second reference to the same slot, for another consumer.
    package func share() -> SlotHandle {
        pool.retain(index)
        return SlotHandle(adopting: index, of: pool)
    }

    /// Whether the slot belongs to `pool` (importers keep a table per pool).
    package func belongs(to pool: SharedSlotPool<Slot>) -> Bool { self.pool === pool }

    /// The pool itself, for tables of imported buffers that must know when it ends (they keep it weakly).
    package var source: SharedSlotPool<Slot> { pool }

    /// An identity of the pool, for tables of imported buffers; valid while the handle lives.
    package var poolIdentity: ObjectIdentifier { ObjectIdentifier(pool) }
}
