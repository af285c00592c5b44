/// The tables of the directory's file, and how older files become what they are now.
enum DirectorySchema {
    /// "CVND": the file is ours (PRAGMA application_id).
    static let applicationID: Int64 = 0x4356_4E44

    /// Each step from one version (PRAGMA user_version) to the next, never changed once released.
    private static let steps = [
        """
        CREATE TABLE entry (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL,
            address TEXT NOT NULL,
            key TEXT NOT NULL UNIQUE,
            portless_key TEXT NOT NULL,
            note TEXT,
            favourite INTEGER NOT NULL DEFAULT 0,
            used INTEGER NOT NULL DEFAULT 0,
            folded TEXT NOT NULL
        );
        CREATE INDEX entry_by_portless_key ON entry (portless_key);
        CREATE INDEX entry_by_rank ON entry (favourite DESC, used DESC, folded);
        CREATE VIRTUAL TABLE entry_text USING fts5 (
            folded, content = 'entry', content_rowid = 'id', tokenize = 'trigram case_sensitive 1'
        );
        CREATE TRIGGER entry_added AFTER INSERT ON entry BEGIN
            INSERT INTO entry_text (rowid, folded) VALUES (new.id, new.folded);
        END;
        CREATE TRIGGER entry_removed AFTER DELETE ON entry BEGIN
            INSERT INTO entry_text (entry_text, rowid, folded) VALUES ('delete', old.id, old.folded);
        END;
        CREATE TRIGGER entry_changed AFTER UPDATE OF folded ON entry WHEN old.folded <> new.folded BEGIN
            INSERT INTO entry_text (entry_text, rowid, folded) VALUES ('delete', old.id, old.folded);
            INSERT INTO entry_text (rowid, folded) VALUES (new.id, new.folded);
        END;
        CREATE TABLE call (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL,
            address TEXT NOT NULL,
            key TEXT NOT NULL,
            direction TEXT NOT NULL,
            outcome TEXT NOT NULL,
            started INTEGER NOT NULL,
            seconds INTEGER NOT NULL,
            seen INTEGER NOT NULL
        );
        CREATE INDEX call_unseen ON call (seen) WHERE seen = 0;
        """
    ]

    static var version: Int64 { Int64(steps.count) }

    /// Brings an open file up to date.
    ///
    /// Looks and changes in one transaction: another room that shares the file may be making the same tables now.
    static func migrate(_ database: borrowing SQLiteConnection) throws(DirectoryError) {
        if try isCurrent(database) { return }
        try database.transaction { () throws(DirectoryError) in
            if try isCurrent(database) { return }
            let found = try checkedVersion(of: database)
            for step in steps.dropFirst(Int(found)) { try database.execute(step) }
            try database.execute("PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
        }
    }

    private static func isCurrent(_ database: borrowing SQLiteConnection) throws(DirectoryError) -> Bool {
        let (owner, found) = (
            try database.integer("PRAGMA application_id"), try database.integer("PRAGMA user_version")
        )
        return owner == applicationID && found == version
    }

    /// The version of a file that is ours or empty, and older than this program.
    private static func checkedVersion(of database: borrowing SQLiteConnection) throws(DirectoryError) -> Int64 {
        let found = try database.integer("PRAGMA user_version") ?? 0
        let owner = try database.integer("PRAGMA application_id") ?? 0
        let tables = try database.integer("SELECT count(*) FROM sqlite_schema") ?? 0
        guard owner == applicationID || (owner == 0 && tables == 0) else {
            throw .store(StoreTrouble(.foreign, path: database.path, detail: "application_id is \(owner)"))
        }
        guard found < version else {
            throw .store(
                StoreTrouble(.tooNew, path: database.path, detail: "version \(found), this one knows \(version)"))
        }
        return found
    }
}
