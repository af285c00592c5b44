import SIP

/// All that the state machine knows of one call.
struct Call: Sendable {
    enum Direction: Sendable { case outgoing, incoming }

    enum Phase: String, Sendable {
        /// Ours: the host name is being looked up.
        case resolving = "being looked up"
        /// Ours: INVITE sent, no final answer.
        case calling = "calling"
        /// Theirs: the owner has not answered.
        case ringing = "ringing"
        /// Theirs: 2xx sent, no ACK.
        case accepted = "waiting for the acknowledgement"
        case confirmed = "established"
        /// Over for the owner; CANCEL or BYE is still on its way.
        case ending = "ending"
    }

    /// A 2xx of ours that waits for its ACK.
    struct Acceptance: Sendable {
        var machine: InviteAcceptance
        let serverKey: ServerTransactionKey
        /// The number that the ACK must have.
        let sequence: UInt32
        let isReinvite: Bool
        /// The INVITE had no offer, so the ACK brings the answer.
        let isLateOffer: Bool
    }

    /// An INVITE of theirs that waits for the owner, the first one or a re-INVITE.
    struct PendingInvite: Sendable {
        let key: ServerTransactionKey
        let request: SIPRequest
        let sequence: UInt32
        var hasOffer: Bool { !request.body.isEmpty }
    }

    /// A re-INVITE of ours: under way (`key`), waiting after a 491, or waiting for the peer's ACK.
    struct LocalChange: Sendable {
        let offer: String
        var key: ClientTransactionKey?
        var isWaitingForGlare = false
        /// The peer changed the session while we waited.
        var isOutOfDate = false
    }

    /// An ACK as sent, kept to be repeated when its 2xx comes again.
    struct SentAck: Sendable {
        let remoteTag: String
        let sequence: UInt32
        let request: SIPRequest
        let destination: Destination
    }

    let id: CallID
    let direction: Direction
    var phase: Phase
    /// Whether `ended` was emitted.
    var isOver = false

    /// The numeric address of ours that faces the peer, for Via and Contact.
    var localAddress: String
    var transport: SIPTransport
    /// The TCP connection that the peer used last.
    var connection: ConnectionID?
    /// Where that connection goes.
    var connectionAddress: NetworkAddress?
    /// Whether the last request over that connection came from the peer itself and not by way of a proxy.
    var isDirect = false
    /// Messages too long for UDP go over it anyway, since TCP failed once.
    var avoidsTCP = false

    /// Whether it goes over the account's server: its challenges are answered.
    var usesAccount = false

    var dialog: Dialog?

    // MARK: Ours, until answered

    /// The INVITE without Via, to be sent again to another address.
    var invite: SIPRequest?
    var inviteKey: ClientTransactionKey?
    /// Addresses not yet tried.
    var alternatives: [NetworkAddress] = []
    var port: UInt16 = 5060
    var hasProvisional = false
    var wantsCancel = false
    var hasRedirected = false
    var earlyTags: Set<String> = []
    var acks: [SentAck] = []

    // MARK: Theirs

    var pendingInvite: PendingInvite?
    var localTag = ""
    /// The last provisional answer, repeated each minute.
    var lastProvisional: SIPResponse?

    // MARK: Session

    var acceptance: Acceptance?
    var change: LocalChange?
    /// Hang up as soon as the ACK has come.
    var wantsBye = false
    var byeKey: ClientTransactionKey?

    init(id: CallID, direction: Direction, phase: Phase, localAddress: String, transport: SIPTransport) {
        self.id = id
        self.direction = direction
        self.phase = phase
        self.localAddress = localAddress
        self.transport = transport
    }

    /// Notes the connection, if there is one, that a request of the peer came over. A single Via says that no proxy
    /// stands between.
    mutating func noteConnection(_ path: NetworkPath, _ headers: Headers) {
        guard path.transport == .tcp else { return }
        connection = path.connection
        connectionAddress = path.remote
        isDirect = (try? headers.vias())?.count == 1
    }
}
