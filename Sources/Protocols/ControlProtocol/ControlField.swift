/// One parameter of a method or one setting: everything that `describe`, the checks and the help texts say about it.
package struct ControlField: Sendable, Equatable {
    package let name: String
    package let type: ControlValueType
    /// What a number counts: "percent", "bit/s"; empty where there is nothing to count.
    package let unit: String
    /// Whether a request without it is refused.
    package let isRequired: Bool
    /// What stands in for it when it is left out; nil when leaving it out has a meaning of its own.
    package let defaultValue: JSONValue?
    /// The role that giving this field takes, when it is more than the method's.
    package let role: ControlRole?
    /// One sentence.
    package let summary: String

    package init(
        _ name: String, _ type: ControlValueType, unit: String = "", required: Bool = false,
        default defaultValue: JSONValue? = nil, role: ControlRole? = nil, _ summary: String
    ) {
        self.name = name
        self.type = type
        self.unit = unit
        self.isRequired = required
        self.defaultValue = defaultValue
        self.role = role
        self.summary = summary
    }

    /// What is allowed with its unit, for a sentence that begins with "expected".
    package var expectation: String {
        unit.isEmpty ? type.expectation : "\(type.expectation) (\(unit))"
    }

    /// What `describe` shows.
    package var json: JSONValue {
        var members = type.description
        members["name"] = .string(name)
        members["required"] = .bool(isRequired)
        members["summary"] = .string(summary)
        if !unit.isEmpty { members["unit"] = .string(unit) }
        if let defaultValue { members["default"] = defaultValue }
        if let role { members["role"] = .string(role.rawValue) }
        return .object(members)
    }

    /// One sentence on a value that is not allowed here.
    package func complaint(about value: JSONValue) -> String {
        let wrong = type.wrongElement(of: value)
        let found = wrong.map { "; \(Self.shortened($0.value)) is none" } ?? ", found \(Self.shortened(value))"
        let text = "\(name): expected \(expectation)\(found)"
        if case .choice(let words) = wrong?.type ?? type, let written = (wrong?.value ?? value).stringValue,
            let nearest = Spelling.nearest(to: written, among: words)
        {
            return "\(text); did you mean \(nearest)?"
        }
        return "\(text)."
    }

    /// The value as JSON, cut where it gets too long for a sentence.
    package static func shortened(_ value: JSONValue) -> String {
        switch value {
        case .array(let elements): return elements.isEmpty ? "an empty list" : "a list of \(elements.count)"
        case .object: return value.kindName
        default:
            let text = value.serialized
            return text.count <= 60 ? text : "\(text.prefix(57))..."
        }
    }
}
