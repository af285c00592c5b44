import ControlProtocol

/// Values as a person reads them on a terminal.
enum Printable {
    /// Text without anything that would steer a terminal: what the other side calls itself may hold anything.
    static func text(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var result = ""
        for scalar in text.unicodeScalars { result.unicodeScalars.append(isControl(scalar) ? "\u{FFFD}" : scalar) }
        return result
    }

    /// C0, DEL, C1, and what turns the direction of writing around.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// One value on one line; lists in brackets, nothing as a dash.
    static func value(_ value: JSONValue) -> String {
        switch value {
        case .null: "-"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .double(let value): number(value)
        case .string(let value): value.isEmpty ? "\"\"" : text(value)
        case .array(let elements): "[\(elements.map(Self.value).joined(separator: ", "))]"
        case .object: text(value.serialized)
        }
    }

    /// At most three places behind the point, none for whole numbers.
    private static func number(_ value: Double) -> String {
        guard value.magnitude < 1e15 else { return String(value) }
        let thousandths = (value * 1000).rounded()
        let sign = thousandths < 0 ? "-" : ""
        let magnitude = Int64(thousandths.magnitude)
        let fraction = magnitude % 1000
        guard fraction != 0 else { return "\(sign)\(magnitude / 1000)" }
        var digits = String(fraction + 1000).dropFirst()
        while digits.last == "0" { digits = digits.dropLast() }
        return "\(sign)\(magnitude / 1000).\(digits)"
    }

    /// Each leaf below a value with its path, in the order of the tree. Lists of plain values are one leaf.
    static func leaves(_ value: JSONValue, path: StatusPath = .root) -> [(path: String, value: String)] {
        switch value {
        case .object(let members) where !members.isEmpty:
            return members.keys.sorted(by: StatusPath.comesBefore).flatMap {
                leaves(members[$0] ?? .null, path: path.appending($0))
            }
        case .array(let elements) where elements.contains(where: \.isContainer):
            return elements.enumerated().flatMap { leaves($1, path: path.appending(String($0))) }
        case .object: return [(text(path.description), "-")]
        default: return [(text(path.description), Self.value(value))]
        }
    }

    /// A tree as two columns, or the bare value when there is only one.
    static func tree(_ value: JSONValue, path: StatusPath = .root) -> String {
        guard value.isContainer else { return Self.value(value) }
        let leaves = leaves(value, path: path)
        guard !leaves.isEmpty else { return "" }
        return Table(rows: leaves.map { [$0.path, $0.value] }).text
    }
}

extension JSONValue {
    /// Whether it holds other values.
    var isContainer: Bool {
        switch self {
        case .array, .object: true
        default: false
        }
    }
}
