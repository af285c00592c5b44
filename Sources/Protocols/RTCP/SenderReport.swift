package import RTP

/// What a sender says about its own stream (RFC 3550 §6.4.1), without report blocks.
package struct SenderReport: Equatable, Sendable {
    /// The stream that the report is about.
    package var sender: SSRC
    /// Wall-clock time of the instant that `rtpTimestamp` names.
    package var ntpTimestamp: NTPTimestamp
    /// The same instant on the stream's own clock.
    package var rtpTimestamp: RTPTimestamp
    /// Packets sent since the start; wraps.
    package var packetCount: UInt32
    /// Payload bytes sent since the start; wraps.
    package var octetCount: UInt32

    package init(
        sender: SSRC, ntpTimestamp: NTPTimestamp, rtpTimestamp: RTPTimestamp, packetCount: UInt32, octetCount: UInt32
    ) {
        self.sender = sender
        self.ntpTimestamp = ntpTimestamp
        self.rtpTimestamp = rtpTimestamp
        self.packetCount = packetCount
        self.octetCount = octetCount
    }

    /// `body` begins behind the four-byte head.
    init?(parsing body: UnsafeRawBufferPointer) {
        guard let sender = body.uint32(at: 0),
            let ntp = body.uint64(at: 4),
            let rtp = body.uint32(at: 12),
            let packets = body.uint32(at: 16),
            let octets = body.uint32(at: 20)
        else { return nil }
        self.init(
            sender: SSRC(sender), ntpTimestamp: NTPTimestamp(rawValue: ntp), rtpTimestamp: RTPTimestamp(rtp),
            packetCount: packets, octetCount: octets)
    }
}

/// Places the timestamps of a received stream on the wall clock of its sender, from its last sender report.
///
/// Two streams of one sender line up when their timestamps give the same wall-clock time (RFC 3550 §6.4.1).
package struct SenderClock: Equatable, Sendable {
    private let rate: ClockRate
    private let reference: RTPTimestamp
    private let referenceNanoseconds: Int64

    package init(report: SenderReport, rate: ClockRate) {
        self.rate = rate
        reference = report.rtpTimestamp
        referenceNanoseconds = report.ntpTimestamp.unixNanoseconds
    }

    /// Nanoseconds since 1970 on the sender's clock; right within half a cycle of the report (6.6 hours at 90 kHz).
    package func unixNanoseconds(of timestamp: RTPTimestamp) -> Int64 {
        referenceNanoseconds &+ rate.nanoseconds(ticks: reference.distance(to: timestamp))
    }
}
