/// Turns local monotonic time into the timestamps of one stream that we send.
///
/// Packets and sender reports must use the same instance, so that the receiver can line streams up
/// (RFC 3550 §6.4.1, "RTP timestamp").
package struct RTPClock: Sendable {
    /// The ticks a second of the stream.
    package let rate: ClockRate
    /// The timestamp at local time zero; random, so that a stream cannot be guessed (RFC 3550 §5.1).
    package let offset: RTPTimestamp

    package init(rate: ClockRate, offset: RTPTimestamp) {
        self.rate = rate
        self.offset = offset
    }

    /// The timestamp of a monotonic instant in nanoseconds.
    package func timestamp(nanoseconds: Int64) -> RTPTimestamp {
        offset.advanced(by: rate.ticks(nanoseconds: nanoseconds))
    }
}
