import Glibc

/// Lines for the person or the journal at the other end of standard error, each written at once.
struct Journal: Sendable {
    enum Level: String, CaseIterable, Comparable, Sendable {
        case debug
        case info
        case warning
        case error

        static func < (left: Level, right: Level) -> Bool {
            (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
        }
    }

    let level: Level

    func log(_ level: Level, _ text: @autoclosure () -> String) {
        if level >= self.level { Self.write("\(level.rawValue) remote: \(text())") }
    }

    /// What ends the program, or keeps it from beginning.
    static func complain(_ text: String) { write("convene-remote: \(text)") }

    static func write(_ line: String) {
        // Names come from devices: they must not write lines of their own.
        let plain = line.unicodeScalars.map { $0.value < 0x20 && $0 != "\n" || $0.value == 0x7F ? "." : Character($0) }
        let bytes = Array((String(plain) + "\n").utf8)
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
}
