extension RoomFacts {
    /// What the room's maintenance page can tell.
    package struct Maintenance: Sendable, Equatable {
        /// A PIN opens it.
        package var isLocked: Bool
        /// Only behind a PIN, or while nobody has set the room up: whoever presses keys may be on the network.
        package var canErase: Bool
        package var work: Work

        package init(isLocked: Bool = false, canErase: Bool = true, work: Work = .none) {
            self.isLocked = isLocked
            self.canErase = canErase
            self.work = work
        }
    }

    /// What was asked for last, and what has become of it.
    package enum Work: Sendable, Equatable {
        case none
        case readingLogs, writingDiagnostics, erasing
        /// The file's name on the stick.
        case diagnosticsWritten(String)
        case noStick
        /// With what is known about it, in English.
        case failed(String)

        /// As status names it.
        package var name: String {
            switch self {
            case .none: "none"
            case .readingLogs: "reading_logs"
            case .writingDiagnostics: "writing_diagnostics"
            case .erasing: "erasing"
            case .diagnosticsWritten: "diagnostics_written"
            case .noStick: "no_stick"
            case .failed: "failed"
            }
        }

        /// Whether it goes on, and nothing else is begun.
        package var isGoingOn: Bool {
            switch self {
            case .readingLogs, .writingDiagnostics, .erasing: true
            case .none, .diagnosticsWritten, .noStick, .failed: false
            }
        }

        /// The file's name, or why it failed.
        package var detail: String? {
            switch self {
            case .diagnosticsWritten(let text), .failed(let text): text
            default: nil
            }
        }
    }
}
