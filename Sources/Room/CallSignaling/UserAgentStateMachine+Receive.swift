import SIP

extension UserAgentStateMachine {
    /// The methods that we carry out.
    static let allowed: [SIPMethod] = [.invite, .ack, .bye, .cancel, .options, .info]

    static let allow = allowed.map(\.name).joined(separator: ", ")

    /// What an INFO may carry.
    static let infoTypes = ["application/dtmf-relay", "application/dtmf", "application/media_control+xml"]

    /// Takes one datagram, or one message cut out of a stream.
    mutating func receive(_ bytes: [UInt8], from path: NetworkPath) {
        do {
            switch try parser.parse(bytes) {
            case .request(let request): receive(request, path)
            case .response(let response): receive(response, path)
            }
        } catch {
            statistics.malformed += 1
            guard var answer = error.answer, var via = try? answer.headers.topVia() else { return }
            via.noteSource(address: path.remote.host, port: path.remote.port)
            guard (try? answer.headers.replaceTopVia(with: via)) != nil else { return }
            statistics.responsesSent += 1
            perform(.transmit(answer.serialized(), Self.responseDestination(via, path), owner: nil))
        }
    }

    private mutating func receive(_ response: SIPResponse, _ path: NetworkPath) {
        statistics.responsesReceived += 1
        guard let headers = try? MandatoryHeaders(of: response), let key = ClientTransactionKey(headers),
            let record = clients[key]
        else {
            statistics.unmatched += 1
            return
        }
        if let connection = path.connection, !record.isSwitched, let id = record.user.call {
            calls[id]?.connection = connection
            calls[id]?.connectionAddress = path.remote
        }
        handleClient(key, .response(response))
    }

    private mutating func receive(_ received: SIPRequest, _ path: NetworkPath) {
        statistics.requestsReceived += 1
        var request = received
        guard var headers = try? MandatoryHeaders(of: request) else { return }
        headers.via.noteSource(address: path.remote.host, port: path.remote.port)
        guard (try? request.headers.replaceTopVia(with: headers.via)) != nil else { return }

        let key = ServerTransactionKey(headers, uri: request.uri)
        if let record = servers[key] {
            if request.method != .ack {
                statistics.retransmissionsReceived += 1
                handleServer(key, .retransmission)
                return
            }
            if !record.isAcceptedInvite {
                handleServer(key, .ack)
                return
            }
        }
        switch request.method {
        case .ack:
            receiveAck(request, headers)
        case .cancel:
            receiveCancel(request, headers, path)
        default:
            if headers.to.tag == nil {
                receiveOutsideDialog(request, headers, path)
            } else {
                receiveInDialog(request, headers, path)
            }
        }
    }

    // MARK: - Requests that belong to no dialog

    private mutating func receiveOutsideDialog(
        _ request: SIPRequest, _ headers: MandatoryHeaders, _ path: NetworkPath
    ) {
        // The order of the checks is that of RFC 3261 §8.2.
        guard Self.allowed.contains(request.method) else {
            let status = SIPMethod.registered.contains(request.method) ? 405 : 501
            return refuse(request, headers, path, status, [(.allow, Self.allow)])
        }
        guard case .sip(let uri) = request.uri, !uri.isSecure else { return refuse(request, headers, path, 416) }
        if merges[MergeKey(headers)] != nil { return refuse(request, headers, path, 482) }
        if let unsupported = unsupportedExtensions(request) {
            return refuse(request, headers, path, 420, [(.unsupported, unsupported)])
        }
        switch request.method {
        case .invite:
            if let extra = unsupportedBody(request) { return refuse(request, headers, path, 415, extra) }
            receiveCall(request, headers, path, uri)
        case .options:
            answerOptions(request, headers, path)
        default:
            // BYE and INFO live in dialogs only.
            refuse(request, headers, path, 481)
        }
    }

    /// The options of Require that we lack, which is all of them; nil if there are none.
    func unsupportedExtensions(_ request: SIPRequest) -> String? {
        let required = request.headers.tokens(.require)
        return required.isEmpty ? nil : required.joined(separator: ", ")
    }

    /// The fields for a 415 if the body is not SDP as it stands; nil if it is, or if there is none.
    func unsupportedBody(_ request: SIPRequest) -> [(HeaderName, String)]? {
        guard !request.body.isEmpty else { return nil }
        if request.headers.isBodyOptional { return nil }
        if !request.headers.isBodyPlain {
            return [(.acceptEncoding, "identity")]
        }
        let type = request.headers.contentType
        return type == nil || type == "application/sdp" ? nil : [(.accept, "application/sdp")]
    }

    private mutating func answerOptions(_ request: SIPRequest, _ headers: MandatoryHeaders, _ path: NetworkPath) {
        // RFC 3261 §11.2: the status is the one that an INVITE would get.
        let status = activeCalls >= configuration.limits.calls ? 486 : 200
        var response = SIPResponse(answering: request, status, toTag: statelessTag(headers))
        response.headers.append(.allow, Self.allow)
        response.headers.append(.accept, "application/sdp")
        response.headers.append(.acceptEncoding, "identity")
        response.headers.append(.supported, "")
        response.headers.append(.server, configuration.product)
        if let local = localAddress(path.remote.host), let contact = contact(local, path.transport) {
            response.headers.append(.contact, contact)
        }
        if status == 200, let capabilities {
            response.headers.append(.contentType, "application/sdp")
            response.body = Array(capabilities.utf8)
        }
        sendStateless(response, headers, path)
    }

    // MARK: - Refusals

    /// Refuses without keeping a transaction (§8.2.7), so that scanners cost no memory.
    mutating func refuse(
        _ request: SIPRequest, _ headers: MandatoryHeaders, _ path: NetworkPath, _ status: Int,
        _ fields: [(HeaderName, String)] = []
    ) {
        statistics.refused += 1
        var response = SIPResponse(answering: request, status, toTag: statelessTag(headers))
        for (name, value) in fields { response.headers.append(name, value) }
        response.headers.append(.server, configuration.product)
        sendStateless(response, headers, path)
    }

    mutating func sendStateless(_ response: SIPResponse, _ headers: MandatoryHeaders, _ path: NetworkPath) {
        statistics.responsesSent += 1
        perform(.transmit(response.serialized(), Self.responseDestination(headers.via, path), owner: nil))
    }

    /// The same tag for the same request, without a memory of it (§8.2.7).
    func statelessTag(_ headers: MandatoryHeaders) -> String {
        var hash = secret ^ 0xCBF2_9CE4_8422_2325
        for byte in headers.callID.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        for byte in (headers.from.tag ?? "").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return String(hash, radix: 36)
    }
}
