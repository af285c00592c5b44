import SIP

/// Who hears what becomes of a client transaction.
enum TransactionUser: Hashable, Sendable {
    case invite(CallID)
    case reinvite(CallID)
    case info(CallID)
    case bye(CallID)
    case register
    /// A CANCEL, or the BYE for a fork that lost: the outcome changes nothing.
    case nobody

    var call: CallID? {
        switch self {
        case .invite(let call), .reinvite(let call), .info(let call), .bye(let call): call
        case .register, .nobody: nil
        }
    }
}

struct ClientRecord: Sendable {
    enum Machine: Sendable {
        case invite(InviteClientTransaction)
        case other(NonInviteClientTransaction)

        mutating func handle(_ event: ClientTransactionEvent) -> [ClientAction] {
            switch self {
            case .invite(var machine):
                defer { self = .invite(machine) }
                return machine.handle(event)
            case .other(var machine):
                defer { self = .other(machine) }
                return machine.handle(event)
            }
        }

        var request: SIPRequest {
            switch self {
            case .invite(let machine): machine.request
            case .other(let machine): machine.request
            }
        }
    }

    var machine: Machine
    /// The request before its Via was put on.
    let bare: SIPRequest
    let destination: Destination
    let user: TransactionUser
    /// Whether it went over TCP only because it is too long for UDP.
    let isSwitched: Bool
    /// How often it was sent anew with credentials.
    let authentications: Int
}

struct ServerRecord: Sendable {
    enum Machine: Sendable {
        case invite(InviteServerTransaction)
        case other(NonInviteServerTransaction)

        mutating func handle(_ event: ServerTransactionEvent) -> [ServerAction] {
            switch self {
            case .invite(var machine):
                defer { self = .invite(machine) }
                return machine.handle(event)
            case .other(var machine):
                defer { self = .other(machine) }
                return machine.handle(event)
            }
        }
    }

    var machine: Machine
    let destination: Destination
    let merge: MergeKey?
    let call: CallID?

    var isAcceptedInvite: Bool {
        if case .invite(let machine) = machine { return machine.state == .accepted }
        return false
    }
}

extension UserAgentStateMachine {
    /// The longest request for UDP (RFC 3261 §18.1.1).
    static let longestDatagram = 1300

    // MARK: - Client transactions

    /// Puts a Via on the request and sends it; the key names the transaction.
    /// - Parameter via: that of the INVITE for a CANCEL, else nil.
    @discardableResult
    mutating func startClient(
        _ bare: SIPRequest, to destination: Destination, local: String, user: TransactionUser, avoidTCP: Bool = false,
        via given: Via? = nil, authentications: Int = 0
    ) -> ClientTransactionKey? {
        var destination = destination
        var request = bare
        var isSwitched = false
        let branch = given?.branch ?? Via.magicCookie + newToken()
        guard let host = Host(local) else { return nil }
        if let given {
            request.headers.insertFirst(.via, given.description)
        } else {
            let via = Via(transport: destination.transport, host: host, port: port, branch: branch)
            request.headers.insertFirst(.via, via.description)
            if destination.transport == .udp, !avoidTCP, request.serialized().count > Self.longestDatagram {
                destination.transport = .tcp
                isSwitched = true
                statistics.switchedToTCP += 1
                request = bare
                let via = Via(transport: .tcp, host: host, port: port, branch: branch)
                request.headers.insertFirst(.via, via.description)
            }
        }
        let key = ClientTransactionKey(branch: branch, method: request.method)
        let isReliable = destination.transport.isReliable
        let machine: ClientRecord.Machine =
            request.method == .invite
            ? .invite(InviteClientTransaction(request, isReliable: isReliable, timers: configuration.timers))
            : .other(NonInviteClientTransaction(request, isReliable: isReliable, timers: configuration.timers))
        clients[key] = ClientRecord(
            machine: machine, bare: bare, destination: destination, user: user, isSwitched: isSwitched,
            authentications: authentications)
        handleClient(key, .start)
        return key
    }

    mutating func handleClient(_ key: ClientTransactionKey, _ event: ClientTransactionEvent) {
        guard let actions = clients[key]?.machine.handle(event), let record = clients[key] else { return }
        for action in actions {
            switch action {
            case .send(let request), .acknowledge(let request):
                statistics.requestsSent += 1
                perform(.transmit(request.serialized(), record.destination, owner: .client(key)))
            case .resend(let request):
                statistics.retransmissionsSent += 1
                perform(.transmit(request.serialized(), record.destination, owner: .client(key)))
            case .setTimer(let timer, let duration):
                perform(.setTimer(.client(key, timer), duration))
            case .cancelTimer(let timer):
                perform(.cancelTimer(.client(key, timer)))
            case .response(let response):
                deliver(response, to: record, key)
            case .failed(let failure):
                deliver(failure, to: record, key)
            case .terminated:
                forgetClient(key)
            }
        }
    }

    mutating func forgetClient(_ key: ClientTransactionKey) {
        clients[key] = nil
        for timer in [TransactionTimer.a, .b, .d, .e, .f, .k, .m] { perform(.cancelTimer(.client(key, timer))) }
    }

    /// Whether it is the transaction of an INVITE that has provisional answers alone.
    func isProceedingInvite(_ key: ClientTransactionKey) -> Bool {
        guard case .invite(let machine)? = clients[key]?.machine else { return false }
        return machine.state == .proceeding
    }

    /// The call of the INVITE is over. A transaction that is proceeding has no timer of its own: it gets 64 × T1 to
    /// acknowledge the final answer, which often comes behind that to our BYE, and is then destroyed (RFC 3261 §9.1).
    mutating func limitProceedingInvite(_ key: ClientTransactionKey) {
        guard isProceedingInvite(key) else { return }
        perform(.setTimer(.client(key, .b), configuration.timers.giveUp))
    }

    private mutating func deliver(_ response: SIPResponse, to record: ClientRecord, _ key: ClientTransactionKey) {
        if response.status == 401 || response.status == 407, retryWithCredentials(response, record, key) { return }
        switch record.user {
        case .invite(let call): inviteAnswered(call, response, record)
        case .reinvite(let call): reinviteAnswered(call, response, record, key)
        case .info(let call): requestInDialogAnswered(call, response)
        case .bye(let call) where !response.isProvisional: removeCall(call)
        case .register: registerAnswered(response, key)
        case .bye, .nobody: break
        }
    }

    private mutating func deliver(
        _ failure: TransactionFailure, to record: ClientRecord, _ key: ClientTransactionKey
    ) {
        switch record.user {
        case .invite(let call): inviteFailed(call, failure, record)
        case .reinvite(let call): reinviteFailed(call, failure)
        case .info(let call):
            if failure == .timeout { end(call, .timeout) }
        case .bye(let call): removeCall(call)
        case .register: registerFailed(failure, key)
        case .nobody: break
        }
    }

    // MARK: - Server transactions

    /// Begins the transaction of a request that is worth one; `respond` answers it.
    mutating func startServer(
        _ request: SIPRequest, _ headers: MandatoryHeaders, from path: NetworkPath, call: CallID?
    ) -> ServerTransactionKey {
        let key = ServerTransactionKey(headers, uri: request.uri)
        let isReliable = path.transport.isReliable
        let isInvite = request.method == .invite
        let merge = headers.to.tag == nil ? MergeKey(headers) : nil
        servers[key] = ServerRecord(
            machine: isInvite
                ? .invite(InviteServerTransaction(isReliable: isReliable, timers: configuration.timers))
                : .other(NonInviteServerTransaction(isReliable: isReliable, timers: configuration.timers)),
            destination: Self.responseDestination(headers.via, path), merge: merge, call: call)
        if let merge { merges[merge] = key }
        return key
    }

    mutating func respond(_ key: ServerTransactionKey, _ response: SIPResponse) {
        handleServer(key, .respond(response))
    }

    mutating func handleServer(_ key: ServerTransactionKey, _ event: ServerTransactionEvent) {
        guard let actions = servers[key]?.machine.handle(event), let record = servers[key] else { return }
        for action in actions {
            switch action {
            case .send(let response):
                statistics.responsesSent += 1
                perform(.transmit(response.serialized(), record.destination, owner: .server(key)))
            case .resend(let response):
                statistics.retransmissionsSent += 1
                perform(.transmit(response.serialized(), record.destination, owner: .server(key)))
            case .setTimer(let timer, let duration):
                perform(.setTimer(.server(key, timer), duration))
            case .cancelTimer(let timer):
                perform(.cancelTimer(.server(key, timer)))
            case .failed(let failure):
                // A refusal whose ACK never came needs nothing more: the caller gives up by itself.
                if failure == .transport, let id = record.call, let call = calls[id], call.phase == .ringing,
                    call.pendingInvite?.key == key
                {
                    reportEnd(id, .transport("no answer could be sent"))
                    removeCall(id)
                }
            case .terminated:
                forgetServer(key)
            case .acknowledge, .response:
                break
            }
        }
    }

    private mutating func forgetServer(_ key: ServerTransactionKey) {
        guard let record = servers.removeValue(forKey: key) else { return }
        if let merge = record.merge, merges[merge] == key { merges[merge] = nil }
        for timer in [TransactionTimer.g, .h, .i, .j, .l] { perform(.cancelTimer(.server(key, timer))) }
    }

    /// Where the answer goes: back over the connection, or over UDP to where the request came from, at the port of
    /// sent-by unless rport was asked for (RFC 3261 §18.2.2, RFC 3581 §4). We leave maddr alone: it is for multicast,
    /// and would let anybody point our answers at a third party.
    static func responseDestination(_ via: Via, _ path: NetworkPath) -> Destination {
        var address = path.remote
        if path.transport == .tcp || !via.parameters.contains("rport") { address.port = via.port ?? 5060 }
        return Destination(transport: path.transport, address: address, connection: path.connection)
    }

    // MARK: - Trouble of the transport

    /// A message could not be sent; `problem` is a few words for people.
    mutating func sendFailed(_ owner: SendOwner, _ problem: String) {
        switch owner {
        case .server(let key):
            handleServer(key, .transportFailed)
        case .ack(let id):
            guard let call = calls[id], !call.avoidsTCP, let ack = call.acks.last else { return }
            calls[id]?.avoidsTCP = true
            guard ack.destination.transport == .tcp, call.transport == .udp else { return }
            calls[id]?.acks.removeLast()
            statistics.fellBackToUDP += 1
            sendAck(id, ack.request, remoteTag: ack.remoteTag, sequence: ack.sequence)
        case .client(let key):
            guard let record = clients[key] else { return }
            switch (record.isSwitched, record.user) {
            case (true, .invite(let id)), (true, .reinvite(let id)), (true, .info(let id)), (true, .bye(let id)):
                guard isUnanswered(record) else { break }
                statistics.fellBackToUDP += 1
                calls[id]?.avoidsTCP = true
                var destination = record.destination
                destination.transport = .udp
                destination.connection = nil
                restart(key, record, id, destination)
                return
            case (_, .invite(let id)):
                guard isUnanswered(record), let next = calls[id]?.alternatives.first else { break }
                calls[id]?.alternatives.removeFirst()
                var destination = record.destination
                destination.address = next
                destination.connection = nil
                restart(key, record, id, destination)
                return
            default:
                break
            }
            if case .invite(let id) = record.user { reportUnreachable(id, problem) }
            handleClient(key, .transportFailed)
        }
    }

    private func isUnanswered(_ record: ClientRecord) -> Bool {
        switch record.machine {
        case .invite(let machine): machine.state == .calling
        case .other(let machine): machine.state == .trying
        }
    }

    private mutating func restart(
        _ old: ClientTransactionKey, _ record: ClientRecord, _ id: CallID, _ destination: Destination
    ) {
        forgetClient(old)
        guard let call = calls[id] else { return }
        let key = startClient(
            record.bare, to: destination, local: call.localAddress, user: record.user, avoidTCP: call.avoidsTCP,
            authentications: record.authentications)
        switch record.user {
        case .invite: calls[id]?.inviteKey = key
        case .reinvite: calls[id]?.change?.key = key
        case .bye: calls[id]?.byeKey = key
        case .info, .register, .nobody: break
        }
    }
}
