/// What a parameter or a setting may hold.
package indirect enum ControlValueType: Sendable, Equatable {
    case boolean
    case integer(ClosedRange<Int64>)
    case number(ClosedRange<Double>)
    /// Text of at most that many UTF-8 bytes and without control characters.
    case string(maximumLength: Int)
    /// Text of at most that many UTF-8 bytes in as many lines as it likes.
    case text(maximumLength: Int)
    /// One of the words; upper and lower case are the same.
    case choice([String])
    /// A picture's size as `1280x720`, 32×32 to 4096×2304, both even.
    case size
    /// At most that many elements, each of the type.
    case list(ControlValueType, maximumCount: Int)
    /// An object with these members.
    case object([ControlField])
    /// Whatever JSON can say.
    case any
}

extension ControlValueType {
    /// What is allowed, for a sentence that begins with "expected".
    package var expectation: String {
        switch self {
        case .boolean: "true or false"
        case .integer(let range):
            range == Self.anyInteger ? "an integer" : "an integer from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
        case .string(let length): "text of at most \(length) bytes without line breaks and control characters"
        case .text(let length): "text of at most \(length) bytes, in any number of lines"
        case .choice(let words): "one of \(words.joined(separator: ", "))"
        case .size: "a size such as 1280x720 (32x32 to 4096x2304, both even)"
        case .list(let element, let count): "a list of at most \(count), each \(element.expectation)"
        case .object(let fields): "an object with \(fields.map(\.name).joined(separator: ", "))"
        case .any: "any value"
        }
    }

    /// All of `Int64`.
    package static let anyInteger = Int64.min...Int64.max

    /// The value in its one normal form (a choice as the table spells it, an integer where one is meant), or nil when
    /// it is not of this type.
    package func normalized(_ value: JSONValue) -> JSONValue? {
        switch self {
        case .any:
            return value
        case .boolean:
            guard let flag = value.boolValue else { return nil }
            return .bool(flag)
        case .integer(let range):
            guard let number = value.integerValue, range.contains(number) else { return nil }
            return .integer(number)
        case .number(let range):
            guard let number = value.doubleValue, range.contains(number) else { return nil }
            return .double(number)
        case .string(let length):
            guard let text = value.stringValue, text.utf8.count <= length,
                !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
            else { return nil }
            return .string(text)
        case .text(let length):
            guard let text = value.stringValue, text.utf8.count <= length, !text.utf8.contains(0) else { return nil }
            return value
        case .object(let fields):
            return Self.normalized(value, fields)
        case .choice(let words):
            guard let text = value.stringValue ?? value.integerValue.map(String.init) else { return nil }
            let folded = text.lowercased()
            guard let word = words.first(where: { $0.lowercased() == folded }) else { return nil }
            return .string(word)
        case .size:
            guard let text = value.stringValue, let size = PictureSize(parsing: text) else { return nil }
            return .string(size.description)
        case .list(let element, let count):
            guard let elements = value.arrayValue, elements.count <= count else { return nil }
            var normal: [JSONValue] = []
            for value in elements {
                guard let value = element.normalized(value) else { return nil }
                normal.append(value)
            }
            return .array(normal)
        }
    }

    /// The first element that keeps a list from being of this type, with what it should have been; nil when it is not
    /// one element that is wrong.
    func wrongElement(of value: JSONValue) -> (value: JSONValue, type: ControlValueType)? {
        guard case .list(let element, _) = self, let elements = value.arrayValue else { return nil }
        return elements.first { element.normalized($0) == nil }.map { ($0, element) }
    }

    /// The members that `describe` shows for the type.
    package var description: [String: JSONValue] {
        switch self {
        case .boolean: return ["type": "boolean"]
        case .integer(let range):
            guard range != Self.anyInteger else { return ["type": "integer"] }
            return ["type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)]
        case .number(let range):
            return ["type": "number", "minimum": .double(range.lowerBound), "maximum": .double(range.upperBound)]
        case .string(let length): return ["type": "string", "maximum_length": JSONValue(length)]
        case .text(let length): return ["type": "text", "maximum_length": JSONValue(length)]
        case .object(let fields): return ["type": "object", "members": .array(fields.map(\.json))]
        case .choice(let words): return ["type": "string", "allowed": .array(words.map(JSONValue.string))]
        case .size: return ["type": "size"]
        case .list(let element, let count):
            return ["type": "list", "element": .object(element.description), "maximum_count": JSONValue(count)]
        case .any: return ["type": "any"]
        }
    }
}

extension ControlValueType {
    /// An object whose members are all known and of their types, the required ones there.
    private static func normalized(_ value: JSONValue, _ fields: [ControlField]) -> JSONValue? {
        guard let given = value.objectValue else { return nil }
        var normal: [String: JSONValue] = [:]
        for field in fields {
            guard let member = given[field.name] else {
                guard !field.isRequired else { return nil }
                continue
            }
            guard let member = field.type.normalized(member) else { return nil }
            normal[field.name] = member
        }
        return given.keys.allSatisfy { name in fields.contains { $0.name == name } } ? .object(normal) : nil
    }
}
