import RTP

/// Puts the packets of one audio stream in order and holds them until their turn. Confined to the playback thread.
///
/// A fixed number of slots; when they are full the oldest packet is dropped. Nothing is allocated after `init`.
struct AudioJitterBuffer: ~Copyable {
    /// What the playback thread gets when it asks for the next packet.
    enum Next {
        case packet
        /// It was lost (later ones are here); true when the packet right behind it is here.
        case lost(hasFollowing: Bool)
        /// Nothing is here.
        case empty
    }

    private struct Slot {
        var sequence: Int64 = -1
        var timestamp: Int64 = 0
        var length = 0
    }

    private static let slotLength = 1500
    private let slots: UnsafeMutablePointer<Slot>
    private let storage: UnsafeMutableRawPointer
    private let capacity: Int
    private var sequences = SequenceUnwrapper()
    private var timestamps = TimestampUnwrapper()
    private var expected: Int64?
    private(set) var count = 0
    /// Packets that came after their turn.
    private(set) var late: UInt64 = 0
    /// Packets that came twice, or were dropped because all slots were full.
    private(set) var dropped: UInt64 = 0

    init(capacity: Int) {
        self.capacity = max(capacity, 2)
        slots = .allocate(capacity: self.capacity)
        slots.initialize(repeating: Slot(), count: self.capacity)
        storage = .allocate(byteCount: self.capacity * Self.slotLength, alignment: 16)
    }

    deinit {
        slots.deallocate()
        storage.deallocate()
    }

    // MARK: - Real-time

    mutating func insert(_ payload: UnsafeRawBufferPointer, sequence: SequenceNumber, timestamp: RTPTimestamp) {
        let extended = sequences.unwrap(sequence).rawValue
        let time = timestamps.unwrap(timestamp)
        guard payload.count <= Self.slotLength, let source = payload.baseAddress else { return }
        if let next = expected {
            // A jump backward as large as this is a sender that started anew, not a late packet.
            if extended < next - 1000 || extended > next + 3000 {
                clear()
            } else if extended < next {
                late &+= 1
                return
            }
        }
        if count == capacity { dropOldest() }
        var free: Int?
        for index in 0..<capacity {
            if slots[index].sequence == extended {
                dropped &+= 1
                return
            }
            if slots[index].sequence < 0 { free = index }
        }
        guard let free, extended >= 0 else { return }
        (storage + free * Self.slotLength).copyMemory(from: source, byteCount: payload.count)
        slots[free] = Slot(sequence: extended, timestamp: time, length: payload.count)
        count += 1
    }

    /// What the next turn brings. The first packet of a stream is the oldest one that is here.
    func peek() -> Next {
        guard let oldest = oldestIndex() else { return .empty }
        guard let expected else { return .packet }
        if slots[oldest].sequence == expected { return .packet }
        return .lost(hasFollowing: slots[oldest].sequence == expected + 1)
    }

    /// Lends the oldest packet with its unwrapped timestamp and takes it out.
    mutating func takePacket(_ body: (UnsafeRawBufferPointer, Int64) -> Void) {
        guard let oldest = oldestIndex() else { return }
        let slot = slots[oldest]
        body(UnsafeRawBufferPointer(start: storage + oldest * Self.slotLength, count: slot.length), slot.timestamp)
        expected = slot.sequence + 1
        slots[oldest].sequence = -1
        count -= 1
    }

    /// Lends the oldest packet without taking it out, for forward error correction of the one before.
    func lendOldest(_ body: (UnsafeRawBufferPointer) -> Void) {
        guard let oldest = oldestIndex() else { return }
        body(UnsafeRawBufferPointer(start: storage + oldest * Self.slotLength, count: slots[oldest].length))
    }

    /// Goes on without the packet whose turn it is.
    mutating func skip() { expected = expected.map { $0 + 1 } }

    /// Media time held, in ticks, from the oldest packet's start to the newest one's.
    var heldTicks: Int64 {
        var lowest = Int64.max
        var highest = Int64.min
        for index in 0..<capacity where slots[index].sequence >= 0 {
            lowest = min(lowest, slots[index].timestamp)
            highest = max(highest, slots[index].timestamp)
        }
        return highest >= lowest ? highest - lowest : 0
    }

    mutating func clear() {
        for index in 0..<capacity { slots[index].sequence = -1 }
        count = 0
        expected = nil
    }

    private mutating func dropOldest() {
        guard let oldest = oldestIndex() else { return }
        expected = slots[oldest].sequence + 1
        slots[oldest].sequence = -1
        count -= 1
        dropped &+= 1
    }

    private func oldestIndex() -> Int? {
        var best: Int?
        for index in 0..<capacity where slots[index].sequence >= 0 {
            if let current = best, slots[current].sequence <= slots[index].sequence { continue }
            best = index
        }
        return best
    }
}
