import ControlProtocol
import Directory
import LinuxSystem

/// Entries, calls and errors of the directory as the control socket shows them.
enum ContactFormatting {
    static func entry(_ entry: DirectoryEntry) -> JSONValue {
        var json: JSONValue = [
            "id": .integer(entry.id), "name": JSONValue(entry.name), "address": JSONValue(entry.address),
            "favourite": JSONValue(entry.isFavourite),
        ]
        if let note = entry.note { json["note"] = JSONValue(note) }
        return json
    }

    static func call(_ call: HistoryEntry) -> JSONValue {
        [
            "id": .integer(call.id), "name": JSONValue(call.name), "address": JSONValue(call.address),
            "direction": JSONValue(call.direction.rawValue), "outcome": JSONValue(call.outcome.rawValue),
            "started": JSONValue(UTCTime.text(call.started)), "seconds": JSONValue(call.seconds),
            "seen": JSONValue(call.isSeen),
        ]
    }

    static func problem(_ problem: ImportProblem) -> JSONValue {
        [
            "line": JSONValue(problem.line), "field": JSONValue(problem.field),
            "problem": JSONValue(problem.problem),
        ]
    }

    static func error(_ error: DirectoryError) -> ControlError {
        switch error {
        case .unknownEntry, .unknownCall: ControlError(.notFound, error.description)
        case .invalid(let field, _):
            ControlError(.invalidParameters, error.description, data: ["parameter": JSONValue(field)])
        case .taken(_, _, let id): ControlError(.wrongState, error.description, data: ["id": .integer(id)])
        case .malformed(let problems):
            ControlError(
                .invalidParameters, "Nothing was imported. \(error.description)",
                data: ["problems": .array(problems.map(Self.problem))])
        case .store: ControlError(.inputOutput, error.description)
        }
    }
}
