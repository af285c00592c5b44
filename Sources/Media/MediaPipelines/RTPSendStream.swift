package import LinuxSystem
package import RTP
import RealtimeSupport
import Synchronization

/// What a stream has sent, for sender reports and status.
package struct SendCounts: Sendable, Equatable {
    package var packets: UInt64
    /// Payload bytes, without RTP headers (RFC 3550 §6.4.1).
    package var octets: UInt64
    /// Packets that the local network did not take.
    package var refused: UInt64
}

/// The sending half of one RTP stream: numbers packets and gathers them into batches.
///
/// `append` and `flush` belong to the media thread that produces; counts and clock may be read anywhere.
package final class RTPSendStream: Sendable {
    package let ssrc: SSRC
    package let clock: RTPClock
    private let transport: any RTPTransport
    private let writer: BatchWriter
    private let packets = Counter()
    private let octets = Counter()
    private let refused = Counter()
    private let anchorShift = Atomic<Int64>(0)

    /// SSRC, first sequence number and timestamp offset are random (RFC 3550 §5.1).
    package init(clockRate: ClockRate, transport: any RTPTransport) {
        ssrc = SSRC(.random(in: 1...(.max)))
        clock = RTPClock(rate: clockRate, offset: RTPTimestamp(.random(in: 0...(.max))))
        self.transport = transport
        writer = BatchWriter(first: SequenceNumber(.random(in: 0...(.max))))
    }

    /// The same stream by other means, after a change of the session: SSRC and numbers go on, so that the far end need
    /// not find a new source.
    ///
    /// - Parameter earlier: nobody appends to it any more.
    init(continuing earlier: RTPSendStream) {
        ssrc = earlier.ssrc
        clock = earlier.clock
        transport = earlier.transport
        writer = BatchWriter(first: earlier.writer.next)
        let counts = earlier.counts
        packets.add(counts.packets)
        octets.add(counts.octets)
        refused.add(counts.refused)
    }

    package var counts: SendCounts {
        SendCounts(packets: packets.value, octets: octets.value, refused: refused.value)
    }

    /// The timestamp that stands for `time` in a sender report: the clock's, moved as the sound card's clock has
    /// drifted from the system's.
    package func reportTimestamp(at time: MonotonicTime) -> RTPTimestamp {
        clock.timestamp(nanoseconds: time.nanoseconds).advanced(by: anchorShift.load(ordering: .relaxed))
    }

    // MARK: - Real-time

    /// Says that timestamps run `ticks` ahead of the clock.
    package func setAnchorShift(ticks: Int64) { anchorShift.store(ticks, ordering: .relaxed) }

    /// Adds a packet to the batch; `prefix` writes up to 64 bytes before `body`. `body` must live until `flush`.
    ///
    /// - Returns: false when the batch is full: flush, then append again.
    package func append(
        payloadType: PayloadType, timestamp: RTPTimestamp, marker: Bool, body: UnsafeRawBufferPointer,
        prefix: (UnsafeMutableRawBufferPointer) -> Int
    ) -> Bool {
        guard
            let bytes = writer.append(
                ssrc: ssrc, payloadType: payloadType, timestamp: timestamp, marker: marker, body: body, prefix: prefix)
        else { return false }
        octets.add(UInt64(bytes))
        return true
    }

    package var pendingPackets: Int { writer.count }

    /// Sends what was appended in one system call.
    package func flush() {
        let count = writer.count
        if count == 0 { return }
        let taken = transport.send(writer.batch)
        writer.clear()
        packets.add(UInt64(count))
        if taken < count { refused.add(UInt64(count - taken)) }
    }
}

/// Headers and gather lists of the packets in one batch.
private final class BatchWriter: @unchecked Sendable {
    // @unchecked: used by the producing media thread only, as RTPSendStream says.
    static let limit = 16
    static let headerRoom = 80
    private let headers: UnsafeMutableRawPointer
    private let datagrams: UnsafeMutablePointer<OutgoingDatagram>
    private(set) var count = 0
    private(set) var next: SequenceNumber

    init(first: SequenceNumber) {
        next = first
        headers = .allocate(byteCount: Self.limit * Self.headerRoom, alignment: 16)
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        datagrams = .allocate(capacity: Self.limit)
        datagrams.initialize(repeating: OutgoingDatagram(prefix: none, payload: none), count: Self.limit)
    }

    deinit {
        headers.deallocate()
        datagrams.deallocate()
    }

    var batch: UnsafeBufferPointer<OutgoingDatagram> { UnsafeBufferPointer(start: datagrams, count: count) }

    func clear() { count = 0 }

    func append(
        ssrc: SSRC, payloadType: PayloadType, timestamp: RTPTimestamp, marker: Bool, body: UnsafeRawBufferPointer,
        prefix: (UnsafeMutableRawBufferPointer) -> Int
    ) -> Int? {
        guard count < Self.limit else { return nil }
        let room = UnsafeMutableRawBufferPointer(start: headers + count * Self.headerRoom, count: Self.headerRoom)
        let header = RTPHeader(
            marker: marker, payloadType: payloadType, sequenceNumber: next, timestamp: timestamp, ssrc: ssrc)
        guard let length = header.write(into: room) else { return nil }
        let rest = UnsafeMutableRawBufferPointer(rebasing: room[length...])
        let own = min(max(prefix(rest), 0), rest.count)
        datagrams[count] = OutgoingDatagram(
            prefix: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(room)[..<(length + own)]), payload: body)
        count += 1
        next = next.next
        return own + body.count
    }
}
