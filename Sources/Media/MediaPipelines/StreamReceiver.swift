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
    private(set) var ssrc: SSRC?
    private(set) var statistics: ReceptionStatistics
    /// The middle 32 bits of the last sender report's NTP time, and when it came (RFC 3550 §6.4.1, LSR and DLSR).
    var lastSenderReport: UInt32 = 0
    var lastSenderReportTime = MonotonicTime.zero
    private(set) var lastArrival = MonotonicTime.zero
    private var packets: UInt64 = 0
    private var bytes: UInt64 = 0
    private var malformed: UInt64 = 0
    private var strangers = 0

    /// Packets of another source in a row before it is believed to have taken over.
    private static let takeOver = 8

    init(clockRate: ClockRate) {
        self.clockRate = clockRate
        statistics = ReceptionStatistics(clockRate: clockRate, minimumSequential: 1)
    }

    // MARK: - Real-time

    /// Whether the packet belongs to the stream; counts it when it does.
    func accept(_ header: RTPHeader, byteCount: Int, at now: MonotonicTime) -> Bool {
        if ssrc == nil { ssrc = header.ssrc }
        if ssrc != header.ssrc {
            strangers += 1
            guard strangers >= Self.takeOver else { return false }
            // The far end restarted its stream, or a transfer put another sender there.
            ssrc = header.ssrc
            statistics = ReceptionStatistics(clockRate: clockRate, minimumSequential: 1)
            lastSenderReport = 0
        }
        strangers = 0
        lastArrival = now
        packets &+= 1
        bytes &+= UInt64(byteCount)
        _ = statistics.receive(
            header.sequenceNumber, timestamp: header.timestamp, arrivalNanoseconds: now.nanoseconds)
        return true
    }

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
                jitterNanoseconds: statistics.jitterNanoseconds, malformed: malformed, roundTripNanoseconds: roundTrip,
                isKnown: ssrc != nil))
    }
}

/// How well a stream comes in.
package struct StreamReceptionReport: Sendable, BitwiseCopyable {
    package var packets: UInt64 = 0
    package var bytes: UInt64 = 0
    package var lost: Int64 = 0
    package var jitterNanoseconds: Int64 = 0
    package var malformed: UInt64 = 0
    /// Of the stream that we send on the same session, from the far end's reports; negative while unknown.
    package var roundTripNanoseconds: Int64 = -1
    package var isKnown = false

    package init() {}

    init(
        packets: UInt64, bytes: UInt64, lost: Int64, jitterNanoseconds: Int64, malformed: UInt64,
        roundTripNanoseconds: Int64, isKnown: Bool
    ) {
        self.packets = packets
        self.bytes = bytes
        self.lost = lost
        self.jitterNanoseconds = jitterNanoseconds
        self.malformed = malformed
        self.roundTripNanoseconds = roundTripNanoseconds
        self.isKnown = isKnown
    }
}
