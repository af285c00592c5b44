/// A JSON text in memory (RFC 8259).
///
/// Why a JSON of our own: the coders of FoundationEssentials turn JSON into Swift types known at compile time, but the
/// control socket carries trees whose shape the room decides (status, configuration), in which an integer has to stay an
/// integer and an error has to name its place in the line. Linking them would also cost an idle room memory it does not
/// have to spend. `JSONParser` and `JSONSerializer` are the two halves.
package enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    /// A number written without fraction and exponent that fits in 64 bits.
    case integer(Int64)
    /// Any other number; never infinite, never NaN when it came from a parser.
    case double(Double)
    case string(String)
    case array([JSONValue])
    /// Members without order. A text that repeats a name is rejected (RFC 7493 §2.3).
    case object([String: JSONValue])
}

extension JSONValue {
    /// The empty object.
    package static let emptyObject = JSONValue.object([:])

    package var isNull: Bool { self == .null }

    /// The truth value, nil for any other kind.
    package var boolValue: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// The integer; a double without fraction that fits counts as one, since many JSON writers know doubles only.
    package var integerValue: Int64? {
        switch self {
        case .integer(let value): value
        case .double(let value): Int64(exactly: value)
        default: nil
        }
    }

    /// The number, whether it was written as an integer or with a fraction.
    package var doubleValue: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    package var stringValue: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    package var arrayValue: [JSONValue]? {
        guard case .array(let value) = self else { return nil }
        return value
    }

    package var objectValue: [String: JSONValue]? {
        guard case .object(let value) = self else { return nil }
        return value
    }

    /// The member of that name; nil when there is none or when this is no object.
    /// Setting makes an object of any other kind; setting nil removes the member.
    package subscript(name: String) -> JSONValue? {
        get { objectValue?[name] }
        set {
            var members = objectValue ?? [:]
            members[name] = newValue
            self = .object(members)
        }
    }

    /// The element at that index; nil outside the array and for any other kind.
    package subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// What a person calls this kind of value ("an integer"), for sentences.
    package var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer: "an integer"
        case .double: "a number with a fraction"
        case .string: "a string"
        case .array: "a list"
        case .object: "an object"
        }
    }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(nilLiteral: ()) { self = .null }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(floatLiteral value: Double) { self = .double(value) }
    package init(stringLiteral value: String) { self = .string(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// The last of two members with one name wins.
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { $1 }))
    }
}

extension JSONValue {
    /// An integer of any width; one beyond 64 signed bits becomes a double.
    package init(_ value: some BinaryInteger) {
        self = Int64(exactly: value).map(JSONValue.integer) ?? .double(Double(value))
    }

    package init(_ value: Double) { self = .double(value) }
    package init(_ value: Bool) { self = .bool(value) }
    package init(_ value: String) { self = .string(value) }

    /// The value, or null for nil.
    package init(optional value: JSONValue?) { self = value ?? .null }
}
