/// One place of the status tree that is not as it was.
package struct StatusChange: Sendable, Equatable {
    package let path: StatusPath
    /// What stands there now; nil when nothing does any more.
    package let value: JSONValue?

    package init(path: StatusPath, value: JSONValue?) {
        self.path = path
        self.value = value
    }

    /// `{"path": …, "value": …}`, or `{"path": …, "removed": true}`.
    package var json: JSONValue {
        var json: JSONValue = ["path": .string(path.description)]
        if let value {
            json["value"] = value
        } else {
            json["removed"] = true
        }
        return json
    }

    /// Reads what `json` wrote; nil for anything else.
    package init?(json: JSONValue) {
        guard let path = json["path"]?.stringValue.flatMap(StatusPath.init(parsing:)) else { return nil }
        if json["removed"]?.boolValue == true {
            self.init(path: path, value: nil)
        } else if let value = json["value"] {
            self.init(path: path, value: value)
        } else {
            return nil
        }
    }
}

extension StatusTree {
    /// The fewest changes that turn `old` into this tree, below `path` only.
    ///
    /// Containers that both trees have are compared member by member; what is new comes as one change with everything in
    /// it, what is gone as one removal. Elements that a shorter array lost are removed from the last to the first, so the
    /// changes can be applied in their order.
    package func changes(since old: StatusTree, under path: StatusPath = .root) -> [StatusChange] {
        var changes: [StatusChange] = []
        let before = old.value(at: path)
        let after = value(at: path)
        if before != after { Self.collect(from: before, to: after, path: path, into: &changes) }
        return changes
    }

    /// Does one change to this tree.
    package mutating func apply(_ change: StatusChange) {
        set(change.value, at: change.path)
    }

    /// For two values that differ.
    private static func collect(
        from old: JSONValue?, to new: JSONValue?, path: StatusPath, into changes: inout [StatusChange]
    ) {
        switch (old, new) {
        case (.object(let oldMembers), .object(let newMembers)):
            var names = newMembers.keys.filter { oldMembers[$0] != newMembers[$0] }
            names += oldMembers.keys.filter { newMembers[$0] == nil }
            for name in names.sorted(by: StatusPath.comesBefore) {
                collect(
                    from: oldMembers[name], to: newMembers[name], path: path.appending(name), into: &changes)
            }
        case (.array(let oldElements), .array(let newElements)):
            for (index, (oldElement, newElement)) in zip(oldElements, newElements).enumerated()
            where oldElement != newElement {
                collect(from: oldElement, to: newElement, path: path.appending(String(index)), into: &changes)
            }
            for (index, element) in newElements.enumerated().dropFirst(oldElements.count) {
                changes.append(StatusChange(path: path.appending(String(index)), value: element))
            }
            for index in oldElements.indices.dropFirst(newElements.count).reversed() {
                changes.append(StatusChange(path: path.appending(String(index)), value: nil))
            }
        default:
            changes.append(StatusChange(path: path, value: new))
        }
    }
}
