import SIP

extension UserAgentStateMachine {
    /// Takes the first INVITE of a call: 100 at once, then the owner decides.
    mutating func receiveCall(
        _ request: SIPRequest, _ headers: MandatoryHeaders, _ path: NetworkPath, _ uri: SIPURI
    ) {
        let limits = configuration.limits
        if isStopping || eventPlaces <= limits.events / 4 || clients.count + servers.count >= limits.transactions {
            statistics.overload += 1
            return refuse(request, headers, path, 503, [(.retryAfter, "5")])
        }
        guard activeCalls < limits.calls else {
            statistics.overload += 1
            return refuse(request, headers, path, 486)
        }
        guard let local = localAddress(path.remote.host) else { return refuse(request, headers, path, 500) }
        let tag = newToken()
        let dialog: Dialog
        do {
            dialog = try Dialog(calleeOf: request, localTag: tag)
        } catch {
            statistics.malformed += 1
            let response = SIPResponse(
                answering: request, 400, "Bad \(error.part): \(error.problem)", toTag: statelessTag(headers))
            return sendStateless(response, headers, path)
        }
        let id = newCallID()
        statistics.callsReceived += 1
        var call = Call(
            id: id, direction: .incoming, phase: .ringing, localAddress: local, transport: path.transport)
        call.noteConnection(path, request.headers)
        call.usesAccount = registration?.destination?.address.host == path.remote.host
        call.dialog = dialog
        call.localTag = tag
        let key = startServer(request, headers, from: path, call: id)
        call.pendingInvite = Call.PendingInvite(key: key, request: request, sequence: headers.cseq.number)
        calls[id] = call
        dialogs[dialog.id] = id
        respond(key, SIPResponse(answering: request, 100))
        perform(.setTimer(.call(id, .ringLimit), configuration.ringLimit))
        perform(
            .emit(
                .incomingCall(
                    IncomingCall(
                        call: id, displayName: headers.from.displayName, uri: headers.from.uri.description,
                        calledUser: uri.decodedUser, offer: Self.sdp(request.headers, request.body),
                        localAddress: local, remoteAddress: path.remote.description,
                        userAgent: request.headers[.userAgent]))))
    }

    // MARK: - What the owner says to it

    /// 180, or 183 with early SDP; repeated each minute.
    mutating func sendProvisional(_ id: CallID, _ status: Int, body: String?) throws(SignalingError) {
        let (call, pending) = try ringingCall(id, operation: "ring")
        var response = SIPResponse(answering: pending.request, status, toTag: call.localTag)
        addSessionFields(&response.headers, call, isRequest: false)
        Self.setSDP(body, &response.headers, &response.body)
        calls[id]?.lastProvisional = response
        respond(pending.key, response)
        perform(.setTimer(.call(id, .ringing), .seconds(60)))
    }

    mutating func repeatProvisional(_ id: CallID) {
        guard let call = calls[id], call.phase == .ringing, let pending = call.pendingInvite,
            let response = call.lastProvisional
        else { return }
        respond(pending.key, response)
        perform(.setTimer(.call(id, .ringing), .seconds(60)))
    }

    /// 200 with our answer, or with our offer where the INVITE had none.
    mutating func answer(_ id: CallID, _ sdp: String) throws(SignalingError) {
        let (call, pending) = try ringingCall(id, operation: "answer")
        perform(.cancelTimer(.call(id, .ringing)))
        perform(.cancelTimer(.call(id, .ringLimit)))
        calls[id]?.phase = .accepted
        calls[id]?.lastProvisional = nil
        // A dialog that we made ourselves cannot be malformed; confirming it takes nothing from a response.
        try? calls[id]?.dialog?.confirm()
        accept(id, pending, call, sdp, isReinvite: false)
    }

    mutating func reject(_ id: CallID, status: Int, phrase: String?) throws(SignalingError) {
        _ = try ringingCall(id, operation: "reject")
        refusePendingInvite(id, min(max(status, 400), 699), phrase)
        reportEnd(id, .localHangup)
        removeCall(id)
    }

    mutating func ringLimitReached(_ id: CallID) {
        guard calls[id]?.phase == .ringing else { return }
        end(id, .noAnswer)
    }

    private func ringingCall(
        _ id: CallID, operation: String
    ) throws(SignalingError) -> (Call, Call.PendingInvite) {
        guard let call = calls[id], !call.isOver else { throw .noSuchCall(id) }
        guard call.phase == .ringing, let pending = call.pendingInvite else {
            throw .wrongState(id, operation: operation, state: call.phase.rawValue)
        }
        return (call, pending)
    }

    /// Refuses the INVITE that waits, the first one or a re-INVITE.
    mutating func refusePendingInvite(_ id: CallID, _ status: Int, _ phrase: String?) {
        guard let call = calls[id], let pending = call.pendingInvite else { return }
        calls[id]?.pendingInvite = nil
        var response = SIPResponse(answering: pending.request, status, phrase, toTag: call.localTag)
        response.headers.append(.server, configuration.product)
        respond(pending.key, response)
    }

    // MARK: - CANCEL

    mutating func receiveCancel(_ request: SIPRequest, _ headers: MandatoryHeaders, _ path: NetworkPath) {
        let key = ServerTransactionKey(cancelledBy: headers, uri: request.uri)
        guard let record = servers[key], let id = record.call else {
            return refuse(request, headers, path, 481)
        }
        let cancelKey = startServer(request, headers, from: path, call: nil)
        let tag = calls[id]?.localTag ?? statelessTag(headers)
        respond(cancelKey, SIPResponse(answering: request, 200, toTag: tag))
        // Too late for an INVITE that has its final answer (RFC 3261 §9.2).
        guard let call = calls[id], let pending = call.pendingInvite, pending.key == key else { return }
        refusePendingInvite(id, 487, nil)
        if call.phase == .ringing {
            reportEnd(id, .cancelled)
            removeCall(id)
        } else {
            perform(.emit(.reinviteCancelled(id)))
        }
    }

    // MARK: - 2xx and its ACK

    /// Answers an INVITE with 200 and repeats it until the ACK comes.
    mutating func accept(
        _ id: CallID, _ pending: Call.PendingInvite, _ call: Call, _ sdp: String, isReinvite: Bool
    ) {
        var response = SIPResponse(answering: pending.request, 200, toTag: call.localTag)
        addSessionFields(&response.headers, call, isRequest: false)
        Self.setSDP(sdp, &response.headers, &response.body)
        calls[id]?.pendingInvite = nil
        calls[id]?.acceptance = Call.Acceptance(
            machine: InviteAcceptance(response, timers: configuration.timers), serverKey: pending.key,
            sequence: pending.sequence, isReinvite: isReinvite, isLateOffer: !pending.hasOffer)
        advanceAcceptance(id, .start)
    }

    mutating func advanceAcceptance(_ id: CallID, _ event: InviteAcceptance.Event) {
        guard let actions = calls[id]?.acceptance?.machine.handle(event), let acceptance = calls[id]?.acceptance
        else { return }
        for action in actions {
            switch action {
            case .send(let response), .resend(let response):
                respond(acceptance.serverKey, response)
            case .wait(let duration):
                perform(.setTimer(.call(id, .acceptance), duration))
            case .cancelWait:
                perform(.cancelTimer(.call(id, .acceptance)))
            case .confirmed:
                calls[id]?.acceptance = nil
            case .abandoned:
                // RFC 3261 §13.3.1.4: the dialog is confirmed, but the session ends with a BYE.
                calls[id]?.acceptance = nil
                reportEnd(id, .timeout)
                sendBye(id)
            }
        }
    }

    mutating func receiveAck(_ request: SIPRequest, _ headers: MandatoryHeaders) {
        let dialog = DialogID(headers)
        guard let id = dialogs[dialog], let acceptance = calls[id]?.acceptance, calls[id]?.dialog?.id == dialog,
            acceptance.sequence == headers.cseq.number
        else {
            // Mostly the ACK for a 2xx that came twice.
            if dialogs[dialog] == nil { statistics.unmatched += 1 }
            return
        }
        advanceAcceptance(id, .ack)
        guard let call = calls[id] else { return }
        if call.wantsBye || call.isOver { return sendBye(id) }
        let answer = acceptance.isLateOffer ? Self.sdp(request.headers, request.body) : nil
        if acceptance.isReinvite {
            perform(.emit(.reinviteEstablished(id, answer: answer)))
        } else {
            calls[id]?.phase = .confirmed
            perform(.emit(.established(id, answer: answer)))
        }
        sendWaitingChange(id)
    }
}

extension DialogID {
    /// The dialog that a request from the peer belongs to.
    init(_ headers: MandatoryHeaders) {
        self.init(callID: headers.callID, localTag: headers.to.tag ?? "", remoteTag: headers.from.tag ?? "")
    }
}
