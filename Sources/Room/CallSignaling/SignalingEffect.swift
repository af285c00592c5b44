import SIP

/// What the state machine wants done; the `UserAgent` does it in order.
enum SignalingEffect: Sendable {
    /// Put the bytes on the wire. If that fails, `owner` is told by `sendFailed`.
    case transmit([UInt8], Destination, owner: SendOwner?)
    /// Start the timer anew; it comes back by `timerFired`.
    case setTimer(SignalingTimer, Duration)
    case cancelTimer(SignalingTimer)
    case emit(SignalingEvent)
    /// Look the host name up; it comes back by `resolved`.
    case resolve(CallID, host: String)
    /// Look the account's server up; it comes back by `registrarResolved`.
    case resolveRegistrar(host: String)
    /// Tell the owner how it stands with the account.
    case registration(RegistrationState)
}

/// Who has to hear that a message could not be sent.
enum SendOwner: Hashable, Sendable {
    case client(ClientTransactionKey)
    case server(ServerTransactionKey)
    case ack(CallID)
}

enum SignalingTimer: Hashable, Sendable {
    case client(ClientTransactionKey, TransactionTimer)
    case server(ServerTransactionKey, TransactionTimer)
    case call(CallID, CallTimer)
    /// Time to register anew.
    case registration
}

enum CallTimer: Hashable, Sendable, CaseIterable {
    /// Repeats our 2xx until its ACK (RFC 3261 §13.3.1.4).
    case acceptance
    /// Repeats 180 or 183 each minute, so that proxies do not give up (RFC 3261 §13.3.1.1).
    case ringing
    /// An incoming call rang long enough.
    case ringLimit
    /// A call of ours rang long enough.
    case dialLimit
    /// Time to try again after a 491 (RFC 3261 §14.1).
    case glare
    /// No final answer in 64 × T1 after our CANCEL (RFC 3261 §9.1).
    case cancelLimit
}
