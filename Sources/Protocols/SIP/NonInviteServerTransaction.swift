/// The server's side of any request but INVITE and ACK (RFC 3261 §17.2.2).
///
/// ```
/// trying --1xx--> proceeding --final--> completed --J--> terminated
///    \_______________final____________/
/// ```
package struct NonInviteServerTransaction: Sendable {
    package enum State: Sendable { case trying, proceeding, completed, terminated }

    package private(set) var state: State = .trying
    private let isReliable: Bool
    private let timers: TimerValues
    private var lastResponse: SIPResponse?

    package init(isReliable: Bool, timers: TimerValues) {
        self.isReliable = isReliable
        self.timers = timers
    }

    /// Takes one event and says what to do; events that do not fit the state are ignored.
    package mutating func handle(_ event: ServerTransactionEvent) -> [ServerAction] {
        switch (state, event) {
        case (.proceeding, .retransmission), (.completed, .retransmission):
            return lastResponse.map { [.resend($0)] } ?? []
        case (.trying, .respond(let response)), (.proceeding, .respond(let response)):
            lastResponse = response
            if response.isProvisional {
                state = .proceeding
                return [.send(response)]
            }
            guard !isReliable else {
                state = .terminated
                return [.send(response), .terminated]
            }
            state = .completed
            return [.send(response), .setTimer(.j, timers.giveUp)]
        case (.completed, .timer(.j)):
            state = .terminated
            return [.terminated]
        case (.proceeding, .transportFailed), (.completed, .transportFailed):
            state = .terminated
            return [.failed(.transport), .terminated]
        default:
            return []
        }
    }
}
