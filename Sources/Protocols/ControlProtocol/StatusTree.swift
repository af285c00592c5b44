/// What the room says about itself, as one tree of values with names.
///
/// The supervisor builds it, the control socket hands it out and tells subscribers what changed in it.
/// A copy costs nothing until one of the two changes.
package struct StatusTree: Sendable, Equatable {
    /// The whole tree, an object.
    package var root: JSONValue

    package init(_ root: JSONValue = .emptyObject) {
        self.root = root
    }

    /// The value at the path, nil when nothing stands there.
    package func value(at path: StatusPath) -> JSONValue? {
        var value = root
        for component in path.components {
            guard let next = value.child(component) else { return nil }
            value = next
        }
        return value
    }

    /// Puts a value at the path and makes the objects on the way; nil removes what stands there.
    package mutating func set(_ value: JSONValue?, at path: StatusPath) {
        root.setDescendant(value, at: path.components[...])
    }

    /// The value at a path in text form; a path that cannot be read (an empty name in it) holds nothing and sets nothing.
    package subscript(path: String) -> JSONValue? {
        get { StatusPath(parsing: path).flatMap { value(at: $0) } }
        set {
            guard let path = StatusPath(parsing: path) else { return }
            set(newValue, at: path)
        }
    }

    /// The names and indices that can stand where the path stops leading anywhere, and the path up to there.
    package func alternatives(to path: StatusPath) -> (known: StatusPath, missing: String, names: [String])? {
        var value = root
        for (index, component) in path.components.enumerated() {
            guard let next = value.child(component) else {
                let known = StatusPath(Array(path.components.prefix(index)))
                return (known, component, value.childNames)
            }
            value = next
        }
        return nil
    }
}

extension JSONValue {
    /// The member of that name or the element of that index.
    func child(_ component: String) -> JSONValue? {
        switch self {
        case .object(let members): members[component]
        case .array: Int(component).flatMap { self[$0] }
        default: nil
        }
    }

    var childNames: [String] {
        switch self {
        case .object(let members): members.keys.sorted(by: StatusPath.comesBefore)
        case .array(let elements): elements.indices.map(String.init)
        default: []
        }
    }

    /// An index one past the end of an array appends, and removing keeps the order of what follows;
    /// an index further out does nothing. Anything that is no container on the way becomes an object.
    mutating func setDescendant(_ value: JSONValue?, at path: ArraySlice<String>) {
        guard let component = path.first else {
            self = value ?? .emptyObject
            return
        }
        let rest = path.dropFirst()
        if case .array(var elements) = self {
            self = .null
            defer { self = .array(elements) }
            guard let index = Int(component), index >= 0, index <= elements.count else { return }
            if index == elements.count {
                guard value != nil else { return }
                elements.append(.emptyObject)
            } else if rest.isEmpty, value == nil {
                elements.remove(at: index)
                return
            }
            elements[index].setDescendant(value, at: rest)
            return
        }
        var members: [String: JSONValue] = [:]
        if case .object(let existing) = self { members = existing }
        self = .null
        defer { self = .object(members) }
        if rest.isEmpty {
            members[component] = value
        } else if value != nil || members[component] != nil {
            members[component, default: .emptyObject].setDescendant(value, at: rest)
        }
    }
}
