package import ControlProtocol

/// What may stand in a configuration file at one place.
package indirect enum ConfigurationSchema: Sendable {
    case value(ControlValueType)
    /// A list of groups.
    case list(ConfigurationSchema, maximumCount: Int)
    /// Names that the writer chooses, each with the same kind of value; `names` when only some are allowed.
    case map(ConfigurationSchema, names: [String]?)
    /// `atLeastOneOf` names settings of which one has to be given; empty for no such rule.
    case group([ConfigurationField], atLeastOneOf: [String])
}

/// One setting, or one group of them: the table from which files are checked, `config.get` and `config.set` work, and
/// defaults come.
package struct ConfigurationField: Sendable {
    /// When a changed setting begins to count.
    package enum Effect: String, Sendable {
        case now
        case nextCall = "next call"
        case restart
    }

    package let name: String
    package let schema: ConfigurationSchema
    package let unit: String
    /// What holds when the setting is not given; nil when nothing does.
    package let defaultValue: JSONValue?
    package let effect: Effect
    /// One sentence.
    package let summary: String
    /// Says what is wrong with a value of the right type, nil when nothing is: a phrase that begins with "expected".
    package let check: (@Sendable (JSONValue) -> String?)?
    /// Kept and never shown: `config.get` says only whether there is one.
    package let isSecret: Bool
    /// Whether a wrong value is left out of the sentence about it, since it may be a secret in the wrong place.
    let hidesWrongValue: Bool

    /// A setting.
    init(
        _ name: String, _ type: ControlValueType, unit: String = "", default defaultValue: JSONValue? = nil,
        effect: Effect = .restart, isSecret: Bool = false, hidesWrongValue: Bool = false,
        check: (@Sendable (JSONValue) -> String?)? = nil,
        _ summary: String
    ) {
        self.name = name
        schema = .value(type)
        self.unit = unit
        self.defaultValue = defaultValue
        self.effect = effect
        self.summary = summary
        self.check = check
        self.isSecret = isSecret
        self.hidesWrongValue = hidesWrongValue || isSecret
    }

    /// A group, list or map of settings.
    init(_ name: String, _ schema: ConfigurationSchema, default defaultValue: JSONValue? = nil, _ summary: String) {
        self.name = name
        self.schema = schema
        unit = ""
        self.defaultValue = defaultValue
        effect = .restart
        self.summary = summary
        check = nil
        isSecret = false
        hidesWrongValue = false
    }

    /// A group of settings.
    init(group name: String, _ fields: [ConfigurationField], _ summary: String) {
        self.init(name, .group(fields, atLeastOneOf: []), summary)
    }

    /// The same setting as methods of the control socket describe theirs; nil for a group.
    func controlField(path: String) -> ControlField? {
        guard case .value(let type) = schema else { return nil }
        return ControlField(path, type, unit: unit, default: defaultValue, summary)
    }
}

extension ConfigurationSchema {
    package var fields: [ConfigurationField] {
        guard case .group(let fields, _) = self else { return [] }
        return fields
    }

    /// The field of that name in a group.
    package func field(_ name: String) -> ConfigurationField? {
        fields.first { $0.name == name }
    }

    /// `value` with the defaults in every place where nothing stands.
    package func filled(_ value: JSONValue?) -> JSONValue? {
        switch self {
        case .value: return value
        case .list(let element, _):
            return value?.arrayValue.map { .array($0.compactMap { element.filled($0) }) }
        case .map(let element, _):
            return value?.objectValue.map { .object($0.compactMapValues { element.filled($0) }) }
        case .group(let fields, _):
            var members: [String: JSONValue] = [:]
            for field in fields {
                members[field.name] = field.schema.filled(value?[field.name] ?? field.defaultValue)
            }
            return .object(members)
        }
    }

    /// Every setting below this group with its path, lists and maps left out.
    package func settings(below path: StatusPath = .root) -> [(path: StatusPath, field: ConfigurationField)] {
        fields.flatMap { field -> [(path: StatusPath, field: ConfigurationField)] in
            let fieldPath = path.appending(field.name)
            if case .value = field.schema { return [(fieldPath, field)] }
            return field.schema.settings(below: fieldPath)
        }
    }
}
