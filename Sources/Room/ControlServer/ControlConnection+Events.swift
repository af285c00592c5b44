import ControlProtocol

extension ControlConnection {
    func subscribeToEvents(_ parameters: ControlParameters) -> Result<JSONValue, ControlError> {
        let limit = state.configuration.maximumSubscriptions
        guard subscriptions.count + eventSubscriptions.count < limit else {
            let message = "This client holds \(limit) subscriptions, as many as it may; end one of them."
            return .failure(ControlError(.tooMany, message))
        }
        let words = parameters["names"]?.arrayValue?.compactMap(\.stringValue) ?? []
        let number = state.nextSubscriptionNumber()
        eventSubscriptions[number] = EventSubscription(number: number, names: ControlEventName.chosen(by: words))
        state.eventSubscriptionsChanged(by: 1)
        return .success([
            "subscription": .integer(number), "sequence": 0, "number": .integer(state.lastEventNumber),
        ])
    }

    func unsubscribeFromEvents(_ number: Int64) -> Result<JSONValue, ControlError> {
        guard eventSubscriptions.removeValue(forKey: number) != nil else {
            return .failure(ControlError(.notFound, "This client has no subscription \(number) to events."))
        }
        state.eventSubscriptionsChanged(by: -1)
        return .success(["subscription": .integer(number)])
    }

    /// Tells the client; one that does not read is dropped, so none of its events is ever lost unseen.
    func send(_ event: NumberedEvent) {
        for number in eventSubscriptions.keys.sorted() {
            guard let notification = eventSubscriptions[number]?.notification(of: event) else { continue }
            state.count { $0.notifications += 1 }
            send(notification)
        }
    }
}
