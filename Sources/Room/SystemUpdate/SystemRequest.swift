/// What an admin who is not root may have done by the box's own service: the words of a convenectl command, checked
/// against a list. One line a request, the words with tabs between them.
package enum SystemRequest {
    package static let socketPath = "/run/convene-system.sock"
    package static let maximumLength = 4096
    /// The last line of an answer begins with it; the exit status follows.
    package static let end = "\u{1}exit "

    /// What is printed right before the box restarts: an answer that ends after it has ended well.
    package static let restarting = "Restarting."

    /// The words when they may be run; nil otherwise.
    package static func words(in line: String) -> [String]? {
        guard line.utf8.count <= maximumLength else { return nil }
        let words = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        guard words.allSatisfy({ isPlain($0) }) else { return nil }
        switch (words.first, words.dropFirst().first) {
        case ("update", "status"), ("update", "check"), ("update", "install"), ("update", "rollback"): return words
        case ("factory-reset", "--yes") where words.count == 2: return words
        case ("restart", nil),
            ("restart", "--in-call") where words.count <= 2:
            return words
        default: return nil
        }
    }

    package static func line(_ words: [String]) -> String { words.joined(separator: "\t") }

    /// No control characters: what is printed of it must not move a terminal's cursor.
    private static func isPlain(_ word: String) -> Bool {
        !word.isEmpty && word.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    }
}
