/// Why the directory did not do something. The description is one plain sentence for people, problems of an import a
/// line each.
package enum DirectoryError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is no entry of that number.
    case unknownEntry(Int64)
    /// There is no call of that number in the history.
    case unknownCall(Int64)
    /// A field holds what it may not; the problem is a phrase that begins with "expected".
    case invalid(field: String, problem: String)
    /// The address is in the directory already.
    case taken(address: String, by: String, id: Int64)
    /// What was to be imported is wrong in these places, at most a few of them.
    case malformed([ImportProblem])
    /// The store cannot be used.
    case store(StoreTrouble)

    package var description: String {
        switch self {
        case .unknownEntry(let id): "There is no entry \(id) in the directory; directory.search lists them."
        case .unknownCall(let id): "There is no call \(id) in the history; history.list lists them."
        case .invalid(let field, let problem): "\(field): \(problem)."
        case .taken(let address, let name, let id):
            "\(address) is in the directory already, as \(name) (entry \(id))."
        case .malformed(let problems): problems.map(\.description).joined(separator: "\n")
        case .store(let trouble): trouble.description
        }
    }
}

/// One thing that is wrong with a file of contacts.
package struct ImportProblem: Sendable, Equatable, CustomStringConvertible {
    /// Counted from 1.
    package let line: Int
    /// The field or property, such as "address" or "FN"; empty for the line as a whole.
    package let field: String
    /// What is wrong, a phrase without a point at its end.
    package let problem: String

    package init(line: Int, field: String, problem: String) {
        self.line = line
        self.field = field
        self.problem = problem
    }

    package var description: String {
        field.isEmpty ? "Line \(line): \(problem)." : "Line \(line), \(field): \(problem)."
    }
}

/// What is wrong with the file that keeps the directory.
package struct StoreTrouble: Sendable, Equatable, CustomStringConvertible {
    package enum Kind: Sendable, Equatable {
        case full
        case readOnly
        case damaged
        /// Another program holds it.
        case busy
        /// A newer Convene wrote it.
        case tooNew
        /// It is there, but is no directory of Convene's.
        case foreign
        case unavailable
    }

    package let kind: Kind
    package let path: String
    /// What the system or SQLite says about it.
    package let detail: String

    package init(_ kind: Kind, path: String, detail: String) {
        self.kind = kind
        self.path = path
        self.detail = detail
    }

    package var description: String {
        let remedy =
            switch kind {
            case .full: "is full; make room on the disk or remove entries"
            case .readOnly: "cannot be written"
            case .damaged: "is damaged; move it away and the room begins a new one"
            case .busy: "is held by another program; try again"
            case .tooNew: "was written by a newer Convene; update this one"
            case .foreign: "is no directory of Convene's; name another file in room.yaml at directory.file"
            case .unavailable: "cannot be used"
            }
        return "The directory \(path) \(remedy) (\(detail)). Calls go on."
    }
}
