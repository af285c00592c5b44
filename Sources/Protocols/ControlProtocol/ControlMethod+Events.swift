extension ControlMethod {
    /// The name of the notification that a subscription to events brings.
    package static let eventNotification = "event"

    /// The methods of the events.
    var eventDescription: ControlMethodDescription {
        switch self {
        case .eventsSubscribe:
            ControlMethodDescription(
                self, "Tells what happens in the room from now on, each thing as an event.", role: .observer,
                parameters: [
                    ControlField(
                        "names", .list(ControlEventName.choice, maximumCount: 64), default: [],
                        "Names of events, or groups of them such as call; none for all.")
                ],
                result: [
                    ControlField("subscription", .integer(1...Int64.max), "The number to unsubscribe with."),
                    ControlField("sequence", .integer(0...Int64.max), "0; the first event has 1."),
                    ControlField(
                        "number", .integer(0...Int64.max), "The number of the room's last event, of whatever name."),
                ],
                errors: [.tooMany])
        default:
            ControlMethodDescription(
                self, "Ends a subscription to events.", role: .observer,
                parameters: [
                    ControlField(
                        "subscription", .integer(1...Int64.max), required: true,
                        "The number that events.subscribe gave.")
                ],
                result: [ControlField("subscription", .integer(1...Int64.max), "The one that ended.")],
                errors: [.notFound])
        }
    }

    static let eventNotificationFields = [
        ControlField("subscription", .integer(1...Int64.max), required: true, "The subscription's number."),
        ControlField("sequence", .integer(1...Int64.max), required: true, "One more than the last one's."),
        ControlField(
            "number", .integer(1...Int64.max), required: true,
            "The event's number since the room started, those that were not subscribed to counted."),
        ControlField(
            "event", .choice(ControlEventName.allCases.map(\.rawValue)), required: true, "What happened."),
        ControlField("time", .string(maximumLength: 32), required: true, "When, in UTC (RFC 3339)."),
        ControlField("data", .any, required: true, "The event's own members."),
    ]

    /// What `describe` says of each event.
    static var eventList: JSONValue {
        .array(
            ControlEventName.allCases.map {
                [
                    "event": .string($0.rawValue), "summary": .string($0.summary),
                    "data": .array($0.fields.map(\.json)),
                ]
            })
    }
}

extension ControlMessage {
    /// The notification that carries an event to a subscription.
    package static func event(
        _ event: ControlEvent, number: Int64, time: String, subscription: Int64, sequence: Int64
    ) -> JSONValue {
        [
            "jsonrpc": "2.0",
            "method": .string(ControlMethod.eventNotification),
            "params": [
                "subscription": .integer(subscription), "sequence": .integer(sequence), "number": .integer(number),
                "event": .string(event.name.rawValue), "time": .string(time), "data": .object(event.data),
            ],
        ]
    }
}
