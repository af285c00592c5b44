/// The client's side of any request but INVITE and ACK (RFC 3261 §17.1.2).
///
/// ```
/// trying --1xx--> proceeding --final--> completed --K--> terminated
///    \_______________final____________/
/// F or a transport error ends trying and proceeding
/// ```
package struct NonInviteClientTransaction: Sendable {
    package enum State: Sendable { case idle, trying, proceeding, completed, terminated }

    package private(set) var state: State = .idle
    /// The request as sent.
    package let request: SIPRequest
    private let isReliable: Bool
    private let timers: TimerValues
    private var repeatAfter: Duration

    package init(_ request: SIPRequest, isReliable: Bool, timers: TimerValues) {
        self.request = request
        self.isReliable = isReliable
        self.timers = timers
        repeatAfter = timers.t1
    }

    /// Takes one event and says what to do; events that do not fit the state are ignored.
    package mutating func handle(_ event: ClientTransactionEvent) -> [ClientAction] {
        switch (state, event) {
        case (.idle, .start):
            state = .trying
            var actions: [ClientAction] = [.send(request)]
            if !isReliable { actions.append(.setTimer(.e, repeatAfter)) }
            actions.append(.setTimer(.f, timers.giveUp))
            return actions
        case (.trying, .timer(.e)) where !isReliable:
            repeatAfter = min(repeatAfter * 2, timers.t2)
            return [.resend(request), .setTimer(.e, repeatAfter)]
        case (.proceeding, .timer(.e)) where !isReliable:
            return [.resend(request), .setTimer(.e, timers.t2)]
        case (.trying, .timer(.f)), (.proceeding, .timer(.f)):
            state = .terminated
            return [.failed(.timeout), .terminated]
        case (.trying, .transportFailed), (.proceeding, .transportFailed):
            state = .terminated
            return [.failed(.transport), .terminated]
        case (.trying, .response(let response)), (.proceeding, .response(let response)):
            if response.isProvisional {
                state = .proceeding
                return [.response(response)]
            }
            let stop: [ClientAction] = [.cancelTimer(.e), .cancelTimer(.f)]
            guard !isReliable else {
                state = .terminated
                return stop + [.response(response), .terminated]
            }
            state = .completed
            return stop + [.setTimer(.k, timers.t4), .response(response)]
        case (.completed, .timer(.k)):
            state = .terminated
            return [.terminated]
        default:
            return []
        }
    }
}
