import PeerSupport

/// A Swift file of the package, line by line.
struct SourceFile: Sendable {
    /// From the package's folder.
    let path: String
    let lines: [Substring]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// All Swift files under a folder.
    static func all(under folder: String) throws -> [SourceFile] {
        try entries(of: folder).flatMap { name -> [SourceFile] in
            let path = "\(folder)/\(name)"
            if name.hasSuffix(".swift") { return [SourceFile(path: path, text: try readText(path))] }
            return name.contains(".") ? [] : try all(under: path)
        }
    }

    /// The lines, without comments, that `pattern` is found in, as "path:line: text".
    ///
    /// Only lines with one of `words` are looked at closely: a regular expression is slow.
    func hits(_ words: String..., pattern: some RegexComponent) -> [String] {
        lines.enumerated().compactMap { index, line in
            !words.contains(where: line.utf8.holds) || code(line).firstMatch(of: pattern) == nil
                ? nil : "\(path):\(index + 1): \(line)"
        }
    }

    /// The modules that it imports.
    var imports: [String] {
        lines.filter { $0.utf8.holds("import ") }.compactMap { line in
            line.firstMatch(of: /^(?:@\w+ )?(?:package |internal |private )?import (\w+)/).map { String($0.1) }
        }
    }

    /// A line up to its comment. A "//" within a string ends it too early, which no rule here minds.
    private func code(_ line: Substring) -> Substring {
        line[..<(line.firstRange(of: "//")?.lowerBound ?? line.endIndex)]
    }
}

extension Substring.UTF8View {
    /// Whether these bytes hold those of `word`.
    fileprivate func holds(_ word: String) -> Bool {
        let wanted = Array(word.utf8)
        let bytes = Array(self)
        guard bytes.count >= wanted.count, let first = wanted.first else { return false }
        for start in 0...(bytes.count - wanted.count) where bytes[start] == first {
            if bytes[start..<start + wanted.count].elementsEqual(wanted) { return true }
        }
        return false
    }
}
