import Glibc
package import Logging

/// Lines for the person or the journal at the other end of standard error.
package enum StandardError {
    package static func write(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        // One write a line, so that lines of several threads do not mix.
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }
}

/// Log lines as "level label: message key=value …"; the journal adds the time.
package struct StandardErrorLogHandler: LogHandler {
    package let label: String
    package var logLevel = Logger.Level.info
    package var metadata: Logger.Metadata = [:]

    package init(label: String) { self.label = label }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let values = all.sorted { $0.key < $1.key }.map { " \($0.key)=\(Self.quoted("\($0.value)"))" }.joined()
        StandardError.write("\(event.level) \(label): \(event.message)\(values)")
    }

    /// Values with spaces stand in quotes; control characters are told as dots, so that nobody writes our log for us.
    private static func quoted(_ value: String) -> String {
        let clean = String(value.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? "." : Character($0) })
        return clean.contains(" ") || clean.isEmpty ? "\"\(clean)\"" : clean
    }
}
