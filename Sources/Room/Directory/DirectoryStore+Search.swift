extension DirectoryStore {
    /// So many hits of the trigram index are sorted; of more, the walk through the order finds enough sooner.
    private static let sortedHits = 500

    /// Entries that hold every word of the query, the likeliest first.
    func search(_ query: String, limit: Int) throws(DirectoryError) -> [DirectoryEntry] {
        let words = FoldedText.words(query)
        guard !words.isEmpty else {
            return try entries(
                """
                SELECT \(Self.columns) FROM entry ORDER BY entry.favourite DESC, entry.used DESC, entry.folded LIMIT ?1
                """, [SQLiteValue(limit)])
        }
        let long = words.filter { $0.unicodeScalars.count >= 3 }
        if !long.isEmpty {
            // FTS5 §3.2: a string in double quotes, its own doubled.
            let match = long.map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: " AND ")
            let hits = try database.integer(
                "SELECT count(*) FROM (SELECT 1 FROM entry_text WHERE entry_text MATCH ?1 LIMIT ?2)",
                SQLiteValue(match), SQLiteValue(Self.sortedHits))
            if hits ?? 0 < Self.sortedHits { return try sortedHits(match, words, limit: limit) }
        }
        return try walk(words, limit: limit)
    }

    /// What stands before the name where the rank is the same: 0 for a name that begins with the query, 1 for a word.
    private static let rank = """
        CASE WHEN substr(entry.folded, 1, length(?2)) = ?2 THEN 0
             WHEN instr(entry.folded, ' ' || ?2) > 0 THEN 1 ELSE 2 END
        """

    /// The trigram index finds; what it finds is sorted.
    private func sortedHits(_ match: String, _ words: [String], limit: Int) throws(DirectoryError) -> [DirectoryEntry] {
        let (conditions, values) = Self.conditions(words, limit: limit)
        return try entries(
            """
            SELECT \(Self.columns) FROM entry_text JOIN entry ON entry.id = entry_text.rowid
            WHERE entry_text MATCH ?\(values.count + 1) AND \(conditions)
            ORDER BY entry.favourite DESC, entry.used DESC, \(Self.rank), entry.folded LIMIT ?1
            """, values + [SQLiteValue(match)])
    }

    /// Looks through the index that has the order, class by class, until enough are found: for what is short or common.
    private func walk(_ words: [String], limit: Int) throws(DirectoryError) -> [DirectoryEntry] {
        let neither = "entry.favourite = 0 AND entry.used = 0"
        // What begins with the query lies together; the last character is above all that folded text holds.
        let begins = "entry.folded >= ?2 AND entry.folded < ?2 || char(1114111)"
        let hasWord = "instr(entry.folded, ' ' || ?2) > 0"
        var found: [DirectoryEntry] = []
        for (kind, order) in [
            ("entry.favourite = 1", "entry.used DESC, \(Self.rank), entry.folded"),
            ("entry.favourite = 0 AND entry.used > 0", "entry.used DESC, \(Self.rank), entry.folded"),
            ("\(neither) AND \(begins)", "entry.folded"),
            ("\(neither) AND \(hasWord) AND NOT (\(begins))", "entry.folded"),
            ("\(neither) AND NOT \(hasWord) AND NOT (\(begins))", "entry.folded"),
        ] {
            let (conditions, values) = Self.conditions(words, limit: limit - found.count)
            found += try entries(
                """
                SELECT \(Self.columns) FROM entry INDEXED BY entry_by_rank WHERE \(kind) AND \(conditions)
                ORDER BY \(order) LIMIT ?1
                """, values)
            if found.count >= limit { break }
        }
        return found
    }

    /// That each word is there; `?1` is the limit, `?2` the whole query.
    private static func conditions(_ words: [String], limit: Int) -> (sql: String, values: [SQLiteValue]) {
        let places = words.indices.map { "instr(entry.folded, ?\($0 + 3)) > 0" }
        return (
            places.joined(separator: " AND "),
            [SQLiteValue(limit), SQLiteValue(words.joined(separator: " "))] + words.map { SQLiteValue($0) }
        )
    }
}
