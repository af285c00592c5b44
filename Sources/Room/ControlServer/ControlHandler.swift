package import ControlProtocol

/// A request that reached the room: known method, checked parameters, a caller whose role suffices.
package struct ControlRequest: Sendable {
    /// Nil for a notification: nobody waits for the answer.
    package let id: ControlRequestID?
    package let method: ControlMethod
    package let parameters: ControlParameters
    /// The same in types.
    package let command: ControlCommand

    package init(
        id: ControlRequestID?, method: ControlMethod, parameters: ControlParameters, command: ControlCommand
    ) {
        self.id = id
        self.method = method
        self.parameters = parameters
        self.command = command
    }
}

/// What carries out the requests of the control socket: the supervisor.
///
/// The server itself answers `describe` and the `status` methods.
package protocol ControlHandler: Sendable {
    /// Carries out one request and gives the members of its answer.
    ///
    /// Requests are started in the order in which one client sent them, on the server's event loop up to the first
    /// suspension, so an actor sees them in order; then they run side by side. Must not block.
    func handle(_ request: ControlRequest, from peer: ControlPeer) async -> Result<JSONValue, ControlError>

    /// Holds a PIN against the one that unlocks an admin's rights; slows down who guesses.
    func unlock(pin: String, from peer: ControlPeer) async -> Result<Void, ControlError>

    /// The status at this moment, for `status.get` and a subscription's snapshot; nil for the tree published last.
    func currentStatus() async -> StatusTree?

    /// How many subscriptions there are now, each time that changes. Called on the event loop; must not block.
    ///
    /// While there are none, nothing needs to be published.
    func subscriptionsChanged(count: Int)
}

extension ControlHandler {
    package func unlock(pin: String, from peer: ControlPeer) async -> Result<Void, ControlError> {
        .failure(ControlError(.wrongState, "This terminal has no PIN; panel.pin in room.yaml holds one."))
    }

    package func currentStatus() async -> StatusTree? { nil }
    package func subscriptionsChanged(count: Int) {}
}
