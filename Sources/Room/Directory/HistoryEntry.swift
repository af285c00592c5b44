/// Who called whom.
package enum CallDirection: String, Sendable, CaseIterable {
    case incoming
    case outgoing
}

/// What became of a call.
package enum CallOutcome: String, Sendable, CaseIterable {
    case answered
    /// Incoming: nobody answered here, or the room did not want to be disturbed.
    case missed
    /// Somebody said no: here when it was incoming, there when it was outgoing.
    case refused
    /// It could not be set up, or nobody answered there.
    case failed
    /// Somebody was in a call already: here when it was incoming, there when it was outgoing.
    case busy
}

/// A call that is over and is to be kept.
package struct FinishedCall: Sendable, Equatable {
    /// What the far end called itself, or the directory it.
    package var name: String
    /// As it was dialled, or the caller's.
    package var address: String
    package var direction: CallDirection
    package var outcome: CallOutcome
    /// Seconds since 1970 (UTC).
    package var started: Int64
    /// From answer to end; 0 when it was not answered.
    package var seconds: Int

    package init(
        name: String, address: String, direction: CallDirection, outcome: CallOutcome, started: Int64, seconds: Int
    ) {
        self.name = name
        self.address = address
        self.direction = direction
        self.outcome = outcome
        self.started = started
        self.seconds = seconds
    }
}

/// A call of the history.
package struct HistoryEntry: Sendable, Equatable, Identifiable {
    package let id: Int64
    /// The directory's name for the address when it has one, else what the far end called itself; may be empty.
    package var name: String
    package var address: String
    package var direction: CallDirection
    package var outcome: CallOutcome
    /// Seconds since 1970 (UTC).
    package var started: Int64
    /// From answer to end; 0 when it was not answered.
    package var seconds: Int
    /// False for a missed call that nobody has looked at.
    package var isSeen: Bool

    package init(
        id: Int64, name: String, address: String, direction: CallDirection, outcome: CallOutcome, started: Int64,
        seconds: Int, isSeen: Bool
    ) {
        self.id = id
        self.name = name
        self.address = address
        self.direction = direction
        self.outcome = outcome
        self.started = started
        self.seconds = seconds
        self.isSeen = isSeen
    }
}
