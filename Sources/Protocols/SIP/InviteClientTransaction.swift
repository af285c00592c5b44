/// The client's side of an INVITE (RFC 3261 §17.1.1 with the Accepted state of RFC 6026 §8.4).
///
/// ```
/// calling --1xx--> proceeding --3xx..6xx--> completed --D--> terminated
///    |  \_____________2xx__|__________________________|
///    B, transport error                    accepted --M--> terminated
/// ```
package struct InviteClientTransaction: Sendable {
    package enum State: Sendable { case idle, calling, proceeding, completed, accepted, terminated }

    package private(set) var state: State = .idle
    /// The INVITE as sent.
    package let request: SIPRequest
    private let isReliable: Bool
    private let timers: TimerValues
    private var repeatAfter: Duration
    private var ack: SIPRequest?

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
            state = .calling
            var actions: [ClientAction] = [.send(request)]
            if !isReliable { actions.append(.setTimer(.a, repeatAfter)) }
            actions.append(.setTimer(.b, timers.giveUp))
            return actions
        case (.calling, .timer(.a)) where !isReliable:
            repeatAfter *= 2
            return [.resend(request), .setTimer(.a, repeatAfter)]
        case (.calling, .timer(.b)):
            return fail(.timeout)
        case (.calling, .transportFailed), (.proceeding, .transportFailed), (.completed, .transportFailed):
            return fail(.transport)
        case (.calling, .response(let response)), (.proceeding, .response(let response)):
            return receive(response)
        case (.completed, .response(let response)) where response.status >= 300:
            return ack.map { [.acknowledge($0)] } ?? []
        case (.completed, .timer(.d)), (.accepted, .timer(.m)):
            state = .terminated
            return [.terminated]
        case (.accepted, .response(let response)) where response.isSuccess:
            return [.response(response)]
        default:
            return []
        }
    }

    private mutating func receive(_ response: SIPResponse) -> [ClientAction] {
        let stop: [ClientAction] = state == .calling ? [.cancelTimer(.a), .cancelTimer(.b)] : []
        if response.isProvisional {
            state = .proceeding
            return stop + [.response(response)]
        }
        if response.isSuccess {
            state = .accepted
            return stop + [.setTimer(.m, timers.giveUp), .response(response)]
        }
        let ack = Self.ack(for: response, to: request)
        self.ack = ack
        guard !isReliable else {
            state = .terminated
            return stop + [.acknowledge(ack), .response(response), .terminated]
        }
        state = .completed
        return stop + [.acknowledge(ack), .setTimer(.d, timers.d), .response(response)]
    }

    private mutating func fail(_ failure: TransactionFailure) -> [ClientAction] {
        let reported = state == .completed
        state = .terminated
        // In completed the user has its final answer already; only an ACK could not be sent.
        return reported ? [.terminated] : [.failed(failure), .terminated]
    }

    /// The ACK for a refusal: the INVITE's top Via, Route, From, Call-ID and number, the To of the answer (§17.1.1.3).
    static func ack(for response: SIPResponse, to request: SIPRequest) -> SIPRequest {
        var ack = SIPRequest(.ack, uri: request.uri)
        if let via = try? request.headers.topVia() { ack.headers.append(.via, via.description) }
        for field in request.headers.fields {
            switch field.name {
            case .route, .from, .callID, .maxForwards:
                ack.headers.append(field.name, field.value)
            case .to:
                ack.headers.append(.to, response.headers[.to] ?? field.value)
            case .cseq:
                if let cseq = try? CSeq(field.value) {
                    ack.headers.append(.cseq, CSeq(cseq.number, .ack).description)
                }
            default:
                break
            }
        }
        return ack
    }
}
