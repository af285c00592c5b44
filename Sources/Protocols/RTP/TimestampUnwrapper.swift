/// Unwraps the timestamps of one stream to 64 bits: each is placed on the shorter way from the newest one.
package struct TimestampUnwrapper: Sendable {
    /// The newest unwrapped timestamp in ticks; nil before the first.
    package private(set) var newest: Int64?

    package init() {}

    // MARK: - Real-time

    /// The 64-bit place of `timestamp` in ticks; an older one does not move the newest one.
    package mutating func unwrap(_ timestamp: RTPTimestamp) -> Int64 {
        guard let last = newest else {
            newest = Int64(timestamp.rawValue)
            return Int64(timestamp.rawValue)
        }
        let distance = RTPTimestamp(UInt32(truncatingIfNeeded: last)).distance(to: timestamp)
        let unwrapped = last &+ distance
        if distance > 0 { newest = unwrapped }
        return unwrapped
    }
}
