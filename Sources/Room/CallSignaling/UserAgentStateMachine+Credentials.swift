import SIP

/// Answers to 401 and 407, of the account's server alone: nobody else is given anything to guess the password from.
extension UserAgentStateMachine {
    /// How often one request is sent anew: once each for a proxy and the far end, and once for a nonce that became old.
    private static let mostAuthentications = 3

    /// The value of the Authorization field for a request.
    func authorization(
        _ account: SIPAccount, _ challenge: DigestChallenge, _ request: SIPRequest, _ count: UInt32
    ) -> String {
        account.credentials.authorization(
            for: challenge, method: request.method, uri: "\(request.uri)", clientNonce: newToken(), count: count,
            hash: DigestHash.hex)
    }

    /// Sends the request once more with credentials; false when there are none for it, or they were refused.
    mutating func retryWithCredentials(
        _ response: SIPResponse, _ record: ClientRecord, _ key: ClientTransactionKey
    ) -> Bool {
        let isProxy = response.status == 407
        let field: HeaderName = isProxy ? .proxyAuthorization : .authorization
        guard let account = configuration.account, account.trouble == nil, mayAuthenticate(record, key),
            record.authentications < Self.mostAuthentications,
            let challenge = DigestChallenge.strongest(
                response.headers, isProxy ? .proxyAuthenticate : .wwwAuthenticate),
            let sequence = try? record.bare.headers.cseq()
        else { return false }
        // Refused: the same field was answered, and not with a nonce that had become old.
        let answeredOld = record.user == .register && record.authentications == 0
        guard record.bare.headers[field] == nil || challenge.isStale || answeredOld else { return false }
        var request = record.bare
        request.headers[.cseq] = CSeq(sequence.number &+ 1, request.method).description
        request.headers[field] = authorization(account, challenge, request, 1)
        let again = startClient(
            request, to: record.destination, local: authenticatedLocalAddress(record.user), user: record.user,
            avoidTCP: record.user.call.flatMap { calls[$0]?.avoidsTCP } ?? false,
            authentications: record.authentications + 1)
        switch record.user {
        case .invite(let id):
            calls[id]?.invite = request
            calls[id]?.inviteKey = again
            calls[id]?.hasProvisional = false
        case .reinvite(let id):
            calls[id]?.change?.key = again
            calls[id]?.dialog?.advance(toLocalSequence: sequence.number &+ 1)
        case .info(let id):
            calls[id]?.dialog?.advance(toLocalSequence: sequence.number &+ 1)
        case .bye(let id):
            calls[id]?.byeKey = again
            calls[id]?.dialog?.advance(toLocalSequence: sequence.number &+ 1)
        case .register:
            registration?.key = again
            registration?.sequence = sequence.number &+ 1
            registration?.nonce = NonceUse(challenge: challenge, field: field, count: 1)
        case .nobody:
            break
        }
        return again != nil
    }

    private func mayAuthenticate(_ record: ClientRecord, _ key: ClientTransactionKey) -> Bool {
        switch record.user {
        case .register: return registration?.key == key
        case .nobody: return false
        case .invite(let id):
            guard let call = calls[id] else { return false }
            return call.usesAccount && !call.isOver && !call.wantsCancel
        case .reinvite(let id):
            return calls[id].map { $0.usesAccount && $0.change?.key == key } ?? false && goesToServer(record)
        case .info(let id), .bye(let id): return calls[id]?.usesAccount ?? false && goesToServer(record)
        }
    }

    /// In a dialog the far end chooses where requests go: the server stays on the way only by its Record-Route.
    private func goesToServer(_ record: ClientRecord) -> Bool {
        let host = record.destination.address.host
        return host == registration?.destination?.address.host || host == configuration.account?.host.text
    }

    private func authenticatedLocalAddress(_ user: TransactionUser) -> String {
        user.call.flatMap { calls[$0]?.localAddress } ?? registration?.localAddress ?? ""
    }
}
