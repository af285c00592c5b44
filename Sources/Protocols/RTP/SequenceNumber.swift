/// A 16-bit RTP sequence number; its arithmetic wraps around (RFC 3550 §5.1).
///
/// It is not `Comparable`: "newer" is not transitive on a circle.
package struct SequenceNumber: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    package var rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    package init(_ rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// The number after this one.
    package var next: SequenceNumber { SequenceNumber(rawValue &+ 1) }

    /// This number moved by `count`, which may be negative or larger than the circle.
    package func advanced(by count: Int) -> SequenceNumber {
        SequenceNumber(rawValue &+ UInt16(truncatingIfNeeded: count))
    }

    /// The shortest way from this number to `other`, −32768...32767; positive when `other` is newer.
    package func distance(to other: SequenceNumber) -> Int {
        Int(Int16(bitPattern: other.rawValue &- rawValue))
    }

    /// True when this number comes after `other` on the shorter way round.
    package func isNewer(than other: SequenceNumber) -> Bool {
        other.distance(to: self) > 0
    }
}
