import ControlProtocol

/// One client's wish to hear what changes at a path.
struct Subscription {
    let number: Int64
    let path: StatusPath
    /// What the client knows.
    private var known: StatusTree
    private var sequence: Int64 = 0

    init(number: Int64, path: StatusPath, snapshot: StatusTree) {
        self.number = number
        self.path = path
        known = snapshot
    }

    /// The notification that brings the client up to `status`; nil when nothing at the path changed.
    mutating func notification(to status: StatusTree) -> JSONValue? {
        let changes = status.changes(since: known, under: path)
        known = status
        guard !changes.isEmpty else { return nil }
        sequence += 1
        return ControlMessage.statusChanged(subscription: number, sequence: sequence, changes: changes)
    }

    /// The answer to `status.subscribe`.
    var snapshot: JSONValue {
        [
            "subscription": .integer(number),
            "sequence": .integer(sequence),
            "path": .string(path.description),
            "value": JSONValue(optional: known.value(at: path)),
        ]
    }
}
