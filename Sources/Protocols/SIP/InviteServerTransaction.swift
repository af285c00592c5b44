/// The server's side of an INVITE (RFC 3261 §17.2.1 with the Accepted state of RFC 6026 §8.5).
///
/// ```
/// proceeding --3xx..6xx--> completed --ACK--> confirmed --I--> terminated
///      \                        \--H--> failed
///       \--2xx--> accepted --L--> terminated
/// ```
/// The user repeats a 2xx itself (`InviteAcceptance`); the transaction only takes in INVITEs that come again.
package struct InviteServerTransaction: Sendable {
    package enum State: Sendable { case proceeding, completed, confirmed, accepted, terminated }

    package private(set) var state: State = .proceeding
    private let isReliable: Bool
    private let timers: TimerValues
    private var repeatAfter: Duration
    private var lastResponse: SIPResponse?

    /// The user sends 100 Trying itself, at once.
    package init(isReliable: Bool, timers: TimerValues) {
        self.isReliable = isReliable
        self.timers = timers
        repeatAfter = timers.t1
    }

    /// Takes one event and says what to do; events that do not fit the state are ignored.
    package mutating func handle(_ event: ServerTransactionEvent) -> [ServerAction] {
        switch (state, event) {
        case (.proceeding, .retransmission), (.completed, .retransmission):
            return lastResponse.map { [.resend($0)] } ?? []
        case (.proceeding, .respond(let response)):
            return respond(response)
        case (.accepted, .respond(let response)) where response.isSuccess:
            return [.resend(response)]
        case (.completed, .timer(.g)) where !isReliable:
            repeatAfter = min(repeatAfter * 2, timers.t2)
            return (lastResponse.map { [.resend($0)] } ?? []) + [.setTimer(.g, repeatAfter)]
        case (.completed, .timer(.h)):
            state = .terminated
            return [.failed(.timeout), .terminated]
        case (.completed, .ack):
            guard !isReliable else {
                state = .terminated
                return [.cancelTimer(.h), .terminated]
            }
            state = .confirmed
            return [.cancelTimer(.g), .cancelTimer(.h), .setTimer(.i, timers.t4)]
        case (.confirmed, .timer(.i)), (.accepted, .timer(.l)):
            state = .terminated
            return [.terminated]
        case (.proceeding, .transportFailed), (.completed, .transportFailed):
            state = .terminated
            return [.failed(.transport), .terminated]
        case (.accepted, .transportFailed):
            // RFC 6026 §7.1: the user hears of it, and the transaction stays to take in the INVITE again.
            return [.failed(.transport)]
        default:
            return []
        }
    }

    private mutating func respond(_ response: SIPResponse) -> [ServerAction] {
        lastResponse = response
        if response.isProvisional { return [.send(response)] }
        if response.isSuccess {
            state = .accepted
            return [.send(response), .setTimer(.l, timers.giveUp)]
        }
        state = .completed
        let again: [ServerAction] = isReliable ? [] : [.setTimer(.g, repeatAfter)]
        return [.send(response)] + again + [.setTimer(.h, timers.giveUp)]
    }
}
