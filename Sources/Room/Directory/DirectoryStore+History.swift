extension DirectoryStore {
    /// Far ends may call themselves anything; so much of it is kept.
    private static let nameLimit = 256

    func record(_ call: FinishedCall, limit: Int) throws(DirectoryError) {
        let key = AddressKey(call.address)
        try database.transaction { () throws(DirectoryError) in
            try database.run(
                """
                INSERT INTO call (name, address, key, direction, outcome, started, seconds, seen)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                """, SQLiteValue(PlainText.cut(PlainText.clean(call.name), to: Self.nameLimit)),
                SQLiteValue(PlainText.cut(PlainText.clean(call.address), to: CheckedDraft.addressLimit)),
                SQLiteValue(key?.text ?? ""), SQLiteValue(call.direction.rawValue),
                SQLiteValue(call.outcome.rawValue), .integer(call.started), SQLiteValue(call.seconds),
                SQLiteValue(call.outcome != .missed))
            try forget(beyond: limit)
            if let key {
                try database.run(
                    "UPDATE entry SET used = max(used, ?1) WHERE key = ?2", .integer(call.started),
                    SQLiteValue(key.text))
            }
        }
    }

    func history(limit: Int, missedOnly: Bool) throws(DirectoryError) -> [HistoryEntry] {
        try calls(
            "\(missedOnly ? "WHERE call.outcome = 'missed'" : "") ORDER BY call.id DESC LIMIT ?1",
            [SQLiteValue(limit)])
    }

    func call(_ id: Int64) throws(DirectoryError) -> HistoryEntry {
        guard let found = try calls("WHERE call.id = ?1", [.integer(id)]).first else { throw .unknownCall(id) }
        return found
    }

    func clearHistory() throws(DirectoryError) { try database.run("DELETE FROM call") }

    func markSeen() throws(DirectoryError) { try database.run("UPDATE call SET seen = 1 WHERE seen = 0") }

    func forget(beyond limit: Int) throws(DirectoryError) {
        try database.run(
            "DELETE FROM call WHERE id <= (SELECT id FROM call ORDER BY id DESC LIMIT 1 OFFSET ?1)",
            SQLiteValue(limit))
    }

    func missedCount() throws(DirectoryError) -> Int {
        Int(try database.integer("SELECT count(*) FROM call WHERE seen = 0") ?? 0)
    }

    private func calls(_ rest: String, _ values: [SQLiteValue]) throws(DirectoryError) -> [HistoryEntry] {
        let statement = try database.prepare(
            """
            SELECT call.id, coalesce(entry.name, call.name), call.address, call.direction, call.outcome, call.started,
                call.seconds, call.seen FROM call LEFT JOIN entry ON entry.key = call.key \(rest)
            """)
        try database.bind(values, to: statement)
        var found: [HistoryEntry] = []
        while try database.step(statement) {
            found.append(
                HistoryEntry(
                    id: statement.integer(0), name: statement.text(1), address: statement.text(2),
                    direction: CallDirection(rawValue: statement.text(3)) ?? .incoming,
                    outcome: CallOutcome(rawValue: statement.text(4)) ?? .failed, started: statement.integer(5),
                    seconds: Int(statement.integer(6)), isSeen: statement.integer(7) != 0))
        }
        return found
    }
}
