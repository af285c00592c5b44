import ControlProtocol

/// Holds what stands in a file against a schema and collects everything that is wrong.
struct ConfigurationChecker {
    let file: String
    private(set) var issues: [ConfigurationIssue] = []

    init(file: String) {
        self.file = file
    }

    /// What is given, in normal form and without defaults; what is wrong is left out and reported in `issues`.
    mutating func check(_ node: YAMLNode?, against schema: ConfigurationSchema) -> JSONValue {
        guard let node, !node.isNull else { return .emptyObject }
        return value(of: node, schema: schema, field: nil, path: .root) ?? .emptyObject
    }

    private mutating func value(
        of node: YAMLNode, schema: ConfigurationSchema, field: ConfigurationField?, path: StatusPath
    ) -> JSONValue? {
        switch schema {
        case .value(let type): return scalar(node, type: type, field: field, path: path)
        case .list(let element, let maximumCount):
            guard case .sequence(let nodes) = node.content else {
                report(node.mark, path, "expected a list, each line with a dash, found \(node.summary)")
                return nil
            }
            if nodes.count > maximumCount {
                report(node.mark, path, "expected at most \(maximumCount) entries, found \(nodes.count)")
            }
            var elements: [JSONValue] = []
            for (index, node) in nodes.prefix(maximumCount).enumerated() {
                let elementPath = path.appending(String(index + 1))
                if let value = value(of: node, schema: element, field: nil, path: elementPath) {
                    elements.append(value)
                }
            }
            return .array(elements)
        case .map(let element, let names): return map(node, element: element, names: names, path: path)
        case .group(let fields, let required):
            return group(node, fields: fields, atLeastOneOf: required, path: path)
        }
    }

    private mutating func group(
        _ node: YAMLNode, fields: [ConfigurationField], atLeastOneOf required: [String], path: StatusPath
    ) -> JSONValue? {
        guard case .mapping(let pairs) = node.content else {
            let names = fields.prefix(3).map(\.name).joined(separator: ", ")
            report(node.mark, path, "expected settings such as \(names), found \(node.summary)")
            return nil
        }
        var members: [String: JSONValue] = [:]
        for pair in pairs {
            guard let field = fields.first(where: { $0.name == pair.name }) else {
                reportUnknown(pair, known: fields.map(\.name), path: path)
                continue
            }
            // Nothing after the colon means: what holds by default.
            guard !pair.value.isNull else { continue }
            members[field.name] = value(
                of: pair.value, schema: field.schema, field: field, path: path.appending(field.name))
        }
        if !required.isEmpty, !pairs.contains(where: { required.contains($0.name) && !$0.value.isNull }) {
            report(node.mark, path, "expected at least one of \(required.joined(separator: ", "))")
        }
        return .object(members)
    }

    private mutating func map(
        _ node: YAMLNode, element: ConfigurationSchema, names: [String]?, path: StatusPath
    ) -> JSONValue? {
        guard case .mapping(let pairs) = node.content else {
            report(node.mark, path, "expected names with values, found \(node.summary)")
            return nil
        }
        var members: [String: JSONValue] = [:]
        for pair in pairs {
            if let names, !names.contains(pair.name) {
                reportUnknown(pair, known: names, path: path)
                continue
            }
            guard !pair.name.isEmpty, pair.name.utf8.count <= 64 else {
                report(pair.nameMark, path, "expected a name of 1 to 64 bytes")
                continue
            }
            guard !pair.value.isNull else { continue }
            members[pair.name] = value(
                of: pair.value, schema: element, field: nil, path: path.appending(pair.name))
        }
        return .object(members)
    }

    // MARK: - Values

    private mutating func scalar(
        _ node: YAMLNode, type: ControlValueType, field: ConfigurationField?, path: StatusPath
    ) -> JSONValue? {
        guard let value = Self.json(node, for: type).flatMap({ type.normalized($0) }) else {
            var expectation = type.expectation
            if let unit = field?.unit, !unit.isEmpty { expectation += " (\(unit))" }
            var message = "expected \(expectation)"
            let wrong = Self.wrongEntry(of: node, type)
            if field?.hidesWrongValue != true {
                message += wrong.map { "; \($0.node.summary) is none" } ?? ", found \(Self.found(node))"
            }
            if case .choice(let words) = wrong?.type ?? type, case .scalar(let text, _) = (wrong?.node ?? node).content,
                let nearest = Spelling.nearest(to: text, among: words)
            {
                message += "; did you mean \(nearest)?"
            }
            report((wrong?.node ?? node).mark, path, message)
            return nil
        }
        if let complaint = field?.check?(value) {
            // Of a list the complaint itself names the entry.
            let isNamed = field?.hidesWrongValue == true || value.arrayValue?.isEmpty == false
            report(node.mark, path, isNamed ? complaint : "\(complaint), found \(Self.found(node))")
            return nil
        }
        return value
    }

    /// The first entry of a list that is not of the list's type; nil when it is the list itself that is wrong.
    private static func wrongEntry(of node: YAMLNode, _ type: ControlValueType) -> (
        node: YAMLNode, type: ControlValueType
    )? {
        guard case .list(let element, _) = type, case .sequence(let nodes) = node.content else { return nil }
        let wrong = nodes.first { json($0, for: element).flatMap { element.normalized($0) } == nil }
        return wrong.map { ($0, element) }
    }

    private static func found(_ node: YAMLNode) -> String {
        guard case .sequence(let nodes) = node.content else { return node.summary }
        return nodes.isEmpty ? "an empty list" : "a list of \(nodes.count)"
    }

    /// The type decides what the text means, so that a name like `no` stays text and a quoted number is none.
    private static func json(_ node: YAMLNode, for type: ControlValueType) -> JSONValue? {
        switch (type, node.content) {
        case (.list(let element, _), .sequence(let nodes)):
            var values: [JSONValue] = []
            for node in nodes {
                guard let value = json(node, for: element) else { return nil }
                values.append(value)
            }
            return .array(values)
        case (.boolean, .scalar(let text, true)):
            switch text.lowercased() {
            case "true", "yes", "on": return true
            case "false", "no", "off": return false
            default: return nil
            }
        case (.integer, .scalar(let text, true)): return Int64(text).map(JSONValue.integer)
        case (.number, .scalar(let text, true)):
            return Double(text).flatMap { $0.isFinite ? .double($0) : nil }
        case (.string, .scalar(let text, _)), (.choice, .scalar(let text, _)), (.size, .scalar(let text, _)):
            return .string(text)
        default: return nil
        }
    }

    // MARK: - Reports

    private mutating func reportUnknown(_ pair: YAMLNode.Pair, known: [String], path: StatusPath) {
        let shown = ControlField.shortened(.string(pair.name))
        let place = path == .root ? "the file" : path.description
        var message = "\(place) has no setting \(shown)"
        if let nearest = Spelling.nearest(to: pair.name, among: known) {
            message += "; did you mean \(nearest)?"
        } else {
            message += "; expected one of \(known.joined(separator: ", "))"
        }
        issues.append(
            ConfigurationIssue(
                file: file, line: pair.nameMark.line, column: pair.nameMark.column, message: message))
    }

    private mutating func report(_ mark: YAMLNode.Mark, _ path: StatusPath, _ message: String) {
        let place = path == .root ? "" : "\(path): "
        issues.append(
            ConfigurationIssue(file: file, line: mark.line, column: mark.column, message: place + message))
    }
}
