package import ControlProtocol

/// One `status.changed` from the terminal.
package struct StatusNotification: Sendable, Equatable {
    package let subscription: Int64
    /// 1 for the first of a subscription, then one more each.
    package let sequence: Int64
    /// In the order to apply them.
    package let changes: [StatusChange]

    /// Nil for a line that is no such notification.
    package init?(json: JSONValue) {
        guard json["method"]?.stringValue == ControlMethod.statusChanged, let parameters = json["params"],
            let subscription = parameters["subscription"]?.integerValue,
            let sequence = parameters["sequence"]?.integerValue, let changes = parameters["changes"]?.arrayValue
        else { return nil }
        self.subscription = subscription
        self.sequence = sequence
        self.changes = changes.compactMap(StatusChange.init(json:))
        guard self.changes.count == changes.count else { return nil }
    }
}

/// What a subscriber knows: the snapshot with every change since.
package struct StatusView: Sendable, Equatable {
    package let subscription: Int64
    package let path: StatusPath
    /// The whole tree, known below `path` only.
    package private(set) var tree = StatusTree()
    /// The number of the last notification applied.
    package private(set) var sequence: Int64 = 0

    package init(subscription: Int64, path: StatusPath, value: JSONValue) {
        self.subscription = subscription
        self.path = path
        tree.set(value, at: path)
    }

    /// What stands at the subscription's path.
    package var value: JSONValue { tree.value(at: path) ?? .null }

    /// Applies a notification of this subscription.
    ///
    /// - Returns: false when it is another one's, or when one before it was missed.
    package mutating func apply(_ notification: StatusNotification) -> Bool {
        guard notification.subscription == subscription, notification.sequence == sequence + 1 else { return false }
        sequence = notification.sequence
        for change in notification.changes { tree.apply(change) }
        return true
    }
}
