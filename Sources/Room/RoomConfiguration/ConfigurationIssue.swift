/// One thing that is wrong in a configuration file, and where.
package struct ConfigurationIssue: Sendable, Hashable, CustomStringConvertible {
    /// The file as the admin named it.
    package let file: String
    /// Counted from 1; nil when it concerns the file as a whole.
    package let line: Int?
    /// Characters, counted from 1.
    package let column: Int?
    /// What was expected, what was found, and what may have been meant.
    package let message: String

    package init(file: String, line: Int? = nil, column: Int? = nil, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }

    /// `file:line:column: message`, which editors jump to.
    package var description: String {
        guard let line else { return "\(file): \(message)" }
        return "\(file):\(line):\(column ?? 1): \(message)"
    }
}

/// All that is wrong in one file, in the order of the lines. Never empty.
package struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    package let issues: [ConfigurationIssue]

    package init(_ issues: [ConfigurationIssue]) {
        self.issues = issues.sorted { ($0.line ?? 0, $0.column ?? 0) < ($1.line ?? 0, $1.column ?? 0) }
    }

    /// One line an issue.
    package var description: String { issues.map(\.description).joined(separator: "\n") }
}
