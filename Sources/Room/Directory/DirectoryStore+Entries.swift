extension DirectoryStore {
    /// The columns of an entry, as `entry(_:)` reads them.
    static let columns = "entry.id, entry.name, entry.address, entry.favourite, entry.note"

    func entry(_ id: Int64) throws(DirectoryError) -> DirectoryEntry {
        guard let found = try entries("SELECT \(Self.columns) FROM entry WHERE id = ?1", [.integer(id)]).first else {
            throw .unknownEntry(id)
        }
        return found
    }

    func entries(_ sql: String, _ values: [SQLiteValue]) throws(DirectoryError) -> [DirectoryEntry] {
        let statement = try database.prepare(sql)
        try database.bind(values, to: statement)
        var found: [DirectoryEntry] = []
        while try database.step(statement) {
            found.append(
                DirectoryEntry(
                    id: statement.integer(0), name: statement.text(1), address: statement.text(2),
                    isFavourite: statement.integer(3) != 0, note: statement.optionalText(4)))
        }
        return found
    }

    func favourites(limit: Int) throws(DirectoryError) -> [DirectoryEntry] {
        try entries(
            "SELECT \(Self.columns) FROM entry WHERE favourite = 1 ORDER BY folded LIMIT ?1", [SQLiteValue(limit)])
    }

    func all() throws(DirectoryError) -> [DirectoryEntry] {
        try entries("SELECT \(Self.columns) FROM entry ORDER BY folded, id", [])
    }

    /// The entry of an address; one without a port counts when none has the address's.
    func entry(of key: AddressKey) throws(DirectoryError) -> DirectoryEntry? {
        try entries(
            """
            SELECT \(Self.columns) FROM entry WHERE key = ?1 OR (key = ?2 AND portless_key = ?2)
            ORDER BY key = ?1 DESC LIMIT 1
            """, [SQLiteValue(key.text), SQLiteValue(key.withoutPort)]
        ).first
    }

    // MARK: - Changes

    func add(_ draft: CheckedDraft) throws(DirectoryError) -> DirectoryEntry {
        try database.transaction { () throws(DirectoryError) in
            try refuse(taken: draft, except: nil)
            try database.run(
                Self.insertion, SQLiteValue(draft.name), SQLiteValue(draft.address),
                SQLiteValue(draft.key.text), SQLiteValue(draft.key.withoutPort), SQLiteValue(draft.note),
                SQLiteValue(draft.isFavourite), SQLiteValue(draft.folded))
            return try entry(database.lastRow)
        }
    }

    func edit(_ id: Int64, _ change: DirectoryChange) throws(DirectoryError) -> DirectoryEntry {
        try database.transaction { () throws(DirectoryError) in
            let before = try entry(id)
            let draft = try CheckedDraft(
                DirectoryDraft(
                    name: change.name ?? before.name, address: change.address ?? before.address,
                    isFavourite: change.isFavourite ?? before.isFavourite, note: change.note ?? before.note))
            try refuse(taken: draft, except: id)
            try database.run(
                """
                UPDATE entry SET name = ?1, address = ?2, key = ?3, portless_key = ?4, note = ?5, favourite = ?6,
                    folded = ?7 WHERE id = ?8
                """, SQLiteValue(draft.name), SQLiteValue(draft.address), SQLiteValue(draft.key.text),
                SQLiteValue(draft.key.withoutPort), SQLiteValue(draft.note), SQLiteValue(draft.isFavourite),
                SQLiteValue(draft.folded), .integer(id))
            return try entry(id)
        }
    }

    func remove(_ id: Int64) throws(DirectoryError) {
        guard try database.run("DELETE FROM entry WHERE id = ?1", .integer(id)) == 1 else { throw .unknownEntry(id) }
    }

    /// All or none.
    func merge(_ drafts: [CheckedDraft]) throws(DirectoryError) -> MergeOutcome {
        defer { database.releaseMemory() }
        return try database.transaction { () throws(DirectoryError) in
            let find = try database.prepare("SELECT id FROM entry WHERE key = ?1")
            let insert = try database.prepare(Self.insertion)
            let update = try database.prepare(
                """
                UPDATE entry SET name = ?1, address = ?2, note = coalesce(?3, note), folded = ?4,
                    favourite = max(favourite, ?5) WHERE id = ?6
                """)
            var outcome = MergeOutcome()
            for draft in drafts {
                find.reset()
                try database.bind([SQLiteValue(draft.key.text)], to: find)
                if try database.step(find) {
                    update.reset()
                    try database.bind(
                        [
                            SQLiteValue(draft.name), SQLiteValue(draft.address), SQLiteValue(draft.note),
                            SQLiteValue(draft.folded), SQLiteValue(draft.isFavourite), .integer(find.integer(0)),
                        ], to: update)
                    _ = try database.step(update)
                    outcome.updated += 1
                } else {
                    insert.reset()
                    try database.bind(
                        [
                            SQLiteValue(draft.name), SQLiteValue(draft.address), SQLiteValue(draft.key.text),
                            SQLiteValue(draft.key.withoutPort), SQLiteValue(draft.note),
                            SQLiteValue(draft.isFavourite), SQLiteValue(draft.folded),
                        ], to: insert)
                    _ = try database.step(insert)
                    outcome.added += 1
                }
            }
            return outcome
        }
    }

    private static let insertion = """
        INSERT INTO entry (name, address, key, portless_key, note, favourite, folded)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        """

    private func refuse(taken draft: CheckedDraft, except id: Int64?) throws(DirectoryError) {
        let found = try entries(
            "SELECT \(Self.columns) FROM entry WHERE key = ?1 AND id IS NOT ?2",
            [SQLiteValue(draft.key.text), id.map(SQLiteValue.integer) ?? .null]
        ).first
        if let found { throw .taken(address: found.address, by: found.name, id: found.id) }
    }
}
