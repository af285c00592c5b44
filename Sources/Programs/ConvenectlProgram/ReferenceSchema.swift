import ControlProtocol

/// The control socket as a JSON Schema (draft 2020-12): every line that a client may send, and the notifications.
enum ReferenceSchema {
    static let schema: JSONValue = [
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Convene control socket",
        "description": "Requests and notifications, one JSON object a line. Made by convenectl describe --json-schema.",
        "anyOf": [["$ref": "#/$defs/request"], ["$ref": "#/$defs/notification"]],
        "$defs": .object(definitions),
    ]

    private static var definitions: [String: JSONValue] {
        var definitions: [String: JSONValue] = [
            "request": [
                "anyOf": .array(ControlMethod.allCases.map { ["$ref": .string("#/$defs/\($0.rawValue)")] })
            ],
            "notification": [
                "anyOf": .array(ControlMethod.notifications.map { ["$ref": .string("#/$defs/\($0.name)")] })
            ],
            "id": ["type": ["string", "integer", "null"], "description": "Repeated by the answer."],
            "error": [
                "type": "object",
                "properties": [
                    "code": ["enum": .array(ControlErrorCode.table.map { JSONValue($0.code.rawValue) })],
                    "message": ["type": "string"], "data": ["type": "object"],
                ],
                "required": ["code", "message"],
            ],
        ]
        for method in ControlMethod.allCases {
            definitions[method.rawValue] = request(method.description)
            definitions["\(method.rawValue).result"] = object(method.description.result, isOpen: true)
        }
        for (name, summary, fields) in ControlMethod.notifications {
            var parameters = object(fields, isOpen: false)
            if name == ControlMethod.eventNotification {
                parameters["properties"]?["data"] = [
                    "anyOf": .array(
                        ControlEventName.allCases.map { ["$ref": .string("#/$defs/event.\($0.rawValue)")] })
                ]
            }
            definitions[name] = message(name, summary, parameters, isNotification: true)
        }
        for event in ControlEventName.allCases {
            var data = object(event.fields, isOpen: true)
            data["description"] = .string(event.summary)
            definitions["event.\(event.rawValue)"] = data
        }
        return definitions
    }

    private static func request(_ description: ControlMethodDescription) -> JSONValue {
        var parameters = object(description.parameters, isOpen: false)
        if !description.alternatives.isEmpty {
            parameters["oneOf"] = .array(
                description.alternatives.map { ["required": .array($0.map(JSONValue.string))] })
        }
        var schema = message(description.method.rawValue, description.summary, parameters, isNotification: false)
        schema["x-role"] = .string(description.role.rawValue)
        schema["x-errors"] = .array(description.errors.map { .string($0.name) })
        schema["x-result"] = ["$ref": .string("#/$defs/\(description.method.rawValue).result")]
        return schema
    }

    private static func message(
        _ name: String, _ summary: String, _ parameters: JSONValue, isNotification: Bool
    ) -> JSONValue {
        var required: [JSONValue] = ["jsonrpc", "method"]
        let needsParameters = parameters["required"] != nil || parameters["oneOf"] != nil
        if needsParameters { required.append("params") }
        var properties: JSONValue = [
            "jsonrpc": ["const": "2.0"], "method": ["const": .string(name)], "params": parameters,
        ]
        if !isNotification { properties["id"] = ["$ref": "#/$defs/id"] }
        return [
            "type": "object", "description": .string(summary), "properties": properties,
            "required": .array(required), "additionalProperties": false,
        ]
    }

    /// - Parameter isOpen: whether more members may come in later versions.
    private static func object(_ fields: [ControlField], isOpen: Bool) -> JSONValue {
        var properties: [String: JSONValue] = [:]
        for field in fields { properties[field.name] = value(field) }
        var schema: JSONValue = ["type": "object", "properties": .object(properties)]
        let required = fields.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { schema["required"] = .array(required) }
        if !isOpen { schema["additionalProperties"] = false }
        return schema
    }

    private static func value(_ field: ControlField) -> JSONValue {
        var schema = type(field.type)
        schema["description"] = .string(field.unit.isEmpty ? field.summary : "\(field.summary) In \(field.unit).")
        if let value = field.defaultValue { schema["default"] = value }
        return schema
    }

    private static func type(_ type: ControlValueType) -> JSONValue {
        switch type {
        case .boolean: return ["type": "boolean"]
        case .integer(let range):
            var schema: JSONValue = ["type": "integer"]
            if range.lowerBound != .min { schema["minimum"] = .integer(range.lowerBound) }
            if range.upperBound != .max { schema["maximum"] = .integer(range.upperBound) }
            return schema
        case .number(let range):
            return ["type": "number", "minimum": .double(range.lowerBound), "maximum": .double(range.upperBound)]
        case .string(let length):
            return ["type": "string", "maxLength": JSONValue(length), "pattern": "^[^\\u0000-\\u001f\\u007f]*$"]
        case .text(let length): return ["type": "string", "maxLength": JSONValue(length)]
        case .choice(let words): return ["enum": .array(words.map(JSONValue.string))]
        case .size: return ["type": "string", "pattern": "^[0-9]+[xX×][0-9]+$"]
        case .list(let element, let count):
            return ["type": "array", "items": Self.type(element), "maxItems": JSONValue(count)]
        case .object(let fields): return object(fields, isOpen: true)
        case .any: return .emptyObject
        }
    }
}
