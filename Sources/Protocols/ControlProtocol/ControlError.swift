/// Why a request was refused: a code for programs and one sentence for people (JSON-RPC 2.0 §5.1).
package struct ControlError: Error, Sendable, Equatable, CustomStringConvertible {
    package let code: ControlErrorCode
    /// One plain sentence: what is wrong, where, what to do.
    package let message: String
    /// More for programs, when there is more.
    package let data: JSONValue?

    package init(_ code: ControlErrorCode, _ message: String, data: JSONValue? = nil) {
        self.code = code
        self.message = message
        self.data = data
    }

    package var description: String { "\(message) (code \(code.rawValue))" }

    /// The `error` member of an answer.
    package var json: JSONValue {
        var json: JSONValue = ["code": .integer(Int64(code.rawValue)), "message": .string(message)]
        if let data { json["data"] = data }
        return json
    }
}

/// The codes of the control socket: those of JSON-RPC 2.0, and our own from 1000 up, a range that JSON-RPC leaves to
/// applications. A code never changes its meaning.
package struct ControlErrorCode: RawRepresentable, Sendable, Hashable {
    package let rawValue: Int

    package init(rawValue: Int) {
        self.rawValue = rawValue
    }

    // JSON-RPC 2.0 §5.1
    package static let parseError = ControlErrorCode(rawValue: -32700)
    package static let invalidRequest = ControlErrorCode(rawValue: -32600)
    package static let methodNotFound = ControlErrorCode(rawValue: -32601)
    package static let invalidParameters = ControlErrorCode(rawValue: -32602)
    package static let internalError = ControlErrorCode(rawValue: -32603)

    // Our own
    package static let notPermitted = ControlErrorCode(rawValue: 1001)
    package static let notFound = ControlErrorCode(rawValue: 1002)
    package static let wrongState = ControlErrorCode(rawValue: 1003)
    package static let busy = ControlErrorCode(rawValue: 1004)
    package static let deviceMissing = ControlErrorCode(rawValue: 1005)
    package static let notSupported = ControlErrorCode(rawValue: 1006)
    package static let callFailed = ControlErrorCode(rawValue: 1007)
    package static let invalidConfiguration = ControlErrorCode(rawValue: 1008)
    package static let inputOutput = ControlErrorCode(rawValue: 1009)
    package static let timedOut = ControlErrorCode(rawValue: 1010)
    package static let tooMany = ControlErrorCode(rawValue: 1011)
    package static let shuttingDown = ControlErrorCode(rawValue: 1012)

    /// Every code with its name and meaning, as `describe` prints them.
    package static let table: [(code: ControlErrorCode, name: String, summary: String)] = [
        (.parseError, "parse_error", "The line is not JSON; the message says at which column."),
        (.invalidRequest, "invalid_request", "The line is JSON but not a JSON-RPC 2.0 request, or it is too long."),
        (.methodNotFound, "method_not_found", "There is no method of that name; describe lists them."),
        (.invalidParameters, "invalid_parameters", "A parameter is missing, unknown or outside its range."),
        (.internalError, "internal_error", "The terminal failed at something that should not fail; see its log."),
        (.notPermitted, "not_permitted", "The caller's role does not reach; the message names the role it takes."),
        (.notFound, "not_found", "Nothing stands at that path, or there is no such call, control or subscription."),
        (.wrongState, "wrong_state", "That cannot be done now, such as answering when nobody calls."),
        (.busy, "busy", "As many calls as the room takes are up."),
        (.deviceMissing, "device_missing", "The camera, microphone, speaker or screen that it takes is not there."),
        (.notSupported, "not_supported", "This board or device cannot do that."),
        (.callFailed, "call_failed", "The other side refused or did not answer; the message has its reason."),
        (.invalidConfiguration, "invalid_configuration", "The setting is unknown or its value is not allowed."),
        (.inputOutput, "input_output", "A file could not be read or written; the message names the call and the code."),
        (.timedOut, "timed_out", "It took too long and was given up."),
        (.tooMany, "too_many", "The client holds as many subscriptions or sent as big a batch as it may."),
        (.shuttingDown, "shutting_down", "The terminal is going down and takes no more requests."),
    ]

    /// The name for programs, such as `not_found`; "error" for a code that is in no table.
    package var name: String {
        Self.table.first { $0.code == self }?.name ?? "error"
    }
}
