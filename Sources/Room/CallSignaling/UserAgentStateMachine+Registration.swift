import SIP

/// Keeping the account registered (RFC 3261 §10): one REGISTER at a time.
extension UserAgentStateMachine {
    /// Begins to register the account, if there is one.
    mutating func beginRegistration() {
        guard let account = configuration.account else { return }
        registration = Registration(account: account, callID: newToken() + newToken(), tag: newToken())
        if let trouble = account.trouble {
            tellRegistration(.failed("The room is not registered as \(account.address): \(trouble)."))
        } else {
            register()
        }
    }

    /// Takes the registration back, if there is one; `isQuiet` waits for the registrar's answer.
    mutating func endRegistration() {
        guard let registration else { return }
        perform(.cancelTimer(.registration))
        guard registration.state == .registered, registration.destination != nil, !registration.isLeaving else {
            self.registration?.state = .stopped
            return
        }
        self.registration?.isLeaving = true
        if registration.key == nil { sendRegister() }
    }

    /// Whether a registration that is taken back waits for its answer.
    var isLeavingRegistrar: Bool { registration.map { $0.isLeaving && $0.state == .registered } ?? false }

    mutating func registrationTimerFired() {
        guard registration?.isLeaving == false, registration?.key == nil else { return }
        register()
    }

    private mutating func register() {
        guard let account = registration?.account else { return }
        if registration?.state == .off { tellRegistration(.registering) }
        if account.host.kind == .name {
            perform(.resolveRegistrar(host: account.host.text))
        } else {
            registrarResolved(.success([account.host.text]))
        }
    }

    /// The server's name has been looked up, best address first.
    mutating func registrarResolved(_ result: Result<[String], ResolverError>) {
        guard let registration, !isStopping, registration.key == nil else { return }
        guard case .success(let hosts) = result, !hosts.isEmpty else {
            return failRegistration("the name \(registration.account.host.text) cannot be looked up")
        }
        let reachable = hosts.filter { localAddress($0) != nil }
        guard !reachable.isEmpty else {
            return failRegistration("no network leads to \(registration.account.host.text)")
        }
        self.registration?.alternatives = reachable
        tryNextRegistrar()
    }

    private mutating func tryNextRegistrar() {
        guard let account = registration?.account, let host = registration?.alternatives.first,
            let local = localAddress(host)
        else { return failRegistration("\(registration?.account.host.text ?? "the registrar") does not answer") }
        registration?.alternatives.removeFirst()
        registration?.localAddress = local
        registration?.destination = Destination(
            transport: account.transport, address: NetworkAddress(host: host, port: account.port), connection: nil)
        sendRegister()
    }

    private mutating func sendRegister() {
        guard var known = registration, let destination = known.destination else { return }
        let account = known.account
        known.sequence &+= 1
        known.hasLeft = known.isLeaving
        var domain = account.address
        domain.user = nil
        var headers = Headers()
        headers.append(.maxForwards, "70")
        let own = NameAddress(displayName: configuration.displayName, uri: .sip(account.address))
        var from = own
        from.tag = known.tag
        headers.append(.from, from.description)
        headers.append(.to, "<\(account.address)>")
        headers.append(.callID, known.callID)
        headers.append(.cseq, CSeq(known.sequence, .register).description)
        if let contact = contact(known.localAddress, account.transport) { headers.append(.contact, contact) }
        headers.append(.expires, known.isLeaving ? "0" : "\(known.lifetime)")
        headers.append(.allow, Self.allow)
        headers.append(.userAgent, configuration.product)
        var request = SIPRequest(.register, uri: .sip(domain), headers: headers)
        if let challenge = known.nonce.challenge {
            known.nonce.count += 1
            request.headers[known.nonce.field] = authorization(account, challenge, request, known.nonce.count)
        }
        registration = known
        let key = startClient(request, to: destination, local: known.localAddress, user: .register)
        registration?.key = key
    }

    // MARK: - Answers

    mutating func registerAnswered(_ response: SIPResponse, _ key: ClientTransactionKey) {
        guard let known = registration, known.key == key, !response.isProvisional else { return }
        registration?.key = nil
        if known.isLeaving {
            // One that was under way when the room was ended is taken back by another (§10.2.2: one at a time).
            return known.hasLeft || !response.isSuccess ? tellRegistration(.stopped) : sendRegister()
        }
        switch response.status {
        case 200...299:
            registration?.failures = 0
            tellRegistration(.registered)
            perform(.setTimer(.registration, Registration.refresh(after: granted(response, known))))
        case 423:
            // The registrar wants longer registrations (§10.2.8).
            guard let least = response.headers.seconds(.minExpires), least > known.lifetime, least <= 7 * 86400 else {
                return failRegistration(explained(response))
            }
            registration?.lifetime = least
            sendRegister()
        case 401, 407:
            registration?.nonce = NonceUse()
            failRegistration("\(known.account.host.text) does not take its name and password")
        case 403:
            failRegistration("\(known.account.host.text) does not allow it")
        case 404:
            failRegistration("\(known.account.host.text) does not know the address")
        default:
            failRegistration(explained(response), atLeast: response.headers.retryAfter)
        }
    }

    private func explained(_ response: SIPResponse) -> String {
        let phrase = response.headers.explanation ?? response.phrase
        return "\(registration?.account.host.text ?? "the registrar") answered \(response.status) \(phrase.prefix(80))"
    }

    /// For how long: our Contact's own time first, then that of the whole answer, then what was asked (§10.2.4).
    private func granted(_ response: SIPResponse, _ known: Registration) -> Int {
        let own = Host(known.localAddress)
        let contacts = (try? response.headers.addresses(.contact)) ?? []
        let ours = contacts.first { contact in
            guard let uri = contact.uri.sip, let own else { return false }
            return uri.host.isEquivalent(to: own) && (uri.port ?? 5060) == port
        }
        let seconds = (ours ?? (contacts.count == 1 ? contacts.first : nil))?.parameters["expires"].flatMap { Int($0) }
        return seconds ?? response.headers.seconds(.expires) ?? known.lifetime
    }

    mutating func registerFailed(_ failure: TransactionFailure, _ key: ClientTransactionKey) {
        guard let known = registration, known.key == key else { return }
        registration?.key = nil
        if known.isLeaving { return tellRegistration(.stopped) }
        if known.alternatives.isEmpty {
            let host = known.account.host.text
            failRegistration(failure == .timeout ? "\(host) does not answer" : "\(host) cannot be reached")
        } else {
            tryNextRegistrar()
        }
    }

    private mutating func failRegistration(_ reason: String, atLeast least: Duration? = nil) {
        guard var known = registration else { return }
        known.failures = min(known.failures + 1, 1000)
        registration = known
        tellRegistration(.failed("The room is not registered as \(known.account.address): \(reason)."))
        let pause = known.pause(random())
        perform(.setTimer(.registration, least.map { max(min($0, .seconds(3600)), pause) } ?? pause))
    }

    private mutating func tellRegistration(_ state: RegistrationState) {
        guard registration?.state != state else { return }
        registration?.state = state
        perform(.registration(state))
    }
}
