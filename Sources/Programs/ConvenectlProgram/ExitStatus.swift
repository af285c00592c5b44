import ArgumentParser
import ControlClient

/// The exit codes, those of sysexits(3) where there is one. They are documented in `--help` and do not change.
enum ExitStatus {
    static let refused = ExitCode(1)
    static let usage = ExitCode(64)
    static let unavailable = ExitCode(69)
    static let software = ExitCode(70)
    static let inputOutput = ExitCode(74)
    static let timedOut = ExitCode(75)

    static let summary = """
        0 done; 1 the terminal said no, or the call did not come about; 64 wrong command line; 69 the terminal \
        cannot be reached, or there is no USB stick; 70 its answer makes no sense; 74 a file could not be read or \
        written; 75 no answer in time
        """

    static func code(for error: ControlClientError) -> ExitCode {
        switch error {
        case .refused: refused
        case .cannotConnect, .closed: unavailable
        case .timedOut: timedOut
        case .protocolViolation: software
        case .system: inputOutput
        }
    }
}
