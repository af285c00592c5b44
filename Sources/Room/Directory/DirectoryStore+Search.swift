extension DirectoryStore {
    /// Entries that hold every word of the query, the likeliest first.
    ///
    /// Words of three letters and more go to the trigram index; shorter ones are looked for in the index that has the
    /// order, which ends as soon as enough are found.
    func search(_ query: String, limit: Int) throws(DirectoryError) -> [DirectoryEntry] {
        let words = FoldedText.words(query)
        let order = "ORDER BY entry.favourite DESC, entry.used DESC"
        guard !words.isEmpty else {
            return try entries(
                "SELECT \(Self.columns) FROM entry \(order), entry.folded LIMIT ?1", [SQLiteValue(limit)])
        }
        let long = words.filter { $0.unicodeScalars.count >= 3 }
        let short = words.filter { $0.unicodeScalars.count < 3 }
        var values = [SQLiteValue(limit), SQLiteValue(words.joined(separator: " "))]
        var conditions: [String] = []
        var source = "entry"
        if !long.isEmpty {
            source = "entry_text JOIN entry ON entry.id = entry_text.rowid"
            // FTS5 §3.2: a string in double quotes, its own doubled.
            values.append(
                SQLiteValue(long.map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: " AND ")))
            conditions.append("entry_text MATCH ?\(values.count)")
        }
        for word in short {
            values.append(SQLiteValue(word))
            conditions.append("instr(entry.folded, ?\(values.count)) > 0")
        }
        let rank = """
            CASE WHEN substr(entry.folded, 1, length(?2)) = ?2 THEN 0
                 WHEN instr(entry.folded, ' ' || ?2) > 0 THEN 1 ELSE 2 END
            """
        return try entries(
            """
            SELECT \(Self.columns) FROM \(source) WHERE \(conditions.joined(separator: " AND "))
            \(order), \(rank), entry.folded LIMIT ?1
            """, values)
    }
}
