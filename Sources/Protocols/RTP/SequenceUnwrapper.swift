/// A sequence number that counts on after 65535, so that packets of one stream have a total order.
package struct ExtendedSequenceNumber: RawRepresentable, Hashable, Comparable, Sendable {
    /// Negative for packets older than the first one seen by more than its own number.
    package var rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// The 16 bits that the packet carried.
    package var sequenceNumber: SequenceNumber { SequenceNumber(UInt16(truncatingIfNeeded: rawValue)) }

    package static func < (left: ExtendedSequenceNumber, right: ExtendedSequenceNumber) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// Unwraps the sequence numbers of one stream: each is placed on the shorter way from the newest one.
package struct SequenceUnwrapper: Sendable {
    /// The newest number so far; nil before the first packet.
    package private(set) var newest: ExtendedSequenceNumber?

    package init() {}

    // MARK: - Real-time

    /// The place of `number` in the stream; an older number does not move the newest one.
    package mutating func unwrap(_ number: SequenceNumber) -> ExtendedSequenceNumber {
        guard let last = newest else {
            let first = ExtendedSequenceNumber(rawValue: Int64(number.rawValue))
            newest = first
            return first
        }
        let distance = last.sequenceNumber.distance(to: number)
        let extended = ExtendedSequenceNumber(rawValue: last.rawValue &+ Int64(distance))
        if distance > 0 { newest = extended }
        return extended
    }
}
