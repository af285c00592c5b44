/// Why a call is over.
package enum EndReason: Sendable, Equatable {
    /// We hung up, refused or gave up.
    case localHangup
    /// The other side hung up; the text is what its Reason field says.
    case remoteHangup(explanation: String?)
    /// The other side refused: 3xx to 6xx with its phrase.
    case rejected(status: Int, phrase: String)
    /// The caller gave up before we answered.
    case cancelled
    /// It rang until the limit (ours when called, ours when calling) and nobody answered.
    case noAnswer
    /// No SIP message came back.
    case timeout
    /// The address has no name server entry, or the text is no address.
    case unknownAddress(String)
    /// Nothing could be sent; the text names what failed.
    case transport(String)
    /// The other side wants a user name and a password (401, 407) for the realm.
    case authenticationRequired(status: Int, realm: String?)
    /// The other side broke the protocol; the text says how.
    case protocolError(String)
    /// The user agent was stopped.
    case shutdown

    /// One plain sentence for people.
    package var sentence: String {
        switch self {
        case .localHangup: "The call was ended here."
        case .remoteHangup(let explanation):
            explanation.map { "The other side ended the call: \($0)." } ?? "The other side ended the call."
        case .rejected(let status, let phrase): Self.sentence(status, phrase)
        case .cancelled: "The caller gave up."
        case .noAnswer: "Nobody answered."
        case .timeout: "The other side does not respond."
        case .unknownAddress(let address): "The address \(address) is not known."
        case .transport(let problem): "The other side cannot be reached: \(problem)."
        case .authenticationRequired(_, let realm):
            "The other side asks for a user name and a password\(realm.map { " for \($0)" } ?? "")."
        case .protocolError(let problem): "The other side sent something that does not fit: \(problem)."
        case .shutdown: "The terminal is shutting down."
        }
    }

    private static func sentence(_ status: Int, _ phrase: String) -> String {
        switch status {
        case 300...399: "The other side has moved and left no address that can be called."
        case 403: "The other side does not allow the call."
        case 404, 604: "Nobody is known there under that address."
        case 408: "The other side does not respond."
        case 410: "The address is no longer in use."
        case 415, 488, 606: "The two sides have no common way to send sound or picture."
        case 480: "The other side is not available."
        case 484: "The address is incomplete."
        case 486, 600: "The other side is busy."
        case 487: "The call was cancelled."
        case 503: "The other side is overloaded or being serviced."
        case 603: "The other side declined the call."
        default: "The other side refused the call (\(status) \(phrase))."
        }
    }
}
