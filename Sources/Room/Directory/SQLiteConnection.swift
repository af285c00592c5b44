internal import CSQLite

/// One connection to the directory's file. Confined to whoever holds the store's lock.
///
/// libsqlite3 and no more: the reason is in `.decisions/0005`.
struct SQLiteConnection: ~Copyable {
    private let handle: OpaquePointer
    let path: String
    /// Whether the file, or the disk it lies on, lets nothing be written.
    let isReadOnly: Bool

    /// Opens the file for reading and writing, or for reading only where that is all it allows.
    ///
    /// - Parameters:
    ///   - isCreated: whether a file that is not there is made.
    ///   - isFixed: whether nobody can change it while it is open, as on a disk that is read-only. SQLite then does
    ///     without the files that it otherwise lays beside it (its URI parameter "immutable").
    init(path: String, isCreated: Bool, isFixed: Bool = false) throws(DirectoryError) {
        let kind = isFixed ? SQLITE_OPEN_READONLY | SQLITE_OPEN_URI : SQLITE_OPEN_READWRITE
        let flags = kind | SQLITE_OPEN_NOMUTEX | (isCreated ? SQLITE_OPEN_CREATE : 0)
        var opened: OpaquePointer?
        let name = isFixed ? "file:\(Self.escaped(path))?immutable=1" : path
        let code = sqlite3_open_v2(name, &opened, flags, nil)
        guard code == SQLITE_OK, let opened else {
            let trouble = Self.trouble(code, opened, path)
            sqlite3_close_v2(opened)
            throw .store(trouble)
        }
        handle = opened
        self.path = path
        isReadOnly = sqlite3_db_readonly(opened, "main") == 1
        sqlite3_extended_result_codes(opened, 0)
        // Another program, such as a backup, may hold the file for a moment.
        sqlite3_busy_timeout(opened, 2000)
        _ = convene_sqlite_be_defensive(opened)
    }

    deinit { sqlite3_close_v2(handle) }

    /// A path as the part of a URI (RFC 3986 §2.1).
    private static func escaped(_ path: String) -> String {
        path.utf8.reduce(into: "") { text, byte in
            let isPlain =
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "/-_.~".utf8.contains(byte)
            if isPlain {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
    }

    /// Runs statements that give nothing back.
    func execute(_ sql: String) throws(DirectoryError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw failure(code) }
    }

    func prepare(_ sql: String) throws(DirectoryError) -> SQLiteStatement {
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
        guard code == SQLITE_OK, let statement else { throw failure(code) }
        return SQLiteStatement(owning: statement)
    }

    /// Runs one statement with values for its parameters.
    @discardableResult
    func run(_ sql: String, _ values: SQLiteValue...) throws(DirectoryError) -> Int {
        let statement = try prepare(sql)
        try bind(values, to: statement)
        while try step(statement) {}
        return changes
    }

    /// The integer in the first column of the first row, nil when there is none.
    func integer(_ sql: String, _ values: SQLiteValue...) throws(DirectoryError) -> Int64? {
        let statement = try prepare(sql)
        try bind(values, to: statement)
        return try step(statement) ? statement.integer(0) : nil
    }

    func bind(_ values: [SQLiteValue], to statement: borrowing SQLiteStatement) throws(DirectoryError) {
        let code = statement.bind(values)
        guard code == SQLITE_OK else { throw failure(code) }
    }

    /// - Returns: whether there is a row.
    func step(_ statement: borrowing SQLiteStatement) throws(DirectoryError) -> Bool {
        switch statement.step() {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw failure(code)
        }
    }

    /// All of `body` or nothing.
    func transaction<Outcome>(
        _ body: () throws(DirectoryError) -> Outcome
    ) throws(DirectoryError) -> Outcome {
        try execute("BEGIN IMMEDIATE")
        do throws(DirectoryError) {
            let outcome = try body()
            try execute("COMMIT")
            return outcome
        } catch {
            // A full disk has rolled it back already; then this one fails, which changes nothing.
            try? execute("ROLLBACK")
            throw error
        }
    }

    /// Rows changed by the last statement.
    var changes: Int { Int(sqlite3_changes(handle)) }

    var lastRow: Int64 { sqlite3_last_insert_rowid(handle) }

    /// Gives memory of the cache back to the process.
    func releaseMemory() { sqlite3_db_release_memory(handle) }

    // MARK: - Errors

    private func failure(_ code: Int32) -> DirectoryError { .store(Self.trouble(code, handle, path)) }

    private static func trouble(_ code: Int32, _ handle: OpaquePointer?, _ path: String) -> StoreTrouble {
        let said = handle.flatMap { sqlite3_errmsg($0) } ?? sqlite3_errstr(code)
        let detail = said.map { String(cString: $0) } ?? "SQLite error \(code)"
        let kind: StoreTrouble.Kind =
            switch code & 0xFF {
            case SQLITE_FULL: .full
            case SQLITE_READONLY: .readOnly
            case SQLITE_CORRUPT, SQLITE_NOTADB: .damaged
            case SQLITE_BUSY, SQLITE_LOCKED: .busy
            default: .unavailable
            }
        return StoreTrouble(kind, path: path, detail: detail)
    }
}
