/// The parameters of a request after they were held against the method's table: names known, types right, defaults in.
package struct ControlParameters: Sendable, Equatable {
    package let values: [String: JSONValue]

    /// The parameter of that name, nil when it was left out and has no default.
    package subscript(name: String) -> JSONValue? { values[name] }

    package func string(_ name: String) -> String? { values[name]?.stringValue }
    package func integer(_ name: String) -> Int64? { values[name]?.integerValue }
    package func bool(_ name: String) -> Bool? { values[name]?.boolValue }

    /// Checks `params` of a request; by name, or by position in the order of the table (JSON-RPC 2.0 §4.2).
    ///
    /// A parameter that is null counts as left out unless its type is `any`.
    package init(checking parameters: JSONValue?, for method: ControlMethod) throws(ControlError) {
        let description = method.description
        var given = try Self.named(parameters, description: description)
        for name in given.keys.sorted() where description.parameter(name) == nil {
            throw Self.unknown(name, description: description)
        }
        for field in description.parameters {
            if case .any = field.type {} else if given[field.name] == .null { given[field.name] = nil }
            guard let value = given[field.name] else {
                if field.isRequired {
                    throw ControlError(
                        .invalidParameters, "\(method.rawValue) needs \(field.name), \(field.expectation).",
                        data: ["parameter": .string(field.name)])
                }
                given[field.name] = field.defaultValue
                continue
            }
            guard let normal = field.type.normalized(value) else {
                throw ControlError(
                    .invalidParameters, "\(method.rawValue): \(field.complaint(about: value))",
                    data: ["parameter": .string(field.name)])
            }
            given[field.name] = normal
        }
        try Self.checkAlternatives(given, description: description)
        values = given
    }

    private static func named(
        _ parameters: JSONValue?, description: ControlMethodDescription
    ) throws(ControlError) -> [String: JSONValue] {
        switch parameters {
        case nil, .null: return [:]
        case .object(let members): return members
        case .array(let values):
            guard values.count <= description.parameters.count else {
                throw ControlError(
                    .invalidParameters,
                    "\(description.method.rawValue) takes at most \(description.parameters.count) parameters.")
            }
            return Dictionary(
                zip(description.parameters.map(\.name), values), uniquingKeysWith: { first, _ in first })
        default:
            throw ControlError(.invalidRequest, "params has to be an object or a list.")
        }
    }

    private static func unknown(_ name: String, description: ControlMethodDescription) -> ControlError {
        let known = description.parameters.map(\.name)
        let shown = ControlField.shortened(.string(name))
        var message = "\(description.method.rawValue) has no parameter \(shown)"
        if let nearest = Spelling.nearest(to: name, among: known) {
            message += "; did you mean \(nearest)?"
        } else if known.isEmpty {
            message += "; it takes none."
        } else {
            message += "; it takes \(known.joined(separator: ", "))."
        }
        return ControlError(.invalidParameters, message, data: ["parameter": .string(name)])
    }

    private static func checkAlternatives(
        _ given: [String: JSONValue], description: ControlMethodDescription
    ) throws(ControlError) {
        guard !description.alternatives.isEmpty else { return }
        let touched = description.alternatives.filter { group in group.contains { given[$0] != nil } }
        guard touched.count == 1, let group = touched.first, group.allSatisfy({ given[$0] != nil }) else {
            let groups = description.alternatives.map { $0.joined(separator: " with ") }
            throw ControlError(
                .invalidParameters, "\(description.method.rawValue) needs either \(groups.joined(separator: " or ")).")
        }
    }
}
