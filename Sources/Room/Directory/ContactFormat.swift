/// How contacts are written in a file.
package enum ContactFormat: String, Sendable, CaseIterable {
    /// vCard 3.0 (RFC 2426) and 4.0 (RFC 6350) are read, 4.0 is written.
    case vcard
    /// RFC 4180 with a header line: name and address, and favourite and note where they are given.
    case csv

    /// Reads a whole file. What is wrong with it is in the error, with line and field, the first few of it.
    package func read(_ text: String) throws(DirectoryError) -> ContactFile {
        switch self {
        case .vcard:
            var reader = VCardReader(text)
            return try reader.read()
        case .csv:
            var reader = CSVContactReader(text)
            return try reader.read()
        }
    }

    /// A whole file.
    package func write(_ entries: [DirectoryEntry]) -> String {
        switch self {
        case .vcard: VCardWriter.write(entries)
        case .csv: CSVWriter.write(entries)
        }
    }
}

/// What a file of contacts holds.
package struct ContactFile: Sendable, Equatable {
    package var drafts: [DirectoryDraft] = []
    /// Contacts that have no address to call, with the reason: they are left out.
    package var skipped: [ImportProblem] = []

    package init(drafts: [DirectoryDraft] = [], skipped: [ImportProblem] = []) {
        self.drafts = drafts
        self.skipped = skipped
    }
}

/// The problems of a file, at most as many as a person reads.
struct ImportProblems {
    static let limit = 20

    private(set) var all: [ImportProblem] = []

    /// - Returns: whether reading on makes sense.
    mutating func add(_ line: Int, _ field: String, _ problem: String) -> Bool {
        all.append(ImportProblem(line: line, field: field, problem: problem))
        return all.count < Self.limit
    }

    func check() throws(DirectoryError) {
        guard all.isEmpty else { throw .malformed(all) }
    }
}
