import ControlProtocol

/// An event with its place in the room's time.
struct NumberedEvent: Sendable {
    let event: ControlEvent
    /// Since the room started, from 1.
    let number: Int64
    /// RFC 3339.
    let time: String
}

/// One client's wish to hear of events.
struct EventSubscription {
    let number: Int64
    private let names: Set<ControlEventName>
    private var sequence: Int64 = 0

    init(number: Int64, names: Set<ControlEventName>) {
        self.number = number
        self.names = names
    }

    /// The notification of an event; nil when the client did not ask for it.
    mutating func notification(of event: NumberedEvent) -> JSONValue? {
        guard names.contains(event.event.name) else { return nil }
        sequence += 1
        return ControlMessage.event(
            event.event, number: event.number, time: event.time, subscription: number, sequence: sequence)
    }
}
