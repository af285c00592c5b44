/// Why a session description could not be read.
package struct SDPError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The line, counted from 1.
    package let line: Int
    /// What should have stood there, for a person to read.
    package let expected: String
    /// The line as it came, cut at 80 characters.
    package let found: String

    init(line: Int, expected: String, found: String) {
        self.line = line
        self.expected = expected
        self.found = String(found.prefix(80))
    }

    package var description: String { "SDP line \(line): expected \(expected), found \"\(found)\"" }
}
