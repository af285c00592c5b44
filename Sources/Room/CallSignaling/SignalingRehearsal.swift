import SIP

/// A call between two user agents in memory, without network and clock: what a process does only once, such as
/// instantiating generic types and reading its program's pages, is done before the first call that somebody waits for.
package struct SignalingRehearsal {
    /// Two of the addresses that nobody has (RFC 5737 §3).
    private static let addresses = ["192.0.2.1", "192.0.2.2"].map { NetworkAddress(host: $0, port: 5060) }

    private var agents: [UserAgentStateMachine]
    private var isEnded = false

    private init() {
        agents = Self.addresses.map { address in
            var agent = UserAgentStateMachine(configuration: .init(), localAddress: { _ in address.host })
            agent.port = address.port
            return agent
        }
    }

    /// Dials, rings, answers, acknowledges and hangs up.
    ///
    /// - Parameters:
    ///   - answer: the callee's answer to an offer (both SDP); nil when they do not agree.
    ///   - interpret: what the caller makes of it.
    /// - Returns: whether the call came about and was ended.
    package static func run(offer: String, answer: (String) -> String?, interpret: (String) -> Void) -> Bool {
        var rehearsal = SignalingRehearsal()
        let address = "sip:room@\(addresses[1].host)"
        guard (try? rehearsal.agents[0].dial(address, displayName: nil, offer: offer)) != nil else { return false }
        // Each message brings about a few more, until the BYE is answered.
        for _ in 0..<16 where !rehearsal.isEnded {
            for side in 0..<2 { rehearsal.carryOut(side, answer, interpret) }
        }
        return rehearsal.isEnded
    }

    private mutating func carryOut(_ side: Int, _ answer: (String) -> String?, _ interpret: (String) -> Void) {
        for effect in agents[side].takeEffects() {
            switch effect {
            case .transmit(let bytes, let destination, _):
                let path = NetworkPath(transport: destination.transport, remote: Self.addresses[side])
                agents[1 - side].receive(bytes, from: path)
            case .emit(.incomingCall(let incoming)):
                guard let body = incoming.offer.flatMap(answer) else { continue }
                try? agents[side].sendProvisional(incoming.call, 180, body: nil)
                try? agents[side].answer(incoming.call, body)
            case .emit(.answered(_, let body)):
                body.map(interpret)
            case .emit(.established(let call, _)):
                agents[side].end(call, .localHangup)
            case .emit(.ended):
                isEnded = true
            default: continue
            }
        }
    }
}
