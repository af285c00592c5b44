/// What happens to the calls of a `UserAgent`, in the order in which it happens.
///
/// Bodies are SDP texts and never looked into here: the owner does offer and answer (RFC 3264).
package enum SignalingEvent: Sendable, Equatable {
    /// Somebody calls. Follow with `ring`, `progress`, `answer` or `reject`.
    case incomingCall(IncomingCall)
    /// A provisional answer (180, 183, …) to our call; `body` is early SDP if there is one.
    case provisional(CallID, status: Int, phrase: String, body: String?)
    /// Our call was answered and the ACK is on its way; `answer` is the SDP of the 2xx.
    case answered(CallID, answer: String?)
    /// The caller has acknowledged our answer. `answer` is there only for a late offer: our 2xx was the offer.
    case established(CallID, answer: String?)
    /// The peer wants to change the session. Follow with `answerReinvite` or `rejectReinvite`.
    /// A nil offer asks for ours: what `answerReinvite` is given is then the offer.
    case reinvite(CallID, offer: String?)
    /// The peer has acknowledged our answer to its re-INVITE; `answer` only for a late offer.
    case reinviteEstablished(CallID, answer: String?)
    /// The peer took its re-INVITE back before we answered; the session stays as it was.
    case reinviteCancelled(CallID)
    /// The peer accepted our re-INVITE.
    case reinviteAnswered(CallID, answer: String?)
    /// The peer refused our re-INVITE; the session stays as it was.
    case reinviteRejected(CallID, status: Int, phrase: String)
    /// An INFO came in the call: DTMF ("application/dtmf-relay") or "application/media_control+xml" (RFC 5168).
    case info(CallID, contentType: String, body: String)
    /// The call is over; the last event with its id, and exactly one for each call.
    case ended(CallID, EndReason)

    /// The call that it is about.
    package var call: CallID {
        switch self {
        case .incomingCall(let incoming): incoming.call
        case .provisional(let call, _, _, _), .answered(let call, _), .established(let call, _),
            .reinvite(let call, _), .reinviteEstablished(let call, _), .reinviteCancelled(let call),
            .reinviteAnswered(let call, _), .reinviteRejected(let call, _, _), .info(let call, _, _),
            .ended(let call, _):
            call
        }
    }

    /// Its name without the values, for the log.
    var name: String {
        switch self {
        case .incomingCall: "incomingCall"
        case .provisional(_, let status, _, _): "provisional \(status)"
        case .answered: "answered"
        case .established: "established"
        case .reinvite: "reinvite"
        case .reinviteEstablished: "reinviteEstablished"
        case .reinviteCancelled: "reinviteCancelled"
        case .reinviteAnswered: "reinviteAnswered"
        case .reinviteRejected(_, let status, _): "reinviteRejected \(status)"
        case .info: "info"
        case .ended: "ended"
        }
    }

    /// True if the owner can do without it when it does not keep up.
    var isExpendable: Bool {
        switch self {
        case .provisional, .info: true
        default: false
        }
    }
}

/// An INVITE from outside.
package struct IncomingCall: Sendable, Equatable {
    package let call: CallID
    /// The caller's display name, as the caller says; not verified.
    package let displayName: String?
    /// The caller's URI, as the caller says; not verified.
    package let uri: String
    /// The user part that was called, if there was one ("room" of sip:room@host).
    package let calledUser: String?
    /// The caller's SDP offer; nil for a late offer: `answer` is then given our offer, and `established` brings the
    /// answer.
    package let offer: String?
    /// The numeric address of ours that faces the caller, for the SDP.
    package let localAddress: String
    /// Where the INVITE came from, "address:port".
    package let remoteAddress: String
    /// The caller's User-Agent field, for display and logs.
    package let userAgent: String?
}
