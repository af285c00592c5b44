import LinuxSystem
import RTCP
import RTP
import RealtimeSupport

/// What the network thread keeps for each stream that it receives: which source, how well it comes.
///
/// Confined to the network thread; `report` is safe for all.
final class StreamReceiver: @unchecked Sendable {
    // @unchecked: see above; the snapshot is the only thing that others read.
    let report = AtomicSnapshot(StreamReceptionReport())
    let clockRate: ClockRate
    var ssrc: SSRC? { latch.ssrc }
    private(set) var statistics: ReceptionStatistics
    /// The middle 32 bits of the last sender report's NTP time, and when it came (RFC 3550 §6.4.1, LSR and DLSR).
    var lastSenderReport: UInt32 = 0
    var lastSenderReportTime = MonotonicTime.zero
    private(set) var lastArrival = MonotonicTime.zero
    private var packets: UInt64 = 0
    private var bytes: UInt64 = 0
    private var malformed: UInt64 = 0
    private var strangers: UInt64 = 0
    private var latch = SourceLatch()

    init(clockRate: ClockRate) {
        self.clockRate = clockRate
        statistics = ReceptionStatistics(clockRate: clockRate, minimumSequential: 1)
    }

    // MARK: - Real-time

    /// Whether the packet belongs to the stream; counts it either way.
    ///
    /// One that is far from all others does not, unless a second one follows it (RFC 3550 appendix A.1).
    ///
    /// - Parameters:
    ///   - address: where it came from.
    ///   - signalled: where signalling says that the far end is.
    func accept(
        _ header: RTPHeader, byteCount: Int, from address: IPEndpoint, signalled: IPEndpoint, at now: MonotonicTime
    ) -> Bool {
        switch latch.judge(header.ssrc, from: address, signalled: signalled, silence: now - lastArrival) {
        case .belongs: break
        case .begins:
            statistics = ReceptionStatistics(clockRate: clockRate, minimumSequential: 1)
            lastSenderReport = 0
        case .stranger:
            strangers &+= 1
            return false
        }
        let outcome = statistics.receive(
            header.sequenceNumber, timestamp: header.timestamp, arrivalNanoseconds: now.nanoseconds)
        guard outcome != .outOfRange else { return false }
        lastArrival = now
        packets &+= 1
        bytes &+= UInt64(byteCount)
        return true
    }

    /// Whether RTCP from `address` is to be listened to; counts it when it is not.
    func allowsControl(from address: IPEndpoint, signalled: IPEndpoint) -> Bool {
        if latch.allowsControl(from: address, signalled: signalled) { return true }
        strangers &+= 1
        return false
    }

    /// The source has left: another need not wait until this one has been silent.
    func noteGoodbye() { latch.noteGoodbye() }

    /// The block of our next report about this stream; nil before it has begun.
    func makeBlock(at now: MonotonicTime) -> ReportBlock? {
        guard let ssrc, let reception = statistics.makeReport() else { return nil }
        let delay = lastSenderReport == 0 ? 0 : RoundTrip.delay(nanoseconds: now - lastSenderReportTime)
        return ReportBlock(
            source: ssrc, reception: reception, lastSenderReport: lastSenderReport, delaySinceLastSenderReport: delay)
    }

    func countMalformed() { malformed &+= 1 }

    func publish(roundTrip: Int64) {
        report.store(
            StreamReceptionReport(
                packets: packets, bytes: bytes, lost: statistics.cumulativeLost,
                jitterNanoseconds: statistics.jitterNanoseconds, malformed: malformed, strangers: strangers,
                roundTripNanoseconds: roundTrip, isKnown: ssrc != nil))
    }
}

/// How well a stream comes in.
package struct StreamReceptionReport: Sendable, BitwiseCopyable {
    package var packets: UInt64 = 0
    package var bytes: UInt64 = 0
    package var lost: Int64 = 0
    package var jitterNanoseconds: Int64 = 0
    package var malformed: UInt64 = 0
    /// Packets on the stream's ports from an address or a source that is not the far end's; none of them was used.
    package var strangers: UInt64 = 0
    /// Of the stream that we send on the same session, from the far end's reports; negative while unknown.
    package var roundTripNanoseconds: Int64 = -1
    package var isKnown = false

    package init() {}

    init(
        packets: UInt64, bytes: UInt64, lost: Int64, jitterNanoseconds: Int64, malformed: UInt64,
        strangers: UInt64, roundTripNanoseconds: Int64, isKnown: Bool
    ) {
        self.packets = packets
        self.bytes = bytes
        self.lost = lost
        self.jitterNanoseconds = jitterNanoseconds
        self.malformed = malformed
        self.strangers = strangers
        self.roundTripNanoseconds = roundTripNanoseconds
        self.isKnown = isKnown
    }
}
