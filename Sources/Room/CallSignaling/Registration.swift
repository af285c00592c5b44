import SIP

/// What the state machine knows of the account's registration (RFC 3261 §10).
struct Registration: Sendable {
    let account: SIPAccount
    /// One Call-ID for all registrations of a start (§10.2.4).
    let callID: String
    let tag: String
    var state = RegistrationState.off
    var sequence: UInt32 = 0
    /// The REGISTER under way.
    var key: ClientTransactionKey?
    /// Asked for, in seconds; more than the account says where the registrar wants more (423).
    var lifetime: Int
    /// Failures in a row.
    var failures = 0
    /// Addresses of the server that were not tried yet.
    var alternatives: [String] = []
    /// The server as it was reached last.
    var destination: Destination?
    var localAddress = ""
    var isLeaving = false
    /// Whether the REGISTER under way takes the registration back.
    var hasLeft = false
    var nonce = NonceUse()

    init(account: SIPAccount, callID: String, tag: String) {
        self.account = account
        self.callID = callID
        self.tag = tag
        lifetime = account.lifetime
    }

    /// How long to wait after the failures so far: 2 s doubled each time, 300 s at most, and up to half of it less, so that
    /// two hundred rooms do not come back in step.
    func pause(_ random: UInt64) -> Duration {
        let longest = min(Int64(2) << min(max(failures - 1, 0), 8), 300) * 1000
        return .milliseconds(longest - Int64(random % UInt64(longest / 2 + 1)))
    }

    /// When to register anew: half a minute before the end, half-way where the time is shorter than a minute.
    static func refresh(after granted: Int) -> Duration {
        let seconds = min(max(granted, 2), 7 * 86400)
        return .milliseconds(max(Int64(seconds) * 500, Int64(seconds - 30) * 1000))
    }
}

/// A nonce of the registrar's and how often it was answered: a request that answers it at once spares a round trip.
struct NonceUse: Sendable {
    var challenge: DigestChallenge?
    var field = HeaderName.authorization
    var count: UInt32 = 0
}
