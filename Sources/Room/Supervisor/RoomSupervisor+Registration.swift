import CallSignaling
import ControlProtocol

/// How calls come in: the room's account at a registrar, its addresses and sockets, as status and screen have it.
extension RoomSupervisor {
    func registrationChanged(_ state: RegistrationState) {
        registration = state
        publishSoon()
        refreshScreen()
    }

    func listeningChanged(_ troubles: [String]) {
        listeningTroubles = troubles
        publishSoon()
    }

    var registrationStatus: JSONValue {
        let account = agent.account
        return [
            "state": JSONValue(registration.name),
            "address": JSONValue(optional: account.map { JSONValue("\($0.address)") }),
            "server": JSONValue(optional: account.map { JSONValue("\($0.server)") }),
            "trouble": JSONValue(optional: registration.sentence.map { JSONValue($0) }),
        ]
    }

    /// Where others reach this room, the best one first.
    var ownAddresses: [String] {
        let registered = registration == .registered ? agent.account.map { ["\($0.address)"] } ?? [] : []
        guard sipPort > 0, let address = ownAddress else { return registered }
        return registered + ["sip:\(agent.user)@\(address)" + (sipPort == 5060 ? "" : ":\(sipPort)")]
    }
}
