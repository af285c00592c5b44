import MediaTypes
import RealtimeSupport

/// The frames that a driver reads from, by the index of their buffer; each goes back to its producer when the driver has
/// done with it. Not thread-safe; nothing is allocated after `init`.
struct HeldFrames: ~Copyable {
    private let slots: UnsafeMutablePointer<FrameHandle?>
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = max(capacity, 1)
        slots = .allocate(capacity: self.capacity)
        for index in 0..<self.capacity { (slots + index).initialize(to: nil) }
    }

    deinit {
        slots.deinitialize(count: capacity)
        slots.deallocate()
    }

    mutating func hold(_ frame: consuming FrameHandle, at index: Int) {
        precondition(index >= 0 && index < capacity, "buffer index")
        slots[index] = consume frame
    }

    mutating func release(_ index: Int) {
        precondition(index >= 0 && index < capacity, "buffer index")
        slots[index] = nil
    }

    mutating func releaseAll() { for index in 0..<capacity { slots[index] = nil } }
}
