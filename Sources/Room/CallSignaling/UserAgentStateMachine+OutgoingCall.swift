import SIP

extension UserAgentStateMachine {
    /// Begins a call; what becomes of it comes as events.
    mutating func dial(_ address: String, displayName: String?, offer: String) throws(SignalingError) -> CallID {
        let route = try configuration.route(to: address)
        guard !isStopping else { throw .notRunning }
        guard activeCalls < configuration.limits.calls else { throw .tooManyCalls(configuration.limits.calls) }

        let id = newCallID()
        statistics.callsPlaced += 1
        var call = Call(id: id, direction: .outgoing, phase: .resolving, localAddress: "", transport: route.transport)
        call.port = route.port
        call.usesAccount = route.usesAccount
        call.invite = invite(route.uri, displayName: displayName ?? configuration.displayName, offer)
        calls[id] = call
        if route.host.kind == .name {
            perform(.resolve(id, host: route.host.text))
        } else {
            resolved(id, .success([route.host.text]))
        }
        return id
    }

    /// The INVITE without what depends on the way: Via, From, Contact.
    private func invite(_ uri: SIPURI, displayName: String?, _ offer: String) -> SIPRequest {
        var target = uri
        target.headers = nil
        target.parameters["method"] = nil
        var toURI = target
        toURI.parameters = Parameters()
        var headers = Headers()
        headers.append(.maxForwards, "70")
        // The address in From is filled in once the way is known.
        headers.append(
            .from,
            NameAddress(
                displayName: displayName, uri: .other("placeholder:x"),
                parameters: Parameters([Parameters.Parameter("tag", newToken())])
            ).description)
        headers.append(.to, "<\(toURI)>")
        headers.append(.callID, newToken() + newToken())
        headers.append(.cseq, CSeq(1, .invite).description)
        var request = SIPRequest(.invite, uri: .sip(target), headers: headers)
        Self.setSDP(offer, &request.headers, &request.body)
        return request
    }

    /// The host name has been looked up, best address first; a failure is a few words for people.
    mutating func resolved(_ id: CallID, _ result: Result<[String], ResolverError>) {
        guard let call = calls[id], call.phase == .resolving, var invite = call.invite else { return }
        let hosts: [String]
        switch result {
        case .success(let found) where !found.isEmpty: hosts = found
        default:
            var name = "\(invite.uri)"
            if case .sip(let uri) = invite.uri { name = uri.host.text }
            reportEnd(id, .unknownAddress(name))
            return removeCall(id)
        }
        let reachable = hosts.filter { localAddress($0) != nil }
        guard let first = reachable.first, let local = localAddress(first), let host = Host(local) else {
            reportEnd(id, .transport("no network leads to \(hosts.first ?? "it")"))
            return removeCall(id)
        }
        if call.inviteKey == nil, var from = try? invite.headers.from() {
            // From stays as it is when a redirection is followed.
            let own = SIPURI(user: configuration.user, host: host, port: port == 5060 ? nil : port)
            from.uri = .sip(call.usesAccount ? configuration.account?.address ?? own : own)
            invite.headers[.from] = from.description
        }
        calls[id]?.phase = .calling
        calls[id]?.localAddress = local
        calls[id]?.alternatives = reachable.dropFirst().map { NetworkAddress(host: $0, port: call.port) }
        if invite.headers.contains(.contact) {
            invite.headers[.contact] = contact(local, call.transport)
        } else if let updated = calls[id] {
            addSessionFields(&invite.headers, updated, isRequest: true)
        }
        calls[id]?.invite = invite
        if call.inviteKey == nil { perform(.setTimer(.call(id, .dialLimit), configuration.dialLimit)) }
        let destination = Destination(
            transport: call.transport, address: NetworkAddress(host: first, port: call.port), connection: nil)
        let key = startClient(
            invite, to: destination, local: local, user: .invite(id), avoidTCP: call.avoidsTCP)
        calls[id]?.inviteKey = key
    }

    // MARK: - Answers to the INVITE

    mutating func inviteAnswered(_ id: CallID, _ response: SIPResponse, _ record: ClientRecord) {
        guard let call = calls[id] else { return }
        if response.isProvisional {
            provisional(id, response, record)
        } else if response.isSuccess {
            accepted(id, response, record)
        } else {
            perform(.cancelTimer(.call(id, .cancelLimit)))
            refused(id, response, call)
        }
    }

    private mutating func provisional(_ id: CallID, _ response: SIPResponse, _ record: ClientRecord) {
        calls[id]?.hasProvisional = true
        if calls[id]?.wantsCancel == true { return cancelInvite(id) }
        guard response.status > 100, let call = calls[id], !call.isOver else { return }
        if let dialog = try? Dialog(callerOf: record.machine.request, response: response), !dialog.id.remoteTag.isEmpty,
            call.earlyTags.count < 16
        {
            calls[id]?.earlyTags.insert(dialog.id.remoteTag)
            dialogs[dialog.id] = id
        }
        perform(
            .emit(
                .provisional(
                    id, status: response.status, phrase: response.phrase,
                    body: Self.sdp(response.headers, response.body))))
    }

    private mutating func accepted(_ id: CallID, _ response: SIPResponse, _ record: ClientRecord) {
        perform(.cancelTimer(.call(id, .dialLimit)))
        perform(.cancelTimer(.call(id, .cancelLimit)))
        let dialog: Dialog
        let sequence: UInt32
        do {
            dialog = try Dialog(callerOf: record.machine.request, response: response)
            sequence = try MandatoryHeaders(of: record.machine.request).cseq.number
        } catch {
            reportEnd(id, .protocolError(error.description))
            return removeCall(id)
        }
        guard let call = calls[id] else { return }
        if let current = call.dialog {
            // The same 2xx again: its ACK was lost (RFC 3261 §13.2.2.4). Another tag: a fork that comes second.
            if current.id == dialog.id {
                repeatAck(id, remoteTag: dialog.id.remoteTag, sequence: sequence)
            } else {
                declineFork(id, dialog, sequence)
            }
            return
        }
        calls[id]?.dialog = dialog
        dialogs[dialog.id] = id
        let isOver = call.isOver
        if !isOver { calls[id]?.phase = .confirmed }
        var ack = dialog.ack(sequence: sequence)
        // Not challenged, and with what the INVITE had (RFC 3261 §22.1).
        for field in [HeaderName.authorization, .proxyAuthorization] {
            ack.headers[field] = record.bare.headers[field]
        }
        sendAck(id, ack, remoteTag: dialog.id.remoteTag, sequence: sequence)
        if isOver {
            // It was answered while our CANCEL was under way.
            sendBye(id)
        } else {
            perform(.emit(.answered(id, answer: Self.sdp(response.headers, response.body))))
        }
    }

    /// Acknowledges a second 2xx of a forked INVITE and hangs up there; on its repeats only the ACK.
    private mutating func declineFork(_ id: CallID, _ fork: Dialog, _ sequence: UInt32) {
        guard let call = calls[id] else { return }
        let isKnown = call.acks.contains { $0.remoteTag == fork.id.remoteTag }
        guard !isKnown else { return repeatAck(id, remoteTag: fork.id.remoteTag, sequence: sequence) }
        guard call.acks.count < 16 else { return }
        sendAck(id, fork.ack(sequence: sequence), remoteTag: fork.id.remoteTag, sequence: sequence, over: fork)
        var dialog = fork
        let bye = dialog.request(.bye)
        startClient(
            bye, to: destination(dialog, call), local: call.localAddress, user: .nobody, avoidTCP: call.avoidsTCP)
    }

    private mutating func refused(_ id: CallID, _ response: SIPResponse, _ call: Call) {
        if call.isOver || call.wantsCancel { return removeCall(id) }
        switch response.status {
        case 300...399:
            if redirect(id, response, call) { return }
            reportEnd(id, .rejected(status: response.status, phrase: response.phrase))
        case 401, 407:
            // Either it is not the account's server that asks, or it did not take what it was told.
            reportEnd(id, .authenticationRequired(status: response.status, realm: response.headers.realm))
        case 408:
            reportEnd(id, .timeout)
        default:
            let phrase = response.headers.explanation ?? response.phrase
            reportEnd(id, .rejected(status: response.status, phrase: phrase))
        }
        removeCall(id)
    }

    /// Follows the first SIP contact of a 3xx, once for each call (RFC 3261 §8.1.3.4).
    private mutating func redirect(_ id: CallID, _ response: SIPResponse, _ call: Call) -> Bool {
        guard !call.hasRedirected, var invite = call.invite,
            let contacts = try? response.headers.addresses(.contact),
            let target = contacts.lazy.compactMap(\.uri.sip).first, !target.isSecure,
            let cseq = try? invite.headers.cseq()
        else { return false }
        let transport: SIPTransport
        switch target.transport {
        case nil, "udp": transport = .udp
        case "tcp": transport = .tcp
        default: return false
        }
        var uri = target
        uri.headers = nil
        uri.parameters["method"] = nil
        invite.uri = .sip(uri)
        invite.headers[.cseq] = CSeq(cseq.number &+ 1, .invite).description
        invite.headers[.authorization] = nil
        invite.headers[.proxyAuthorization] = nil
        calls[id]?.invite = invite
        calls[id]?.hasRedirected = true
        // Whoever the call is handed on to gets no credentials.
        calls[id]?.usesAccount = false
        calls[id]?.hasProvisional = false
        calls[id]?.phase = .resolving
        calls[id]?.transport = transport
        calls[id]?.port = uri.port ?? 5060
        let host = uri.parameters["maddr"].flatMap { Host($0) } ?? uri.host
        if host.kind == .name {
            perform(.resolve(id, host: host.text))
        } else {
            resolved(id, .success([host.text]))
        }
        return true
    }

    // MARK: - Failures and cancellation

    mutating func inviteFailed(_ id: CallID, _ failure: TransactionFailure, _ record: ClientRecord) {
        guard let call = calls[id] else { return }
        if failure == .timeout, !call.isOver, let next = call.alternatives.first {
            // The first address did not answer; RFC 3263 §4.3 goes on with the next.
            calls[id]?.alternatives.removeFirst()
            var destination = record.destination
            destination.address = next
            destination.connection = nil
            let key = startClient(
                record.bare, to: destination, local: call.localAddress, user: .invite(id), avoidTCP: call.avoidsTCP,
                authentications: record.authentications)
            calls[id]?.inviteKey = key
            return
        }
        reportEnd(id, failure == .timeout ? .timeout : .transport("nothing could be sent"))
        removeCall(id)
    }

    mutating func reportUnreachable(_ id: CallID, _ problem: String) {
        guard calls[id]?.dialog == nil else { return }
        reportEnd(id, .transport(problem))
    }

    mutating func dialLimitReached(_ id: CallID) {
        guard calls[id]?.phase == .calling else { return }
        end(id, .noAnswer)
    }

    /// CANCEL, at once if a provisional answer came, else as soon as one comes (RFC 3261 §9.1).
    mutating func cancelInvite(_ id: CallID) {
        guard let call = calls[id], call.dialog == nil else { return }
        calls[id]?.wantsCancel = true
        guard call.hasProvisional, let key = call.inviteKey, let record = clients[key] else { return }
        calls[id]?.hasProvisional = true
        calls[id]?.wantsCancel = false
        let invite = record.machine.request
        guard let via = try? invite.headers.topVia(), let cseq = try? invite.headers.cseq() else { return }
        var cancel = SIPRequest(.cancel, uri: invite.uri)
        for name in [HeaderName.maxForwards, .route, .from, .to, .callID] {
            for value in invite.headers.values(name) { cancel.headers.append(name, value) }
        }
        cancel.headers.append(.cseq, CSeq(cseq.number, .cancel).description)
        startClient(cancel, to: record.destination, local: call.localAddress, user: .nobody, via: via)
        perform(.setTimer(.call(id, .cancelLimit), configuration.timers.giveUp))
    }

    /// No final answer came in 64 × T1 after our CANCEL: the INVITE's transaction ends with the call (RFC 3261 §9.1).
    mutating func cancelLimitReached(_ id: CallID) {
        if let key = calls[id]?.inviteKey, isProceedingInvite(key) { forgetClient(key) }
        removeCall(id)
    }
}
