/// A 32-bit RTP media timestamp in ticks of its stream's clock; wraps around (RFC 3550 §5.1).
package struct RTPTimestamp: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    package var rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    package init(_ rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// This timestamp moved by `ticks`, which may be negative or larger than the circle.
    package func advanced(by ticks: Int64) -> RTPTimestamp {
        RTPTimestamp(rawValue &+ UInt32(truncatingIfNeeded: ticks))
    }

    /// Ticks on the shortest way from this timestamp to `other`; positive when `other` is later.
    package func distance(to other: RTPTimestamp) -> Int64 {
        Int64(Int32(bitPattern: other.rawValue &- rawValue))
    }
}
