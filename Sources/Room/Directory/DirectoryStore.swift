import Glibc
import LinuxSystem

/// The directory's file, open. Blocks; confined to the thread that holds the lock of `SQLiteContactBook`.
final class DirectoryStore {
    let database: SQLiteConnection

    /// Opens the file, makes it when it is not there, and brings it up to date.
    ///
    /// - Parameter maximumPages: the file's bound, pages of 4 KiB.
    init(path: String, maximumPages: Int) throws(DirectoryError) {
        try Self.makeFile(path)
        // Where nothing can be laid beside the file it is read as it is, unless a log with newer changes lies there.
        let isFixed = !Self.mayChange(path) && !Self.hasLog(path)
        database = try SQLiteConnection(path: path, isCreated: false, isFixed: isFixed)
        // An idle room keeps this in memory: 256 KiB of pages at most, and no map of the file.
        try database.execute(
            """
            PRAGMA cache_size = -256; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;
            PRAGMA recursive_triggers = OFF;
            PRAGMA max_page_count = \(maximumPages); PRAGMA journal_size_limit = 1048576
            """)
        guard !database.isReadOnly else {
            let version = try database.integer("PRAGMA user_version")
            guard version == DirectorySchema.version else {
                throw .store(StoreTrouble(.readOnly, path: path, detail: "and it is empty or of an older version"))
            }
            return
        }
        // A power cut loses the last calls at worst, never the file.
        try database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
        try DirectorySchema.migrate(database)
    }

    /// Names and addresses are nobody's business but the room's: the file and what SQLite lays beside it are the
    /// owner's and the group's only.
    private static func makeFile(_ path: String) throws(DirectoryError) {
        do throws(SystemError) {
            let folder = path.split(separator: "/").dropLast().reduce(into: "") { $0 += "/\($1)" }
            if !folder.isEmpty, mkdir(folder, 0o750) != 0 {
                let error = SystemError.last("mkdir(\(folder))")
                // One that is there may well be in a place where nothing can be made.
                guard error.errno == EEXIST || access(folder, F_OK) == 0 else { throw error }
            }
            _ = try FileDescriptor.open(path, flags: O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o640)
        } catch {
            guard error.errno != EEXIST, access(path, F_OK) != 0 else { return }
            throw .store(
                StoreTrouble(error.errno == ENOSPC ? .full : .unavailable, path: path, detail: error.description))
        }
    }

    /// Whether file and folder may be written now.
    static func mayChange(_ path: String) -> Bool {
        let folder = path.split(separator: "/").dropLast().reduce(into: "") { $0 += "/\($1)" }
        return access(folder.isEmpty ? "/" : folder, W_OK) == 0 && access(path, W_OK) == 0
    }

    /// Whether a write-ahead log of a room that could not close the file lies beside it.
    private static func hasLog(_ path: String) -> Bool {
        var status = stat()
        return stat("\(path)-wal", &status) == 0 && status.st_size > 0
    }

    func entryCount() throws(DirectoryError) -> Int {
        Int(try database.integer("SELECT count(*) FROM entry") ?? 0)
    }
}
