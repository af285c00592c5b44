import LinuxSystem
import RTP
import Testing

@testable import MediaPipelines

@Suite("Audio jitter buffer")
struct AudioJitterBufferTests {
    /// Inserts packets by number; each carries its number as its one byte.
    private static func insert(_ numbers: [Int], into buffer: inout AudioJitterBuffer) {
        for number in numbers {
            withUnsafeBytes(of: UInt8(truncatingIfNeeded: number)) {
                buffer.insert(
                    $0, sequence: SequenceNumber(UInt16(truncatingIfNeeded: number)),
                    timestamp: RTPTimestamp(UInt32(truncatingIfNeeded: number &* 960)), at: .zero)
            }
        }
    }

    private static func take(_ buffer: inout AudioJitterBuffer) -> UInt8? {
        var value: UInt8?
        buffer.takePacket { payload, _ in value = payload.first }
        return value
    }

    @Test("Packets come out in order over the wrap at 65535")
    func order() {
        var buffer = AudioJitterBuffer(capacity: 16)
        Self.insert([65_534, 1, 0, 65_535, 2], into: &buffer)
        var seen: [UInt8] = []
        while buffer.peek() == .packet, let value = Self.take(&buffer) { seen.append(value) }
        #expect(seen == [254, 255, 0, 1, 2])
        #expect(buffer.peek() == .empty && buffer.count == 0)
    }

    @Test("A gap is told with its size, and closed by skipping")
    func gap() {
        var buffer = AudioJitterBuffer(capacity: 16)
        Self.insert([10, 14], into: &buffer)
        _ = Self.take(&buffer)
        #expect(buffer.peek() == .lost(packets: 3))
        buffer.skip(2)
        #expect(buffer.peek() == .lost(packets: 1))
        buffer.skip(1)
        #expect(buffer.peek() == .packet)
        #expect(Self.take(&buffer) == 14)
    }

    @Test("Copies and late packets are dropped and counted apart")
    func copies() {
        var buffer = AudioJitterBuffer(capacity: 16)
        Self.insert([1, 2, 2, 1], into: &buffer)
        #expect(buffer.dropped == 2 && buffer.count == 2)
        _ = Self.take(&buffer)
        Self.insert([1, 0], into: &buffer)
        #expect(buffer.late == 2 && buffer.count == 1)
    }

    @Test("A full buffer drops the oldest, and does not take what is older still")
    func full() {
        var buffer = AudioJitterBuffer(capacity: 4)
        Self.insert([1, 2, 3, 4, 5], into: &buffer)
        #expect(buffer.count == 4 && buffer.dropped == 1)
        Self.insert([1], into: &buffer)
        #expect(buffer.count == 3 || buffer.count == 4)
        #expect(buffer.late == 1)
    }

    @Test(
        "A sender that begins anew is taken, forward and backward",
        arguments: [(60_000, 100), (100, 60_000), (100, 33_000), (40_000, 20_000)])
    func restart(_ before: Int, _ after: Int) {
        var buffer = AudioJitterBuffer(capacity: 16)
        Self.insert([before, before + 1], into: &buffer)
        _ = Self.take(&buffer)
        Self.insert([after, after + 2, after + 1], into: &buffer)
        var seen: [UInt8] = []
        while buffer.peek() == .packet, let value = Self.take(&buffer) { seen.append(value) }
        #expect(seen == [after, after + 1, after + 2].map { UInt8(truncatingIfNeeded: $0) })
    }

    @Test("An empty payload holds the place of its number")
    func empty() {
        var buffer = AudioJitterBuffer(capacity: 16)
        Self.insert([1], into: &buffer)
        buffer.insert(
            UnsafeRawBufferPointer(start: nil, count: 0), sequence: SequenceNumber(2), timestamp: RTPTimestamp(0),
            at: .zero)
        Self.insert([3], into: &buffer)
        #expect(Self.take(&buffer) == 1)
        #expect(buffer.peek() == .packet)
        #expect(Self.take(&buffer) == nil)
        #expect(Self.take(&buffer) == 3)
        buffer.insert(
            UnsafeRawBufferPointer(start: nil, count: 0), sequence: SequenceNumber(4), timestamp: RTPTimestamp(0),
            at: .zero)
        buffer.dropPlaceholders()
        #expect(buffer.peek() == .empty)
    }

    @Test("The time held is that between the oldest and the newest")
    func held() {
        var buffer = AudioJitterBuffer(capacity: 16)
        #expect(buffer.heldTicks == 0)
        Self.insert([5, 9], into: &buffer)
        #expect(buffer.heldTicks == 4 * 960)
    }

    @Test("A payload longer than a slot is refused")
    func long() {
        var buffer = AudioJitterBuffer(capacity: 4)
        let bytes = [UInt8](repeating: 0, count: 2000)
        bytes.withUnsafeBytes {
            buffer.insert($0, sequence: SequenceNumber(1), timestamp: RTPTimestamp(0), at: .zero)
        }
        #expect(buffer.count == 0 && buffer.dropped == 1)
    }
}
