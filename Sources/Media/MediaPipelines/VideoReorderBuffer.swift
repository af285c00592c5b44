import RTP

/// Brings packets that overtook each other back in order, and gives up on a missing one after a short wait.
///
/// Packets in order pass without a copy; only those that came too early are held. Confined to the network thread.
struct VideoReorderBuffer: ~Copyable {
    /// What became of a packet.
    enum Outcome {
        /// It is the next one: use it now, then call `releaseFollowing`.
        case next
        /// It waits for one that is missing.
        case held
        /// It is a copy, or its turn is over.
        case late
        /// The buffer is full of packets behind a gap: the gap is given up. Use `releaseFollowing(force: true)`.
        case full
    }

    private struct Slot {
        var sequence = VideoReorderBuffer.free
        var length = 0
        var arrival: Int64 = 0
    }

    /// The sequence number of a slot that holds nothing; real ones lie around those of 16 bits.
    private static let free = Int64.min
    private static let slotLength = 1600
    /// A jump as large as this is a sender that started anew.
    private static let restartDistance: Int64 = 2000
    private let slots: UnsafeMutablePointer<Slot>
    private let storage: UnsafeMutableRawPointer
    private let capacity: Int
    private var unwrapper = SequenceUnwrapper()
    private var expected: Int64?
    private(set) var count = 0

    init(capacity: Int = 32) {
        self.capacity = max(capacity, 1)
        slots = .allocate(capacity: self.capacity)
        slots.initialize(repeating: Slot(), count: self.capacity)
        storage = .allocate(byteCount: self.capacity * Self.slotLength, alignment: 16)
    }

    deinit {
        slots.deallocate()
        storage.deallocate()
    }

    /// When the oldest held packet came; nil when none is held.
    var waitingSince: Int64? {
        guard count > 0 else { return nil }
        var oldest: Int64?
        for index in 0..<capacity where slots[index].sequence != Self.free {
            oldest = min(oldest ?? .max, slots[index].arrival)
        }
        return oldest
    }

    // MARK: - Real-time

    mutating func place(_ packet: UnsafeRawBufferPointer, sequence: SequenceNumber, at now: Int64) -> Outcome {
        let extended = unwrapper.unwrap(sequence).rawValue
        guard let wanted = expected, extended < wanted + Self.restartDistance, extended > wanted - Self.restartDistance
        else {
            // The first packet, or a sender that started anew.
            reset()
            expected = unwrapper.unwrap(sequence).rawValue + 1
            return .next
        }
        if extended == wanted {
            expected = wanted + 1
            return .next
        }
        if extended < wanted { return .late }
        for index in 0..<capacity where slots[index].sequence == extended { return .late }
        guard packet.count <= Self.slotLength, let source = packet.baseAddress else { return .late }
        for index in 0..<capacity where slots[index].sequence == Self.free {
            (storage + index * Self.slotLength).copyMemory(from: source, byteCount: packet.count)
            slots[index] = Slot(sequence: extended, length: packet.count, arrival: now)
            count += 1
            return count == capacity ? .full : .held
        }
        return .late
    }

    /// Lends each held packet whose turn has come, in order.
    ///
    /// - Parameter force: whether the gap before the oldest one is given up.
    mutating func releaseFollowing(force: Bool, _ body: (UnsafeRawBufferPointer) -> Void) {
        var mayJump = force
        while count > 0, let wanted = expected {
            var best: Int?
            for index in 0..<capacity where slots[index].sequence != Self.free {
                if let current = best, slots[current].sequence <= slots[index].sequence { continue }
                best = index
            }
            guard let best else { return }
            let sequence = slots[best].sequence
            if sequence != wanted {
                guard mayJump else { return }
                mayJump = false
            }
            body(UnsafeRawBufferPointer(start: storage + best * Self.slotLength, count: slots[best].length))
            slots[best].sequence = Self.free
            count -= 1
            expected = sequence + 1
        }
    }

    /// Forgets the stream: the next packet begins another one.
    mutating func reset() {
        for index in 0..<capacity { slots[index].sequence = Self.free }
        count = 0
        expected = nil
        unwrapper = SequenceUnwrapper()
    }
}
