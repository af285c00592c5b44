/// What a receiver knows about one source: validity, losses and jitter (RFC 3550 appendices A.1, A.3 and A.8).
///
/// A value without storage of its own; one thread updates it. A new SSRC needs a new instance.
package struct ReceptionStatistics: Sendable {
    /// What became of one packet.
    package enum Outcome: Equatable, Sendable {
        /// The source has not yet sent enough packets in a row to be believed.
        case probation
        /// The newest packet so far.
        case accepted
        /// Older than the newest packet, or a copy of one.
        case lateOrDuplicate
        /// Too far from the newest packet; a second one in a row means that the source restarted.
        case outOfRange
        /// The source jumped to another sequence number: every count began anew.
        case restarted
    }

    /// The fields of a report block that come from reception (RFC 3550 §6.4.1).
    package struct Report: Equatable, Sendable {
        /// Losses since the report before, in 256ths of the packets expected.
        package var fractionLost: UInt8
        /// Losses since the start, in the range of 24 signed bits; negative after duplicates.
        package var cumulativeLost: Int32
        /// Cycles in the high half, highest sequence number in the low half.
        package var extendedHighestSequenceNumber: UInt32
        /// Mean deviation of the transit time, in timestamp ticks.
        package var jitter: UInt32

        package init(fractionLost: UInt8, cumulativeLost: Int32, extendedHighestSequenceNumber: UInt32, jitter: UInt32)
        {
            self.fractionLost = fractionLost
            self.cumulativeLost = cumulativeLost
            self.extendedHighestSequenceNumber = extendedHighestSequenceNumber
            self.jitter = jitter
        }
    }

    private static let maximumDropout = 3000
    private static let maximumMisorder = 100

    /// The clock of the stream's timestamps.
    package let clockRate: ClockRate
    /// Packets in a row that make a source valid.
    package let minimumSequential: Int
    /// Packets counted since the source became valid.
    package private(set) var receivedCount: UInt64 = 0

    private var isStarted = false
    private var probation: Int
    private var baseExtended: UInt64 = 0
    private var cycles: UInt64 = 0
    private var highest = SequenceNumber(0)
    private var badNext: SequenceNumber?
    private var lastTransit: UInt32?
    private var scaledJitter: Int64 = 0
    private var expectedAtReport: UInt64 = 0
    private var receivedAtReport: UInt64 = 0

    /// RFC 3550 asks two packets in a row of an unknown source; one is enough for an address that SDP gave.
    package init(clockRate: ClockRate, minimumSequential: Int = 2) {
        self.clockRate = clockRate
        self.minimumSequential = max(1, minimumSequential)
        probation = self.minimumSequential
    }

    // MARK: - Real-time

    /// Counts one packet; `arrivalNanoseconds` is monotonic.
    package mutating func receive(
        _ number: SequenceNumber, timestamp: RTPTimestamp, arrivalNanoseconds: Int64
    ) -> Outcome {
        let outcome = place(number)
        switch outcome {
        case .accepted, .lateOrDuplicate:
            updateJitter(timestamp, arrivalNanoseconds)
        case .restarted:
            lastTransit = nil
            scaledJitter = 0
            updateJitter(timestamp, arrivalNanoseconds)
        case .probation, .outOfRange:
            break
        }
        return outcome
    }

    /// The packets that the sender has sent as far as its sequence numbers tell.
    package var expectedCount: UInt64 {
        receivedCount == 0 ? 0 : cycles &+ UInt64(highest.rawValue) &- baseExtended &+ 1
    }

    /// Packets lost since the start; negative when more copies than losses arrived.
    package var cumulativeLost: Int64 {
        Int64(truncatingIfNeeded: expectedCount &- receivedCount)
    }

    /// Interarrival jitter in timestamp ticks (RFC 3550 appendix A.8).
    package var jitter: UInt32 {
        UInt32(clamping: scaledJitter >> 4)
    }

    /// Interarrival jitter in nanoseconds.
    package var jitterNanoseconds: Int64 {
        clockRate.nanoseconds(ticks: Int64(jitter))
    }

    /// The values for one report block; closes the interval that its fraction lost covers. Nil before a valid packet.
    package mutating func makeReport() -> Report? {
        guard receivedCount > 0 else { return nil }
        let expected = expectedCount
        let expectedInterval = Int64(truncatingIfNeeded: expected &- expectedAtReport)
        let receivedInterval = Int64(truncatingIfNeeded: receivedCount &- receivedAtReport)
        expectedAtReport = expected
        receivedAtReport = receivedCount
        let lostInterval = expectedInterval - receivedInterval
        let fraction: UInt8
        if expectedInterval <= 0 || lostInterval <= 0 {
            fraction = 0
        } else {
            fraction = UInt8(clamping: lostInterval * 256 / expectedInterval)
        }
        return Report(
            fractionLost: fraction,
            cumulativeLost: Int32(max(-0x80_0000, min(0x7F_FFFF, cumulativeLost))),
            extendedHighestSequenceNumber: UInt32(truncatingIfNeeded: cycles &+ UInt64(highest.rawValue)),
            jitter: jitter)
    }

    private mutating func place(_ number: SequenceNumber) -> Outcome {
        if !isStarted {
            isStarted = true
            highest = number.advanced(by: -1)
        }
        if probation > 0 {
            guard number == highest.next else {
                probation = minimumSequential - 1
                highest = number
                return .probation
            }
            probation -= 1
            highest = number
            guard probation == 0 else { return .probation }
            restart(at: number)
            receivedCount = 1
            return .accepted
        }
        let ahead = Int(number.rawValue &- highest.rawValue)
        if ahead == 0 {
            receivedCount &+= 1
            return .lateOrDuplicate
        }
        if ahead < ReceptionStatistics.maximumDropout {
            if number.rawValue < highest.rawValue { cycles &+= 0x1_0000 }
            highest = number
            badNext = nil
            receivedCount &+= 1
            return .accepted
        }
        if ahead <= 0x1_0000 - ReceptionStatistics.maximumMisorder {
            guard number == badNext else {
                badNext = number.next
                return .outOfRange
            }
            restart(at: number)
            receivedCount = 1
            return .restarted
        }
        receivedCount &+= 1
        return .lateOrDuplicate
    }

    private mutating func restart(at number: SequenceNumber) {
        baseExtended = UInt64(number.rawValue)
        highest = number
        badNext = nil
        cycles = 0
        receivedCount = 0
        expectedAtReport = 0
        receivedAtReport = 0
    }

    private mutating func updateJitter(_ timestamp: RTPTimestamp, _ arrivalNanoseconds: Int64) {
        let arrival = UInt32(truncatingIfNeeded: clockRate.ticks(nanoseconds: arrivalNanoseconds))
        let transit = arrival &- timestamp.rawValue
        if let lastTransit {
            let difference = Int64(Int32(bitPattern: transit &- lastTransit).magnitude)
            scaledJitter += difference - ((scaledJitter + 8) >> 4)
        }
        lastTransit = transit
    }
}
