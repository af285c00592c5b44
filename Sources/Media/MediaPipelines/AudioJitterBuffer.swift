import LinuxSystem
import RTP

/// Puts the packets of one audio stream in order and holds them until their turn. Confined to the playback thread.
///
/// A fixed number of slots; when they are full the oldest packet is dropped. Nothing is allocated after `init`.
struct AudioJitterBuffer: ~Copyable {
    /// What the playback thread gets when it asks for the next packet.
    enum Next: Equatable {
        case packet
        /// So many are missing before the oldest one that is here.
        case lost(packets: Int)
        /// Nothing is here.
        case empty
    }

    private struct Slot {
        var sequence = AudioJitterBuffer.free
        var timestamp: Int64 = 0
        var length = 0
        var arrival: Int64 = 0
    }

    /// What is known of a packet beside its payload.
    struct Packet {
        /// Unwrapped, in ticks.
        var timestamp: Int64
        /// When it came, on CLOCK_MONOTONIC.
        var arrival: MonotonicTime
    }

    /// The sequence number of a slot that holds nothing; real ones lie around those of 16 bits.
    private static let free = Int64.min
    private static let slotLength = 1500
    /// Jumps as large as these are a sender that started anew, not late packets or losses.
    private static let restartBackward: Int64 = 1000
    private static let restartForward: Int64 = 3000

    private let slots: UnsafeMutablePointer<Slot>
    private let storage: UnsafeMutableRawPointer
    private let capacity: Int
    private var sequences = SequenceUnwrapper()
    private var timestamps = TimestampUnwrapper()
    private var expected: Int64?
    private(set) var count = 0
    /// Packets that came after their turn.
    private(set) var late: UInt64 = 0
    /// Packets that came twice, were too long, or were dropped because all slots were full.
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

    /// Takes one packet. An empty payload holds the place of a packet that is no sound (a telephone event).
    mutating func insert(
        _ payload: UnsafeRawBufferPointer, sequence: SequenceNumber, timestamp: RTPTimestamp, at arrival: MonotonicTime
    ) {
        guard payload.count <= Self.slotLength else {
            dropped &+= 1
            return
        }
        var extended = sequences.unwrap(sequence).rawValue
        if let next = expected {
            if extended < next - Self.restartBackward || extended > next + Self.restartForward {
                clear()
                extended = sequences.unwrap(sequence).rawValue
            } else if extended < next {
                late &+= 1
                return
            }
        }
        let time = timestamps.unwrap(timestamp)
        if count == capacity { dropOldest() }
        if let next = expected, extended < next {
            late &+= 1
            return
        }
        var empty: Int?
        for index in 0..<capacity {
            if slots[index].sequence == extended {
                dropped &+= 1
                return
            }
            if slots[index].sequence == Self.free { empty = index }
        }
        guard let empty else { return }
        if let source = payload.baseAddress, !payload.isEmpty {
            (storage + empty * Self.slotLength).copyMemory(from: source, byteCount: payload.count)
        }
        slots[empty] = Slot(
            sequence: extended, timestamp: time, length: payload.count, arrival: arrival.nanoseconds)
        count += 1
    }

    /// What the next turn brings. The first packet of a stream is the oldest one that is here.
    func peek() -> Next {
        guard let oldest = oldestIndex() else { return .empty }
        guard let expected, slots[oldest].sequence > expected else { return .packet }
        return .lost(packets: Int(slots[oldest].sequence - expected))
    }

    /// Lends the oldest packet and takes it out.
    mutating func takePacket(_ body: (UnsafeRawBufferPointer, Packet) -> Void) {
        guard let oldest = oldestIndex() else { return }
        let slot = slots[oldest]
        body(bytes(oldest), Packet(timestamp: slot.timestamp, arrival: MonotonicTime(nanoseconds: slot.arrival)))
        remove(oldest)
    }

    /// Lends the oldest packet without taking it out, for forward error correction of the one before.
    func lendOldest(_ body: (UnsafeRawBufferPointer) -> Void) {
        guard let oldest = oldestIndex() else { return }
        body(bytes(oldest))
    }

    /// Goes on without `packets` of those whose turn it is.
    mutating func skip(_ packets: Int) { expected = expected.map { $0 + Int64(packets) } }

    /// Throws the oldest packet away.
    mutating func dropOldest() {
        guard let oldest = oldestIndex() else { return }
        remove(oldest)
        dropped &+= 1
    }

    /// Takes packets that are no sound from the front.
    mutating func dropPlaceholders() {
        while let oldest = oldestIndex(), slots[oldest].length == 0 { remove(oldest) }
    }

    /// Media time held, in ticks, from the oldest packet's start to the newest one's.
    var heldTicks: Int64 {
        var lowest = Int64.max
        var highest = Int64.min
        for index in 0..<capacity where slots[index].sequence != Self.free {
            lowest = min(lowest, slots[index].timestamp)
            highest = max(highest, slots[index].timestamp)
        }
        return highest >= lowest ? highest - lowest : 0
    }

    /// Forgets the stream: the next packet begins another one.
    mutating func clear() {
        for index in 0..<capacity { slots[index].sequence = Self.free }
        count = 0
        expected = nil
        sequences = SequenceUnwrapper()
        timestamps = TimestampUnwrapper()
    }

    private func bytes(_ index: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: storage + index * Self.slotLength, count: slots[index].length)
    }

    private mutating func remove(_ index: Int) {
        expected = slots[index].sequence + 1
        slots[index].sequence = Self.free
        count -= 1
    }

    private func oldestIndex() -> Int? {
        guard count > 0 else { return nil }
        var best: Int?
        for index in 0..<capacity where slots[index].sequence != Self.free {
            if let current = best, slots[current].sequence <= slots[index].sequence { continue }
            best = index
        }
        return best
    }
}
