/// The timers of RFC 3261 §17 (table 4) and RFC 6026 §7 (L, M); timer C is a proxy's.
package enum TransactionTimer: String, Hashable, Sendable, CaseIterable {
    /// INVITE client: send again.
    case a
    /// INVITE client: no answer at all.
    case b
    /// INVITE client: keep acknowledging a repeated refusal.
    case d
    /// Other client: send again.
    case e
    /// Other client: no final answer.
    case f
    /// INVITE server: repeat the refusal.
    case g
    /// INVITE server: no ACK for the refusal.
    case h
    /// INVITE server: take in late ACKs.
    case i
    /// Other server: answer repeated requests.
    case j
    /// Other client: take in repeated answers.
    case k
    /// INVITE server: take in INVITEs that crossed our 2xx.
    case l
    /// INVITE client: take in repeated and forked 2xx.
    case m
}

/// The times that the timers are made of (RFC 3261 §17.1.1.1); tests shorten them.
package struct TimerValues: Hashable, Sendable {
    /// Estimate of the round trip.
    package var t1: Duration
    /// Longest pause between repeats of requests other than INVITE and of answers to INVITE.
    package var t2: Duration
    /// Longest time that a message stays in the network.
    package var t4: Duration

    package init(
        t1: Duration = .milliseconds(500), t2: Duration = .seconds(4), t4: Duration = .seconds(5)
    ) {
        self.t1 = t1
        self.t2 = t2
        self.t4 = t4
    }

    /// 64 × T1, when a transaction gives up.
    package var giveUp: Duration { t1 * 64 }

    /// Timer D over UDP: at least 32 s with the T1 of the RFC (§17.1.1.2).
    package var d: Duration { t1 * 64 }
}

/// What a transaction wants done, in order (RFC 3261 §17).
package enum TransactionAction<Message: Sendable & Equatable>: Equatable, Sendable {
    /// Put on the wire, for the first time.
    case send(Message)
    /// Put on the wire again.
    case resend(Message)
    /// Put an ACK on the wire (INVITE client only).
    case acknowledge(SIPRequest)
    /// Start the timer anew.
    case setTimer(TransactionTimer, Duration)
    case cancelTimer(TransactionTimer)
    /// Hand a response to the transaction's user (client only).
    case response(SIPResponse)
    /// Tell the transaction's user that nothing (more) will come.
    case failed(TransactionFailure)
    /// Drop the transaction and its timers.
    case terminated
}

package enum TransactionFailure: Hashable, Sendable {
    /// The other side did not answer in 64 × T1.
    case timeout
    /// The transport could not send.
    case transport
}

package typealias ClientAction = TransactionAction<SIPRequest>
package typealias ServerAction = TransactionAction<SIPResponse>

/// What happens to a client transaction.
package enum ClientTransactionEvent: Sendable {
    case start
    case response(SIPResponse)
    case timer(TransactionTimer)
    case transportFailed
}

/// What happens to a server transaction.
package enum ServerTransactionEvent: Sendable {
    /// The request came again.
    case retransmission
    /// The ACK for a refusal (INVITE only); that for a 2xx belongs to the dialog.
    case ack
    /// The transaction's user answers.
    case respond(SIPResponse)
    case timer(TransactionTimer)
    case transportFailed
}
