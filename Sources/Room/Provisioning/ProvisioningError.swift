package import LinuxSystem
package import RoomConfiguration

/// Why settings were not taken. Each says what, where, and what to do.
package enum ProvisioningError: Error, Sendable, CustomStringConvertible {
    /// The file is wrong; one line an issue.
    case invalid(ConfigurationError)
    /// Somebody else is at it at this moment.
    case busy(holder: String)
    /// Somebody else was faster.
    case conflict(base: Int, current: Revision?)
    /// An earlier change waits for its confirmation.
    case pending(PendingChange, secondsLeft: Int64)
    case noPending
    case noRevision(Int, known: ClosedRange<Int>?)
    /// What the disk holds is not what was written there.
    case damaged(Int, reason: String)
    /// Nothing has changed when it is thrown.
    case disk(SystemError)
    /// The settings are kept, but the system did not take all of them.
    case system(String)
    /// The file that came is not the whole one.
    case cut(expected: Int, came: Int)
    case usage(String)

    package var description: String {
        switch self {
        case .invalid(let error): return error.description
        case .busy(let holder):
            return "the settings are being changed by \(holder) at this moment; try again when that is done"
        case .conflict(let base, nil):
            return
                "the change was made against revision \(base), but the room has no settings yet; apply without a base"
        case .conflict(let base, let current?):
            let made = base == 0 ? "while there were no settings" : "against revision \(base)"
            return "the change was made \(made), but \(current.author) made revision \(current.number) at "
                + "\(UTCTime.text(current.time)); look at the difference again, then apply"
        case .pending(let pending, let left):
            return "revision \(pending.revision) waits for its confirmation and goes back in \(left) s; confirm it "
                + "(config confirm \(pending.revision)) or go back at once (config rollback) first"
        case .noPending: return "no change waits for a confirmation; it went back already, or was confirmed"
        case .noRevision(let number, let known):
            guard let known else { return "there is no revision \(number): the room has no settings yet" }
            return
                "there is no revision \(number); the oldest kept is \(known.lowerBound), the newest \(known.upperBound)"
        case .damaged(let number, let reason):
            return "revision \(number) is damaged (\(reason)); go back to another one (config history)"
        case .disk(let error) where error.errno == 28:
            return "the data partition is full, so the settings stay as they were (\(error)); make room, then try again"
        case .disk(let error): return "the settings stay as they were: \(error)"
        case .cut(let expected, let came):
            return "the file was cut on its way (\(came) of \(expected) bytes came); nothing has changed, send it again"
        case .system(let text), .usage(let text): return text
        }
    }

    /// A word for programs.
    package var code: String {
        switch self {
        case .invalid: "invalid"
        case .busy: "busy"
        case .conflict: "conflict"
        case .pending: "pending"
        case .noPending: "no_pending"
        case .noRevision: "no_revision"
        case .damaged: "damaged"
        case .disk: "disk"
        case .system: "system"
        case .cut: "cut"
        case .usage: "usage"
        }
    }
}
