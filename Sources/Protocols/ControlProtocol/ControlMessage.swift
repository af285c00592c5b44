/// The identity of a request, which its answer repeats (JSON-RPC 2.0 §4): a string, a number or null.
package enum ControlRequestID: Sendable, Hashable {
    case null
    case integer(Int64)
    case string(String)

    /// Nil for a value that JSON-RPC does not allow as an id, and for a number with a fraction, which it advises against.
    package init?(json: JSONValue) {
        switch json {
        case .null: self = .null
        case .string(let text): self = .string(text)
        default:
            guard let number = json.integerValue else { return nil }
            self = .integer(number)
        }
    }

    package var json: JSONValue {
        switch self {
        case .null: .null
        case .integer(let value): .integer(value)
        case .string(let value): .string(value)
        }
    }
}

/// One request as it came, before the method's table was asked.
package struct ControlMessage: Sendable, Equatable {
    /// Nil for a notification, which gets no answer.
    package let id: ControlRequestID?
    package let method: String
    package let parameters: JSONValue?

    package init(id: ControlRequestID?, method: String, parameters: JSONValue? = nil) {
        self.id = id
        self.method = method
        self.parameters = parameters
    }

    /// Reads one request object.
    package init(json: JSONValue) throws(ControlError) {
        guard let members = json.objectValue else {
            throw ControlError(.invalidRequest, "A request has to be an object, found \(json.kindName).")
        }
        guard members["jsonrpc"]?.stringValue == "2.0" else {
            throw ControlError(.invalidRequest, "A request has to hold \"jsonrpc\": \"2.0\".")
        }
        guard let method = members["method"]?.stringValue else {
            throw ControlError(.invalidRequest, "A request has to hold \"method\" with a name as text.")
        }
        var id: ControlRequestID?
        if let given = members["id"] {
            guard let known = ControlRequestID(json: given) else {
                throw ControlError(.invalidRequest, "An id has to be text, an integer or null.")
            }
            id = known
        }
        let known: Set = ["jsonrpc", "method", "id", "params"]
        if let stranger = members.keys.sorted().first(where: { !known.contains($0) }) {
            throw ControlError(
                .invalidRequest,
                "A request holds jsonrpc, id, method and params, found \(ControlField.shortened(.string(stranger))).")
        }
        self.init(id: id, method: method, parameters: members["params"])
    }

    /// The method and its checked parameters.
    package func resolved() throws(ControlError) -> (method: ControlMethod, parameters: ControlParameters) {
        guard let method = ControlMethod(rawValue: method) else {
            var message = "There is no method \(ControlField.shortened(.string(self.method)))"
            if let nearest = Spelling.nearest(to: self.method, among: ControlMethod.allCases.map(\.rawValue)) {
                message += "; did you mean \(nearest)?"
            } else {
                message += "; describe lists them."
            }
            throw ControlError(.methodNotFound, message)
        }
        return (method, try ControlParameters(checking: parameters, for: method))
    }

    /// The request as JSON.
    package var json: JSONValue {
        var json: JSONValue = ["jsonrpc": "2.0", "method": .string(method)]
        if let id { json["id"] = id.json }
        if let parameters { json["params"] = parameters }
        return json
    }

    /// The answer to a request (JSON-RPC 2.0 §5).
    package static func answer(id: ControlRequestID, result: Result<JSONValue, ControlError>) -> JSONValue {
        switch result {
        case .success(let value): ["jsonrpc": "2.0", "id": id.json, "result": value]
        case .failure(let error): ["jsonrpc": "2.0", "id": id.json, "error": error.json]
        }
    }

    /// The notification that carries the changes of a subscription.
    package static func statusChanged(
        subscription: Int64, sequence: Int64, changes: [StatusChange]
    ) -> JSONValue {
        [
            "jsonrpc": "2.0",
            "method": .string(ControlMethod.statusChanged),
            "params": [
                "subscription": .integer(subscription),
                "sequence": .integer(sequence),
                "changes": .array(changes.map(\.json)),
            ],
        ]
    }
}

/// What stands on one line from a client: a request, or a batch of them (JSON-RPC 2.0 §6).
package enum ControlLine: Sendable, Equatable {
    case single(Result<ControlMessage, ControlError>, id: ControlRequestID)
    case batch([(message: Result<ControlMessage, ControlError>, id: ControlRequestID)])

    /// As many requests as one batch may hold.
    package static let maximumBatch = 64

    /// Reads a line. `number` is the line's number on this connection, for the message of an error.
    ///
    /// Each message comes with the id that an answer to it carries: its own, or null where none can be read.
    package init(parsing line: [UInt8], number: Int) throws(ControlError) {
        let json: JSONValue
        do throws(JSONParseError) {
            json = try JSONValue(parsing: line)
        } catch {
            throw ControlError(
                .parseError, "Line \(number), \(error).",
                data: ["line": JSONValue(number), "column": JSONValue(error.offset + 1)])
        }
        guard case .array(let elements) = json else {
            let (message, id) = Self.read(json, number: number)
            self = .single(message, id: id)
            return
        }
        guard !elements.isEmpty else {
            throw ControlError(.invalidRequest, "Line \(number): a batch has to hold at least one request.")
        }
        guard elements.count <= Self.maximumBatch else {
            throw ControlError(
                .tooMany, "Line \(number): a batch may hold \(Self.maximumBatch) requests, found \(elements.count).")
        }
        self = .batch(elements.map { Self.read($0, number: number) })
    }

    private static func read(
        _ json: JSONValue, number: Int
    ) -> (message: Result<ControlMessage, ControlError>, id: ControlRequestID) {
        do throws(ControlError) {
            let message = try ControlMessage(json: json)
            return (.success(message), message.id ?? .null)
        } catch {
            let located = ControlError(
                error.code, "Line \(number): \(error.message)", data: ["line": JSONValue(number)])
            return (.failure(located), json["id"].flatMap(ControlRequestID.init(json:)) ?? .null)
        }
    }

    package static func == (left: ControlLine, right: ControlLine) -> Bool {
        switch (left, right) {
        case (.single(let leftMessage, let leftID), .single(let rightMessage, let rightID)):
            leftMessage == rightMessage && leftID == rightID
        case (.batch(let leftMessages), .batch(let rightMessages)):
            leftMessages.elementsEqual(rightMessages) { $0.message == $1.message && $0.id == $1.id }
        default: false
        }
    }
}
