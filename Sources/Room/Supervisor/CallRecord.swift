package import CallSignaling

/// Where a call stands.
package enum CallPhase: String, Sendable {
    /// We call; nothing was heard yet.
    case dialling
    /// It rings over there.
    case ringingOut = "ringing_out"
    /// It rings here.
    case ringingIn = "ringing_in"
    /// Answered; the last message of the set-up is on its way.
    case connecting
    case established
    case ended
}

/// One call as the room knows it.
package struct CallRecord: Sendable, Equatable {
    /// The room's own number for it, in status and commands: 1, 2, 3…
    package let number: Int
    package var signaling: CallID?
    package var phase: CallPhase
    package let isIncoming: Bool
    /// The address that was dialled, or the caller's.
    package var remoteAddress: String
    /// What the far end calls itself.
    package var remoteName: String?
    /// What the directory calls it.
    package var directoryName: String?
    /// Put on hold here.
    package var isHeldLocally = false
    /// Put on hold by the far end.
    package var isHeldRemotely = false
    /// When it was answered, monotonic nanoseconds; 0 before.
    package var answeredAt: Int64 = 0
    package var startedAt: Int64
    /// Why it ended, one sentence.
    package var endSentence: String?
    /// The same as signalling put it, where it was signalling's.
    package var endReason: EndReason?
    /// When it is answered by itself, monotonic nanoseconds; nil when somebody has to.
    package var autoAnswersAt: Int64?

    package init(number: Int, phase: CallPhase, isIncoming: Bool, remoteAddress: String, startedAt: Int64) {
        self.number = number
        self.phase = phase
        self.isIncoming = isIncoming
        self.remoteAddress = remoteAddress
        self.startedAt = startedAt
    }

    /// The name for screen and status: the directory's before the far end's own.
    package var shownName: String? { directoryName ?? remoteName }
    package var isLiving: Bool { phase != .ended }
    /// Whether sound and pictures flow or are about to.
    package var hasMedia: Bool { phase == .connecting || phase == .established }
}
