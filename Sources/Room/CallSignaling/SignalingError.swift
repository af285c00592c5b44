package import SIP

/// Why a request of the owner was not carried out.
package enum SignalingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is no such call (any more).
    case noSuchCall(CallID)
    /// The call is not in a state for this: what was asked and what the state is.
    case wrongState(CallID, operation: String, state: String)
    /// A change of the session is under way, ours or the peer's; try again after its event.
    case changePending(CallID)
    /// The text is no address that can be called; why.
    case badAddress(String)
    /// What a person typed is of a kind that cannot be called; a whole sentence that says what can.
    case notCallable(String)
    /// As many calls as the configuration allows.
    case tooManyCalls(Int)
    /// The agent was not started or is stopped.
    case notRunning
    /// A socket could not be opened: address, port, and what the system says.
    case cannotListen(address: String, port: Int, problem: String)
    /// Another socket has the port; who holds it, where that can be seen.
    case portTaken(transport: SIPTransport, address: String, port: Int, holder: PortHolder?)
    /// The name has no address; what the resolver says.
    case cannotResolve(host: String, problem: String)
    /// No network leads there.
    case noRoute(host: String)

    package var description: String {
        switch self {
        case .noSuchCall(let call): "There is no \(call)."
        case .wrongState(let call, let operation, let state): "\(operation) does not fit \(call), which is \(state)."
        case .changePending(let call): "A change of \(call) is under way."
        case .badAddress(let problem): "That is no address to call: \(problem)."
        case .notCallable(let sentence): sentence
        case .tooManyCalls(let limit): "There are \(limit) calls already."
        case .notRunning: "The user agent is not running."
        case .cannotListen(let address, let port, let problem): "Cannot listen on \(address) port \(port): \(problem)."
        case .portTaken(let transport, let address, let port, let holder):
            Self.sentence("\(transport) port \(port) on \(address)", transport, holder)
        case .cannotResolve(let host, let problem): "The name \(host) cannot be looked up: \(problem)."
        case .noRoute(let host): "No network leads to \(host)."
        }
    }

    private static func sentence(_ place: String, _ transport: SIPTransport, _ holder: PortHolder?) -> String {
        guard let holder else {
            let option = transport == .udp ? "-ulpn" : "-tlpn"
            return "\(place) is in use by another program (ss \(option) shows which); choose another sip.port"
        }
        if holder.isThisProcess { return "this program itself holds \(place) already; choose another sip.port" }
        let program = holder.name == "convened" ? "another convened" : holder.name
        return "\(program) (pid \(holder.process)) holds \(place); choose another sip.port"
    }
}
