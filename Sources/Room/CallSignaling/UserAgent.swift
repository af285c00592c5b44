package import Logging
package import NIOCore
import NIOPosix
import SIP

/// A SIP user agent: listens on UDP and TCP, places and takes calls (RFC 3261).
///
/// It runs on one event loop: `UserAgentStateMachine` decides, this actor does the sending, the timers and the
/// events. It knows no SDP; the owner is given offers and gives answers as texts. While no call and no TCP connection
/// lives, nothing wakes it but the network.
///
/// ```
/// let agent = UserAgent(configuration: .init(addresses: ["0.0.0.0"], port: 5060), eventLoop: loop, logger: logger)
/// try await agent.start()
/// for await event in agent.events { … }
/// ```
package actor UserAgent {
    /// What happens to the calls, for one consumer; ends after `stop`.
    package nonisolated let events: SignalingEvents

    /// How it stands with the account, the newest alone for one consumer; ends after `stop`.
    package nonisolated let registrations: AsyncStream<RegistrationState>
    private nonisolated let registrationTold: AsyncStream<RegistrationState>.Continuation

    nonisolated let eventLoop: any EventLoop
    let logger: Logger
    let configuration: UserAgentConfiguration

    var machine: UserAgentStateMachine
    var timers: [SignalingTimer: Scheduled<Void>] = [:]
    var isDraining = false
    var state = State.idle
    var transport = TransportState()

    enum State { case idle, starting, running, stopping, stopped }

    /// Called once the last call has said goodbye, or the time for that is over.
    var onQuiet: CheckedContinuation<Void, Never>?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { eventLoop.executor.asUnownedSerialExecutor() }

    /// Opens nothing yet.
    /// - Parameter eventLoop: one of a `MultiThreadedEventLoopGroup`; it may be shared, and must outlive the agent.
    package init(configuration: UserAgentConfiguration, eventLoop: any EventLoop, logger: Logger) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.logger = logger
        events = SignalingEvents(capacity: configuration.limits.events)
        (registrations, registrationTold) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        let addresses = configuration.addresses
        machine = UserAgentStateMachine(
            configuration: configuration,
            localAddress: { Self.localAddress(toward: $0, listening: addresses) })
    }

    // MARK: - Life

    /// The port that is listened on, UDP and TCP; 0 before `start`.
    package private(set) var port = 0

    /// Opens the sockets. With port 0 each protocol and address get the same free port; `port` says which.
    /// - Throws: `cannotListen`, after which nothing is left open and `start` may be tried again.
    package func start() async throws(SignalingError) {
        guard state == .idle else { throw .notRunning }
        state = .starting
        do {
            port = try await listen()
        } catch {
            state = .idle
            throw error
        }
        machine.port = UInt16(clamping: port)
        state = .running
        logger.info("SIP is listening", metadata: ["port": "\(port)", "addresses": "\(configuration.addresses)"])
        machine.beginRegistration()
        drain()
    }

    /// Ends every call with the message that fits it (BYE, CANCEL, 480), waits for the answers 0.8 s at most, closes
    /// the sockets and ends `events`. Each call's `ended` event comes before that.
    package func stop() async {
        guard state == .running else {
            if state == .idle { finishEvents() }
            return
        }
        state = .stopping
        machine.stop()
        drain()
        if !machine.isQuiet {
            schedule(.milliseconds(600)) { $0.machine.stopNow() }
            schedule(.milliseconds(800)) { $0.resumeStop() }
            await withCheckedContinuation { onQuiet = $0 }
        }
        for timer in timers.values { timer.cancel() }
        timers.removeAll()
        await closeSockets()
        finishEvents()
        logger.info("SIP is closed")
    }

    private func finishEvents() {
        state = .stopped
        events.finish()
        registrationTold.finish()
    }

    private func resumeStop() {
        onQuiet?.resume()
        onQuiet = nil
    }

    // MARK: - Calls

    /// Calls `address`: "sip:room@host", "room@host", "host", with port and ";transport=tcp" as needed.
    ///
    /// Then `provisional` any number of times, and `answered` or `ended`. A busy or unknown peer, a name that cannot
    /// be looked up and a network that leads nowhere come as `ended`.
    /// - Parameters:
    ///   - displayName: what the other side shows for us; nil takes that of the configuration.
    ///   - offer: SDP; `localAddress(toward:)` has the address for its connection line.
    /// - Throws: `badAddress`, `tooManyCalls`, `notRunning`.
    package func dial(
        _ address: String, displayName: String? = nil, offer: String
    ) throws(SignalingError) -> CallID {
        guard state == .running else { throw .notRunning }
        defer { drain() }
        return try machine.dial(address, displayName: displayName, offer: offer)
    }

    /// Says 180 Ringing to the caller.
    package func ring(_ call: CallID) throws(SignalingError) {
        try command { machine throws(SignalingError) in try machine.sendProvisional(call, 180, body: nil) }
    }

    /// Says 183 Session Progress to the caller, with early SDP.
    package func progress(_ call: CallID, answer: String) throws(SignalingError) {
        try command { machine throws(SignalingError) in try machine.sendProvisional(call, 183, body: answer) }
    }

    /// Takes the call: 200 with our SDP, repeated until the caller's ACK, which comes as `established`.
    /// - Parameter answer: the answer to the offer of `incomingCall`; an offer of ours if that had none.
    package func answer(_ call: CallID, answer: String) throws(SignalingError) {
        try command { machine throws(SignalingError) in try machine.answer(call, answer) }
    }

    /// Refuses an incoming call: 486 busy, 603 declined, 488 no common codec, …; `ended(.localHangup)` follows.
    package func reject(_ call: CallID, status: Int = 486, phrase: String? = nil) throws(SignalingError) {
        try command { machine throws(SignalingError) in try machine.reject(call, status: status, phrase: phrase) }
    }

    /// Ends the call, whatever its state: CANCEL, BYE, or 603 while it rings here. `ended(.localHangup)` comes at
    /// once; what must still be sent, is sent in the background. Unknown and ended calls are ignored.
    package func hangUp(_ call: CallID) {
        machine.end(call, .localHangup)
        drain()
    }

    // MARK: - Changes of the session

    /// Offers a change of the session; `reinviteAnswered`, `reinviteRejected` or `ended` follows.
    ///
    /// If both sides offer at once (491), it is tried again after the time of RFC 3261 §14.1.
    /// - Throws: `changePending` while an offer of ours or of the peer is not answered.
    package func reinvite(_ call: CallID, offer: String) throws(SignalingError) {
        try command { machine throws(SignalingError) in try machine.reinvite(call, offer) }
    }

    /// Accepts the change of a `reinvite` event; `reinviteEstablished` follows.
    /// - Parameter answer: the answer to its offer; an offer of ours if it had none.
    package func answerReinvite(_ call: CallID, answer: String) throws(SignalingError) {
        try command { machine throws(SignalingError) in try machine.answerReinvite(call, answer) }
    }

    /// Refuses the change of a `reinvite` event; the session stays as it was.
    package func rejectReinvite(_ call: CallID, status: Int = 488) throws(SignalingError) {
        try command { machine throws(SignalingError) in try machine.rejectReinvite(call, status: status) }
    }

    /// Sends an INFO in an established call, as for DTMF by "application/dtmf-relay"; its outcome is not reported.
    package func sendInfo(_ call: CallID, contentType: String, body: String) throws(SignalingError) {
        try command { machine throws(SignalingError) in
            try machine.sendInfo(call, contentType: contentType, body: body)
        }
    }

    // MARK: - Information

    /// The SDP that OPTIONS is answered with (RFC 3261 §11.2); nil for none.
    package func setCapabilities(_ sdp: String?) { machine.capabilities = sdp }

    /// The numeric address of ours that faces `address` (as for `dial`), for the connection line of an offer.
    /// - Throws: `badAddress`, `cannotResolve`, `noRoute`.
    package func localAddress(toward address: String) async throws(SignalingError) -> String {
        let target = try configuration.route(to: address).host
        var hosts = [target.text]
        if target.kind == .name {
            switch await Self.resolve(target.text) {
            case .success(let found): hosts = found
            case .failure(let error): throw .cannotResolve(host: target.text, problem: error.problem)
            }
        }
        for host in hosts {
            if let local = Self.localAddress(toward: host, listening: configuration.addresses) { return local }
        }
        throw .noRoute(host: target.text)
    }

    /// The account at a registrar; nil for none.
    package nonisolated var account: SIPAccount? { configuration.account }
    /// The user part of the room's own address.
    package nonisolated var user: String { configuration.user }

    package var statistics: SignalingStatistics {
        var statistics = machine.statistics
        statistics.callsActive = machine.activeCalls
        statistics.transactionsActive = machine.clients.count + machine.servers.count
        statistics.connectionsActive = transport.connections.count
        return statistics
    }

    // MARK: - Carrying out

    private func command(
        _ body: (inout UserAgentStateMachine) throws(SignalingError) -> Void
    ) throws(SignalingError) {
        defer { drain() }
        try body(&machine)
    }

    /// Hands the machine what came in, and does what it wants done.
    func feed(_ body: (inout UserAgentStateMachine) -> Void) {
        guard state == .running || state == .stopping else { return }
        machine.eventPlaces = events.places
        body(&machine)
        drain()
    }

    private func drain() {
        guard !isDraining else { return }
        isDraining = true
        defer { isDraining = false }
        while true {
            let effects = machine.takeEffects()
            if effects.isEmpty { break }
            for effect in effects { perform(effect) }
        }
        if machine.isQuiet, onQuiet != nil { resumeStop() }
    }

    private func perform(_ effect: SignalingEffect) {
        switch effect {
        case .transmit(let bytes, let destination, let owner):
            transmit(bytes, destination, owner)
        case .setTimer(let timer, let duration):
            timers.removeValue(forKey: timer)?.cancel()
            timers[timer] = schedule(duration) { agent in
                agent.timers[timer] = nil
                agent.machine.timerFired(timer)
            }
        case .cancelTimer(let timer):
            timers.removeValue(forKey: timer)?.cancel()
        case .emit(let event):
            emit(event)
        case .resolve(let call, let host):
            Task { [weak self] in
                let result = await Self.resolve(host)
                await self?.feed { $0.resolved(call, result) }
            }
        case .resolveRegistrar(let host):
            Task { [weak self] in
                let result = await Self.resolve(host)
                await self?.feed { $0.registrarResolved(result) }
            }
        case .registration(let registration):
            let account = configuration.account.map { "\($0.address)" } ?? ""
            logger.log(
                level: registration.sentence == nil ? .info : .warning, "registration \(registration.name)",
                metadata: ["account": "\(account)", "trouble": "\(registration.sentence ?? "none")"])
            registrationTold.yield(registration)
        }
    }

    private func emit(_ event: SignalingEvent) {
        if case .ended(let call, let reason) = event {
            logger.info("call ended", metadata: ["call": "\(call)", "reason": "\(reason.sentence)"])
        } else {
            logger.debug("call event", metadata: ["call": "\(event.call)", "event": "\(event.name)"])
        }
        guard !events.yield(event) else { return }
        machine.statistics.eventsDropped += 1
    }

    @discardableResult
    private func schedule(
        _ duration: Duration, _ body: @escaping @Sendable (isolated UserAgent) -> Void
    ) -> Scheduled<Void> {
        eventLoop.scheduleTask(in: TimeAmount(duration)) { [weak self] in
            self?.assumeIsolated { agent in
                guard agent.state == .running || agent.state == .stopping else { return }
                body(agent)
                agent.drain()
            }
        }
    }

    static func resolve(_ host: String) async -> Result<[String], ResolverError> {
        do {
            return try await NIOThreadPool.singleton.runIfActive { NameResolver.addresses(of: host) }
        } catch {
            return .failure(ResolverError(problem: "\(error)"))
        }
    }

    /// An address that we listen on and that leads to the numeric `host`.
    static func localAddress(toward host: String, listening addresses: [String]) -> String? {
        let isIPv6 = host.utf8.contains(UInt8(ascii: ":"))
        let mine = addresses.filter { $0.utf8.contains(UInt8(ascii: ":")) == isIPv6 }
        guard !mine.isEmpty, let routed = RouteLookup.localAddress(toward: host) else { return nil }
        if mine.contains(routed) || mine.contains(isIPv6 ? "::" : "0.0.0.0") { return routed }
        return mine.first
    }
}
