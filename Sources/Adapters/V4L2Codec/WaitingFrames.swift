import MediaTypes
import RealtimeSupport

/// Pictures that wait until a new stream has begun, oldest first. Not thread-safe; nothing is allocated after `init`.
struct WaitingFrames: ~Copyable {
    private let slots: UnsafeMutablePointer<FrameHandle?>
    private let capacity: Int
    private var first = 0
    private(set) var count = 0

    init(capacity: Int) {
        self.capacity = max(capacity, 1)
        slots = .allocate(capacity: self.capacity)
        for index in 0..<self.capacity { (slots + index).initialize(to: nil) }
    }

    deinit {
        slots.deinitialize(count: capacity)
        slots.deallocate()
    }

    var hasRoom: Bool { count < capacity }

    /// There must be room.
    mutating func append(_ frame: consuming FrameHandle) {
        precondition(hasRoom, "a waiting frame too many")
        slots[(first + count) % capacity] = consume frame
        count += 1
    }

    /// Puts back what was taken last; there must be room.
    mutating func putBack(_ frame: consuming FrameHandle) {
        precondition(hasRoom, "a waiting frame too many")
        first = (first + capacity - 1) % capacity
        slots[first] = consume frame
        count += 1
    }

    mutating func takeFirst() -> FrameHandle? {
        guard count > 0 else { return nil }
        let frame = slots[first].take()
        first = (first + 1) % capacity
        count -= 1
        return frame
    }

    mutating func removeAll() { while let frame = takeFirst() { _ = consume frame } }
}
