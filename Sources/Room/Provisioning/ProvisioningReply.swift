package import ControlProtocol
import LinuxSystem
import RoomConfiguration

/// What came of a request: for people, for programs, and as an exit code.
package struct ProvisioningReply: Sendable, Equatable {
    /// 0, or an exit code as sysexits(3) has them.
    package let status: Int32
    /// For programs, one line.
    package let json: JSONValue
    /// What goes to standard output for people, with its line ends.
    package let text: String
    /// One or more lines for standard error, without the last line end; empty when all went well.
    package let errors: String

    package init(_ json: JSONValue, text: String, errors: String = "", status: Int32 = 0) {
        var json = json
        json["ok"] = .bool(status == 0)
        self.json = json
        self.text = text
        self.errors = errors
        self.status = status
    }

    package init(_ error: ProvisioningError) {
        var details: JSONValue = ["code": .string(error.code), "message": .string(error.description)]
        switch error {
        case .invalid(let error):
            details["issues"] = .array(
                error.issues.map {
                    [
                        "line": $0.line.map { JSONValue($0) } ?? .null,
                        "column": $0.column.map { JSONValue($0) } ?? .null,
                        "message": .string($0.message),
                    ]
                })
        case .conflict(_, let current?): details["current"] = current.json
        default: break
        }
        self.init(["error": details], text: "", errors: error.description, status: Self.status(of: error))
    }

    private static func status(of error: ProvisioningError) -> Int32 {
        switch error {
        case .usage: 64
        case .invalid: 65
        case .system: 71
        case .disk: 74
        case .busy, .conflict, .pending, .cut: 75
        case .noPending, .noRevision, .damaged: 1
        }
    }
}

extension Revision {
    /// One line for people.
    package var line: String {
        "revision \(number), \(UTCTime.text(time)), \(author)" + (message.isEmpty ? "" : ": \(message)")
    }
}
