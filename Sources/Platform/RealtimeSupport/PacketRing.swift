import Synchronization

/// A bounded queue of datagrams from one thread to another; each is copied into a slot that was allocated at the start.
///
/// `Tag` travels beside the bytes. When the ring is full the newest packet is refused and counted.
package final class PacketRing<Tag: BitwiseCopyable>: @unchecked Sendable {
    // @unchecked: as in SPSCRing, a slot is touched by one side at a time.
    private let storage: UnsafeMutableRawPointer
    private let lengths: UnsafeMutablePointer<Int>
    private let tags: UnsafeMutablePointer<Tag>
    private let mask: Int
    private let slotLength: Int
    private let head = Atomic<Int>(0)
    private let tail = Atomic<Int>(0)
    private let refusedCounter = Counter()

    /// - Parameters:
    ///   - capacity: packets, rounded up to a power of two.
    ///   - slotLength: longest packet in bytes.
    package init(capacity: Int, slotLength: Int) {
        var size = 1
        while size < min(max(capacity, 1), 4096) { size *= 2 }
        mask = size - 1
        self.slotLength = max(slotLength, 16)
        storage = .allocate(byteCount: size * self.slotLength, alignment: 16)
        lengths = .allocate(capacity: size)
        lengths.initialize(repeating: 0, count: size)
        tags = .allocate(capacity: size)
    }

    deinit {
        storage.deallocate()
        lengths.deallocate()
        tags.deallocate()
    }

    /// Producer only: copies a packet in; false when the ring is full or the packet too long. Real-time safe.
    @discardableResult
    package func push(_ bytes: UnsafeRawBufferPointer, tag: Tag) -> Bool {
        let position = head.load(ordering: .relaxed)
        guard position &- tail.load(ordering: .acquiring) <= mask, bytes.count <= slotLength else {
            refusedCounter.add()
            return false
        }
        let slot = position & mask
        if let source = bytes.baseAddress {
            (storage + slot * slotLength).copyMemory(from: source, byteCount: bytes.count)
        }
        lengths[slot] = bytes.count
        (tags + slot).initialize(to: tag)
        head.store(position &+ 1, ordering: .releasing)
        return true
    }

    /// Consumer only: lends the oldest packet to `body` and takes it out; false when there is none. Real-time safe.
    package func pop(_ body: (UnsafeRawBufferPointer, Tag) -> Void) -> Bool {
        let position = tail.load(ordering: .relaxed)
        if head.load(ordering: .acquiring) == position { return false }
        let slot = position & mask
        body(UnsafeRawBufferPointer(start: storage + slot * slotLength, count: lengths[slot]), tags[slot])
        tail.store(position &+ 1, ordering: .releasing)
        return true
    }

    /// Packets that wait: a snapshot.
    package var count: Int { head.load(ordering: .acquiring) &- tail.load(ordering: .acquiring) }

    /// Packets that found no room.
    package var refused: UInt64 { refusedCounter.value }
}
