import SIP

/// The whole user agent as a value without sockets, clock or threads: what comes in by its methods, what is to be
/// done goes out by `takeEffects`.
///
/// ```
/// bytes -> MessageParser -> transactions -> calls and dialogs -> events to the owner
/// owner's commands ------------------------> calls -> transactions -> bytes
/// ```
struct UserAgentStateMachine: Sendable {
    let configuration: UserAgentConfiguration
    /// The port that we listen on, UDP and TCP.
    var port: UInt16 = 5060
    /// The numeric address of ours that faces a numeric address, or nil if no network leads there.
    let localAddress: @Sendable (String) -> String?
    let random: @Sendable () -> UInt64
    let parser: MessageParser

    /// SDP for the answer to OPTIONS.
    var capabilities: String?
    /// Free places in the owner's event queue; the user agent keeps it up to date.
    var eventPlaces = Int.max

    var calls: [CallID: Call] = [:]
    var dialogs: [DialogID: CallID] = [:]
    var clients: [ClientTransactionKey: ClientRecord] = [:]
    var servers: [ServerTransactionKey: ServerRecord] = [:]
    var merges: [MergeKey: ServerTransactionKey] = [:]
    /// Nil without an account, and before it is begun.
    var registration: Registration?
    var statistics = SignalingStatistics()
    var isStopping = false

    private var effects: [SignalingEffect] = []
    private var lastCall: UInt64 = 0
    /// Makes the tags of our stateless refusals, the same for a request that comes again.
    let secret: UInt64

    init(
        configuration: UserAgentConfiguration, localAddress: @escaping @Sendable (String) -> String?,
        random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) }
    ) {
        self.configuration = configuration
        self.localAddress = localAddress
        self.random = random
        parser = MessageParser(limits: configuration.limits.message)
        secret = random()
    }

    /// What is to be done since the last time, in order.
    mutating func takeEffects() -> [SignalingEffect] {
        defer { effects.removeAll(keepingCapacity: true) }
        return effects
    }

    mutating func perform(_ effect: SignalingEffect) { effects.append(effect) }

    /// Calls that are not over for the owner.
    var activeCalls: Int { calls.values.reduce(0) { $0 + ($1.isOver ? 0 : 1) } }

    /// True once nothing is left that a stop should wait for.
    var isQuiet: Bool { calls.isEmpty && !isLeavingRegistrar }

    mutating func newCallID() -> CallID {
        lastCall += 1
        return CallID(rawValue: lastCall)
    }

    /// A token that nobody else has: 64 random bits.
    func newToken() -> String { String(random(), radix: 36) }

    mutating func timerFired(_ timer: SignalingTimer) {
        switch timer {
        case .client(let key, .b) where isProceedingInvite(key): forgetClient(key)
        case .client(let key, let name): handleClient(key, .timer(name))
        case .server(let key, let name): handleServer(key, .timer(name))
        case .call(let call, let name): callTimerFired(call, name)
        case .registration: registrationTimerFired()
        }
    }

    private mutating func callTimerFired(_ id: CallID, _ timer: CallTimer) {
        switch timer {
        case .acceptance: advanceAcceptance(id, .timer)
        case .ringing: repeatProvisional(id)
        case .ringLimit: ringLimitReached(id)
        case .dialLimit: dialLimitReached(id)
        case .glare: retryChange(id)
        case .cancelLimit: cancelLimitReached(id)
        }
    }

    /// Ends all calls: BYE, CANCEL or a refusal for each; and the registration. `isQuiet` says when the peers have answered.
    mutating func stop() {
        isStopping = true
        endRegistration()
        for id in calls.keys.sorted(by: { $0.rawValue < $1.rawValue }) { end(id, .shutdown) }
    }

    /// The last resort of a stop: BYE also where the ACK for our 2xx has not come.
    mutating func stopNow() {
        for (id, call) in calls where call.phase == .ending && call.wantsBye { sendBye(id) }
    }

    // MARK: - End of calls

    /// Tells the owner, once, that the call is over.
    mutating func reportEnd(_ id: CallID, _ reason: EndReason) {
        guard let call = calls[id], !call.isOver else { return }
        calls[id]?.isOver = true
        calls[id]?.phase = .ending
        perform(.cancelTimer(.call(id, .ringing)))
        perform(.cancelTimer(.call(id, .ringLimit)))
        perform(.cancelTimer(.call(id, .dialLimit)))
        perform(.cancelTimer(.call(id, .glare)))
        perform(.emit(.ended(id, reason)))
    }

    /// Forgets the call with its dialogs and timers.
    mutating func removeCall(_ id: CallID) {
        guard let call = calls.removeValue(forKey: id) else { return }
        for timer in CallTimer.allCases { perform(.cancelTimer(.call(id, timer))) }
        for case let key? in [call.inviteKey, call.change?.key] { limitProceedingInvite(key) }
        if let dialog = call.dialog { dialogs[dialog.id] = nil }
        if let invite = call.invite, let headers = try? MandatoryHeaders(of: withPlaceholderVia(invite)) {
            for tag in call.earlyTags {
                dialogs[DialogID(callID: headers.callID, localTag: headers.from.tag ?? "", remoteTag: tag)] = nil
            }
        }
    }

    /// Ends a call for a reason of ours, with the message that fits its phase.
    mutating func end(_ id: CallID, _ reason: EndReason) {
        guard let call = calls[id], !call.isOver else { return }
        switch call.phase {
        case .resolving:
            reportEnd(id, reason)
            removeCall(id)
        case .calling:
            reportEnd(id, reason)
            cancelInvite(id)
        case .ringing:
            let status = reason == .noAnswer ? 480 : reason == .localHangup ? 603 : 480
            refusePendingInvite(id, status, nil)
            reportEnd(id, reason)
            removeCall(id)
        case .accepted:
            // No BYE before the ACK (RFC 3261 §15).
            reportEnd(id, reason)
            calls[id]?.wantsBye = true
        case .confirmed:
            reportEnd(id, reason)
            if let acceptance = call.acceptance, !acceptance.isReinvite {
                calls[id]?.wantsBye = true
            } else {
                sendBye(id)
            }
        case .ending:
            break
        }
    }
}
