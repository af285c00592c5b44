/// How long to wait before the next regular RTCP packet (RFC 3550 §6.3.1 and appendix A.7).
package struct RTCPInterval: Sendable {
    /// Bytes a second that all members together may spend on RTCP; usually 5 % of the session.
    package var bandwidth: Double
    /// Seconds that an interval lasts at least: 5, or less for video and feedback (RFC 3550 §6.2, RFC 4585 §3.4).
    package var minimumSeconds: Double

    /// Both values are taken as at least a tiny positive number.
    package init(bandwidth: Double, minimumSeconds: Double = 5) {
        self.bandwidth = bandwidth > 1 ? bandwidth : 1
        self.minimumSeconds = minimumSeconds > 0.05 ? minimumSeconds : 0.05
    }

    /// An interval for a session of so many bits a second, with the reduced minimum of 360 s over its kbit/s.
    package init(sessionBitsPerSecond: Int) {
        let bits = Double(max(1, sessionBitsPerSecond))
        self.init(bandwidth: bits * 0.05 / 8, minimumSeconds: min(5, 360_000 / bits))
    }

    /// Seconds until the next packet.
    ///
    /// - Parameters:
    ///   - members: all who take part, with ourselves.
    ///   - senders: those of them who send media.
    ///   - weSend: true when we are one of the senders.
    ///   - averageSize: mean bytes of RTCP datagrams with UDP and IP headers.
    ///   - isInitial: halves the minimum before our first packet.
    ///   - random: 0..<1, which spreads the packets of all members over time.
    package func seconds(
        members: Int, senders: Int, weSend: Bool, averageSize: Double, isInitial: Bool, random: Double
    ) -> Double {
        let all = Double(max(1, members))
        let sending = Double(max(0, min(members, senders)))
        var share = bandwidth
        var sharers = all
        if sending <= all * 0.25 {
            share *= weSend ? 0.25 : 0.75
            sharers = weSend ? sending : all - sending
        }
        let least = isInitial ? minimumSeconds / 2 : minimumSeconds
        let mean = max(least, max(0, averageSize) * sharers / share)
        // e − 3/2 takes back what timer reconsideration adds.
        return mean * (min(1, max(0, random)) + 0.5) / 1.21828
    }
}
