extension JSONValue {
    /// The text in one line: no line break ever, so that it can stand alone on a line of the control socket.
    ///
    /// Members are in the order of their names, so that the same value gives the same text.
    package var serialized: String {
        String(decoding: serializedBytes, as: UTF8.self)
    }

    /// The bytes of `serialized`.
    package var serializedBytes: [UInt8] {
        var serializer = JSONSerializer(indentation: nil)
        serializer.append(self, level: 0)
        return serializer.bytes
    }

    /// The text over several lines, for people.
    package var prettyPrinted: String {
        var serializer = JSONSerializer(indentation: 2)
        serializer.append(self, level: 0)
        return String(decoding: serializer.bytes, as: UTF8.self)
    }
}

/// Writes one value as RFC 8259 asks. A double that is not finite, which JSON cannot say, becomes null.
struct JSONSerializer {
    private(set) var bytes: [UInt8] = []
    /// Spaces a level, nil for everything on one line.
    let indentation: Int?

    init(indentation: Int?) {
        self.indentation = indentation
    }

    mutating func append(_ value: JSONValue, level: Int) {
        switch value {
        case .null: append(ascii: "null")
        case .bool(let value): append(ascii: value ? "true" : "false")
        case .integer(let value): append(ascii: String(value))
        case .double(let value): append(ascii: value.isFinite ? value.description : "null")
        case .string(let value): append(string: value)
        case .array(let elements):
            appendContainer(open: "[", close: "]", count: elements.count, level: level) { serializer, index in
                serializer.append(elements[index], level: level + 1)
            }
        case .object(let members):
            let names = members.keys.sorted(by: StatusPath.comesBefore)
            appendContainer(open: "{", close: "}", count: names.count, level: level) { serializer, index in
                serializer.append(string: names[index])
                serializer.append(ascii: serializer.indentation == nil ? ":" : ": ")
                serializer.append(members[names[index]] ?? .null, level: level + 1)
            }
        }
    }

    private mutating func appendContainer(
        open: String, close: String, count: Int, level: Int, element: (inout JSONSerializer, Int) -> Void
    ) {
        append(ascii: open)
        for index in 0..<count {
            if index > 0 { append(ascii: ",") }
            appendLineBreak(level: level + 1)
            element(&self, index)
        }
        if count > 0 { appendLineBreak(level: level) }
        append(ascii: close)
    }

    private mutating func appendLineBreak(level: Int) {
        guard let indentation else { return }
        bytes.append(0x0A)
        bytes.append(contentsOf: repeatElement(0x20, count: level * indentation))
    }

    private mutating func append(ascii text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func append(string: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x0A: append(ascii: "\\n")
            case 0x0D: append(ascii: "\\r")
            case 0x09: append(ascii: "\\t")
            case 0..<0x20, 0x7F:
                append(ascii: "\\u00")
                append(ascii: byte < 0x10 ? "0" : "")
                append(ascii: String(byte, radix: 16))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
