import ControlProtocol

/// What the room itself may have done by the system's own service (`convene-maintenance@.service`), for the maintenance
/// page of its screen: one word on a line. The answer is a line of JSON: `{"status":0,"said":"…"}`.
package enum MaintenanceRequest: String, Sendable, CaseIterable {
    /// The last lines of the journal of Convene's services.
    case logs
    /// `convenectl diagnostics` onto a USB stick.
    case diagnostics
    /// `convenectl factory-reset`.
    case erase

    package static let socketPath = "/run/convene-maintenance.sock"
    /// Of a request, in bytes.
    package static let maximumLength = 32
    /// Of an answer, in bytes.
    package static let maximumAnswer = 1 << 20

    /// A request as it came, without its line end; nil for anything else.
    package init?(line: [UInt8]) {
        guard line.count <= Self.maximumLength else { return nil }
        self.init(rawValue: String(decoding: line, as: UTF8.self))
    }

    /// What is run for it, as `convenectl`'s arguments.
    package var words: [String] {
        switch self {
        case .logs: ["logs", "--lines", "300"]
        case .diagnostics: ["diagnostics", "--usb", "--json"]
        case .erase: ["factory-reset", "--yes"]
        }
    }

    /// How long the room waits for the answer, and the service for what it runs.
    package var patience: Duration {
        switch self {
        case .logs: .seconds(30)
        case .diagnostics: .seconds(180)
        case .erase: .seconds(600)
        }
    }

    /// What came of a request.
    package struct Answer: Sendable, Equatable {
        /// An exit status of convenectl.
        package var status: Int
        /// What it printed, or why it failed.
        package var said: String

        package init(status: Int, said: String) {
            self.status = status
            self.said = said
        }

        /// Nil for what is none.
        package init?(parsing bytes: [UInt8]) {
            guard let json = try? JSONValue(parsing: bytes), let status = json["status"]?.integerValue,
                let said = json["said"]?.stringValue
            else { return nil }
            self.init(status: Int(clamping: status), said: said)
        }

        package var line: String {
            let json: JSONValue = ["status": JSONValue(status), "said": JSONValue(said)]
            return "\(json.serialized)\n"
        }
    }
}
