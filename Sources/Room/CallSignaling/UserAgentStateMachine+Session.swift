import SIP

/// Requests inside a dialog, both ways: re-INVITE, BYE, INFO and the ACK for a 2xx.
extension UserAgentStateMachine {
    // MARK: - From the peer

    mutating func receiveInDialog(_ request: SIPRequest, _ headers: MandatoryHeaders, _ path: NetworkPath) {
        let dialog = DialogID(headers)
        // Once a fork is taken, what the others send is of no dialog of ours (RFC 3261 §12.2.2).
        guard let id = dialogs[dialog], let call = calls[id], call.dialog.map({ $0.id == dialog }) ?? true else {
            return refuse(request, headers, path, 481)
        }
        guard Self.allowed.contains(request.method) else {
            let status = SIPMethod.registered.contains(request.method) ? 405 : 501
            return refuse(request, headers, path, status, [(.allow, Self.allow)])
        }
        if let unsupported = unsupportedExtensions(request) {
            return refuse(request, headers, path, 420, [(.unsupported, unsupported)])
        }
        guard call.dialog != nil else {
            // An early dialog of a call of ours: the callee may only end it, and does so by a final answer.
            return refuse(request, headers, path, request.method == .bye ? 481 : 500)
        }
        guard request.method == .bye || hasPlace(id) else {
            statistics.overload += 1
            return refuse(request, headers, path, 503, [(.retryAfter, "5")])
        }
        guard calls[id]?.dialog?.accept(remoteSequence: headers.cseq.number) == true else {
            return refuse(request, headers, path, 500)
        }
        // From here on the number of the request is used up: only a transaction gives the same answer to its repeats.
        calls[id]?.noteConnection(path, request.headers)
        switch request.method {
        case .bye: receiveBye(id, request, headers, path)
        case .invite: receiveReinvite(id, request, headers, path)
        case .info: receiveInfo(id, request, headers, path)
        default:
            var response = SIPResponse(answering: request, 200)
            response.headers.append(.allow, Self.allow)
            response.headers.append(.accept, "application/sdp")
            response.headers.append(.supported, "")
            respond(startServer(request, headers, from: path, call: id), response)
        }
    }

    /// Whether the call may begin one more server transaction. What is refused for want of one has not used up its number,
    /// and may come again.
    private func hasPlace(_ id: CallID) -> Bool {
        let limits = configuration.limits
        return clients.count + servers.count < limits.transactions
            && servers.values.count(where: { $0.call == id }) < limits.transactionsPerCall
    }

    /// Refuses a request whose number is used up, with a transaction that repeats the refusal (RFC 3261 §17.2).
    private mutating func refuse(
        _ request: SIPRequest, of id: CallID, _ headers: MandatoryHeaders, _ path: NetworkPath, _ status: Int,
        _ fields: [(HeaderName, String)] = []
    ) {
        var response = SIPResponse(answering: request, status)
        for (name, value) in fields { response.headers.append(name, value) }
        response.headers.append(.server, configuration.product)
        respond(startServer(request, headers, from: path, call: id), response)
    }

    private mutating func receiveBye(
        _ id: CallID, _ request: SIPRequest, _ headers: MandatoryHeaders, _ path: NetworkPath
    ) {
        let key = startServer(request, headers, from: path, call: nil)
        respond(key, SIPResponse(answering: request, 200))
        refusePendingInvite(id, 487, nil)
        reportEnd(id, .remoteHangup(explanation: request.headers.explanation))
        removeCall(id)
    }

    private mutating func receiveReinvite(
        _ id: CallID, _ request: SIPRequest, _ headers: MandatoryHeaders, _ path: NetworkPath
    ) {
        guard let call = calls[id], call.phase == .confirmed || call.phase == .accepted else {
            return refuse(request, of: id, headers, path, 481)
        }
        // RFC 3261 §14.2: 491 while ours is under way, 500 while theirs is.
        if call.change?.key != nil { return refuse(request, of: id, headers, path, 491) }
        if call.pendingInvite != nil || call.acceptance != nil {
            return refuse(request, of: id, headers, path, 500, [(.retryAfter, String(random() % 10))])
        }
        if eventPlaces <= configuration.limits.events / 8 {
            statistics.overload += 1
            return refuse(request, of: id, headers, path, 503, [(.retryAfter, "5")])
        }
        if let extra = unsupportedBody(request) { return refuse(request, of: id, headers, path, 415, extra) }
        guard (try? calls[id]?.dialog?.refreshTarget(request.headers)) != nil else {
            return refuse(request, of: id, headers, path, 400)
        }
        let key = startServer(request, headers, from: path, call: id)
        calls[id]?.pendingInvite = Call.PendingInvite(key: key, request: request, sequence: headers.cseq.number)
        respond(key, SIPResponse(answering: request, 100))
        perform(.emit(.reinvite(id, offer: Self.sdp(request.headers, request.body))))
    }

    private mutating func receiveInfo(
        _ id: CallID, _ request: SIPRequest, _ headers: MandatoryHeaders, _ path: NetworkPath
    ) {
        let type = request.headers.contentType ?? ""
        guard request.body.isEmpty || Self.infoTypes.contains(type) else {
            return refuse(request, of: id, headers, path, 415, [(.accept, Self.infoTypes.joined(separator: ", "))])
        }
        respond(startServer(request, headers, from: path, call: id), SIPResponse(answering: request, 200))
        guard !request.body.isEmpty, calls[id]?.isOver == false else { return }
        let body = String(decoding: request.body, as: UTF8.self)
        perform(.emit(.info(id, contentType: type, body: body)))
    }

    // MARK: - The owner about a re-INVITE of the peer

    mutating func answerReinvite(_ id: CallID, _ sdp: String) throws(SignalingError) {
        let (call, pending) = try waitingReinvite(id, operation: "answerReinvite")
        calls[id]?.change?.isOutOfDate = true
        accept(id, pending, call, sdp, isReinvite: true)
    }

    mutating func rejectReinvite(_ id: CallID, status: Int) throws(SignalingError) {
        _ = try waitingReinvite(id, operation: "rejectReinvite")
        refusePendingInvite(id, min(max(status, 400), 699), nil)
        sendWaitingChange(id)
    }

    private func waitingReinvite(
        _ id: CallID, operation: String
    ) throws(SignalingError) -> (Call, Call.PendingInvite) {
        guard let call = calls[id], !call.isOver else { throw .noSuchCall(id) }
        guard call.phase == .confirmed, let pending = call.pendingInvite else {
            throw .wrongState(id, operation: operation, state: call.phase.rawValue + " without an offer to answer")
        }
        return (call, pending)
    }

    // MARK: - Our re-INVITE

    mutating func reinvite(_ id: CallID, _ offer: String) throws(SignalingError) {
        guard let call = calls[id], !call.isOver else { throw .noSuchCall(id) }
        guard call.phase == .confirmed || call.phase == .accepted else {
            throw .wrongState(id, operation: "reinvite", state: call.phase.rawValue)
        }
        guard call.change == nil, call.pendingInvite == nil else { throw .changePending(id) }
        if let acceptance = call.acceptance, acceptance.isLateOffer { throw .changePending(id) }
        calls[id]?.change = Call.LocalChange(offer: offer)
        // While our 2xx waits for its ACK, the INVITE transaction is not over (§14.1).
        if call.acceptance == nil { sendChange(id) }
    }

    /// Sends the re-INVITE that had to wait.
    mutating func sendWaitingChange(_ id: CallID) {
        guard let call = calls[id], let change = call.change, change.key == nil, !change.isWaitingForGlare,
            call.acceptance == nil, call.pendingInvite == nil
        else { return }
        sendChange(id)
    }

    private mutating func sendChange(_ id: CallID) {
        guard let offer = calls[id]?.change?.offer, var request = calls[id]?.dialog?.request(.invite),
            let call = calls[id], let dialog = call.dialog
        else { return }
        addSessionFields(&request.headers, call, isRequest: true)
        Self.setSDP(offer, &request.headers, &request.body)
        calls[id]?.change?.isWaitingForGlare = false
        let key = startClient(
            request, to: destination(dialog, call), local: call.localAddress, user: .reinvite(id),
            avoidTCP: call.avoidsTCP)
        calls[id]?.change?.key = key
    }

    mutating func reinviteAnswered(
        _ id: CallID, _ response: SIPResponse, _ record: ClientRecord, _ key: ClientTransactionKey
    ) {
        guard let call = calls[id], !response.isProvisional, let dialog = call.dialog,
            let sequence = (try? MandatoryHeaders(of: record.machine.request))?.cseq.number
        else { return }
        if response.isSuccess {
            guard call.change?.key == key else {
                return repeatAck(id, remoteTag: dialog.id.remoteTag, sequence: sequence)
            }
            calls[id]?.change = nil
            // A Contact that cannot be read leaves the target as it was.
            try? calls[id]?.dialog?.refreshTarget(response.headers)
            guard let refreshed = calls[id]?.dialog else { return }
            sendAck(id, refreshed.ack(sequence: sequence), remoteTag: dialog.id.remoteTag, sequence: sequence)
            if !call.isOver {
                perform(.emit(.reinviteAnswered(id, answer: Self.sdp(response.headers, response.body))))
            }
            return
        }
        guard call.change?.key == key, !call.isOver else { return }
        switch response.status {
        case 491:
            // RFC 3261 §14.1: who made the Call-ID waits longer, so that the two do not meet again.
            calls[id]?.change?.key = nil
            calls[id]?.change?.isWaitingForGlare = true
            let steps = Int64(random() % 201)
            let milliseconds = call.direction == .outgoing ? 2100 + min(steps, 190) * 10 : steps * 10
            perform(.setTimer(.call(id, .glare), .milliseconds(milliseconds)))
        case 408, 481:
            // The peer has lost the dialog (§12.2.1.2).
            calls[id]?.change = nil
            end(id, response.status == 408 ? .timeout : .protocolError("the call is not known there any more"))
        default:
            calls[id]?.change = nil
            perform(.emit(.reinviteRejected(id, status: response.status, phrase: response.phrase)))
        }
    }

    /// The pause after a 491 is over. If the peer's own change came through meanwhile, the offer may be out of date,
    /// so the owner has to decide.
    mutating func retryChange(_ id: CallID) {
        guard let call = calls[id], !call.isOver, let change = call.change, change.isWaitingForGlare else { return }
        if change.isOutOfDate {
            calls[id]?.change = nil
            perform(.emit(.reinviteRejected(id, status: 491, phrase: StatusCode.phrase(491))))
        } else {
            calls[id]?.change?.isWaitingForGlare = false
            sendWaitingChange(id)
        }
    }

    mutating func reinviteFailed(_ id: CallID, _ failure: TransactionFailure) {
        calls[id]?.change = nil
        end(id, failure == .timeout ? .timeout : .transport("nothing could be sent"))
    }

    // MARK: - INFO

    mutating func sendInfo(_ id: CallID, contentType: String, body: String) throws(SignalingError) {
        guard let known = calls[id], !known.isOver else { throw .noSuchCall(id) }
        guard known.phase == .confirmed, var request = calls[id]?.dialog?.request(.info), let call = calls[id],
            let dialog = call.dialog
        else { throw .wrongState(id, operation: "sendInfo", state: known.phase.rawValue) }
        request.headers.append(.userAgent, configuration.product)
        request.headers.append(.contentType, contentType)
        request.body = Array(body.utf8)
        startClient(
            request, to: destination(dialog, call), local: call.localAddress, user: .info(id),
            avoidTCP: call.avoidsTCP)
    }

    mutating func requestInDialogAnswered(_ id: CallID, _ response: SIPResponse) {
        switch response.status {
        case 408: end(id, .timeout)
        case 481: end(id, .protocolError("the call is not known there any more"))
        default: break
        }
    }

    // MARK: - BYE and ACK

    /// Sends the BYE of a call that is over for the owner.
    mutating func sendBye(_ id: CallID) {
        guard calls[id]?.byeKey == nil else { return }
        guard var request = calls[id]?.dialog?.request(.bye), let call = calls[id], let dialog = call.dialog else {
            return removeCall(id)
        }
        refusePendingInvite(id, 487, nil)
        perform(.cancelTimer(.call(id, .acceptance)))
        calls[id]?.acceptance = nil
        request.headers.append(.userAgent, configuration.product)
        let key = startClient(
            request, to: destination(dialog, call), local: call.localAddress, user: .bye(id),
            avoidTCP: call.avoidsTCP)
        calls[id]?.byeKey = key
    }

    /// Acknowledges a 2xx, a hop-by-hop message of its own without a transaction (RFC 3261 §13.2.2.4).
    mutating func sendAck(
        _ id: CallID, _ bare: SIPRequest, remoteTag: String, sequence: UInt32, over fork: Dialog? = nil
    ) {
        guard let call = calls[id], let dialog = fork ?? call.dialog, let host = Host(call.localAddress) else { return }
        var target = destination(dialog, call)
        var request = bare
        request.headers[.via] = nil
        let branch = Via.magicCookie + newToken()
        request.headers.insertFirst(
            .via, Via(transport: target.transport, host: host, port: port, branch: branch).description)
        var bytes = request.serialized()
        if target.transport == .udp, !call.avoidsTCP, bytes.count > Self.longestDatagram {
            target.transport = .tcp
            request.headers[.via] = Via(transport: .tcp, host: host, port: port, branch: branch).description
            bytes = request.serialized()
            statistics.switchedToTCP += 1
        }
        statistics.requestsSent += 1
        if call.acks.count >= 16 { calls[id]?.acks.removeFirst() }
        calls[id]?.acks.append(
            Call.SentAck(remoteTag: remoteTag, sequence: sequence, request: request, destination: target))
        perform(.transmit(bytes, target, owner: .ack(id)))
    }

    /// The 2xx came again, so its ACK was lost.
    mutating func repeatAck(_ id: CallID, remoteTag: String, sequence: UInt32) {
        guard let ack = calls[id]?.acks.last(where: { $0.remoteTag == remoteTag && $0.sequence == sequence }) else {
            return
        }
        statistics.retransmissionsSent += 1
        perform(.transmit(ack.request.serialized(), ack.destination, owner: .ack(id)))
    }
}
