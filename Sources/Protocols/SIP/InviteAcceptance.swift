/// The repeats of a 2xx to an INVITE until its ACK comes, whatever the transport (RFC 3261 §13.3.1.4).
package struct InviteAcceptance: Sendable {
    package enum Event: Sendable {
        case start
        /// The time of `Action.wait` is over.
        case timer
        case ack
    }

    package enum Action: Equatable, Sendable {
        case send(SIPResponse)
        case resend(SIPResponse)
        /// Call back with `.timer` after this time.
        case wait(Duration)
        case cancelWait
        /// The ACK has come.
        case confirmed
        /// 64 × T1 without an ACK: end the dialog with a BYE.
        case abandoned
    }

    private let response: SIPResponse
    private let timers: TimerValues
    private var pause: Duration
    private var waited: Duration = .zero
    private var isOver = false

    package init(_ response: SIPResponse, timers: TimerValues) {
        self.response = response
        self.timers = timers
        pause = timers.t1
    }

    /// Takes one event and says what to do; once confirmed or abandoned nothing more.
    package mutating func handle(_ event: Event) -> [Action] {
        guard !isOver else { return [] }
        switch event {
        case .start:
            return [.send(response), .wait(pause)]
        case .timer:
            waited += pause
            guard waited < timers.giveUp else {
                isOver = true
                return [.abandoned]
            }
            pause = min(min(pause * 2, timers.t2), timers.giveUp - waited)
            return [.resend(response), .wait(pause)]
        case .ack:
            isOver = true
            return [.cancelWait, .confirmed]
        }
    }
}
