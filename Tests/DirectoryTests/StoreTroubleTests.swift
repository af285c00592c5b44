import Directory
import Glibc
import PeerSupport
import Testing

@Suite("A store that cannot be used")
struct StoreTroubleTests {
    private let folder: TemporaryFolder
    private var path: String { "\(folder.path)/directory.sqlite" }
    private let draft = DirectoryDraft(name: "Blue", address: "blue@example.com")

    init() throws { folder = try TemporaryFolder() }

    @Test("A new file is the owner's and the group's alone, its folder is made, and what SQLite lays beside it too")
    func permissions() async throws {
        let path = "\(folder.path)/state/directory.sqlite"
        let book = SQLiteContactBook(path: path)
        _ = try await book.add(draft)
        var status = stat()
        #expect(stat("\(folder.path)/state", &status) == 0 && status.st_mode & 0o7777 == 0o750)
        for name in [path, "\(path)-wal", "\(path)-shm"] {
            #expect(stat(name, &status) == 0 && status.st_mode & 0o137 == 0, "\(name)")
        }
    }

    @Test("A damaged file is told and left alone, and a new one in its place is taken")
    func damaged() async throws {
        try writeText(String(repeating: "This is no database. ", count: 500), to: path)
        let book = SQLiteContactBook(path: path)
        let state = await book.refresh()
        #expect(
            state.trouble
                == "The directory \(path) is damaged; move it away and the room begins a new one (file is not a database). Calls go on."
        )
        await #expect(throws: DirectoryError.self) { try await book.add(draft) }
        #expect(try readText(path).hasPrefix("This is no database."))
        #expect(rename(path, "\(path).old") == 0)
        #expect(try await book.add(draft).name == "Blue")
        #expect(book.state == ContactBookState(entries: 1))
    }

    /// A file of 2000 entries that nobody has open.
    private func filled() async throws -> [UInt8] {
        do {
            let book = SQLiteContactBook(path: path)
            _ = try await book.merge(
                (0..<2000).map { DirectoryDraft(name: "Room number \($0)", address: "room\($0)@example.com") })
        }
        // Closing, which brings everything into the one file, is done by the thread that ran last.
        return try await eventually("the file is whole") {
            let bytes = try readBytes(path)
            return bytes.count > 100_000 && !entries(of: folder.path).contains("directory.sqlite-wal") ? bytes : nil
        }
    }

    @Test("A file that is cut off in the middle is told when it is read")
    func cutOff() async throws {
        let bytes = try await filled()
        let other = "\(folder.path)/cut.sqlite"
        try write(Array(bytes.prefix(20_000)), to: other)
        let cut = SQLiteContactBook(path: other)
        await #expect(throws: DirectoryError.self) { try await cut.search("room", limit: 5000) }
        #expect(cut.state.trouble?.contains("is damaged") == true)
    }

    @Test("Another program's database is not touched, and neither is one of a newer version")
    func foreign() async throws {
        let bytes = try await filled()
        // The file's header (SQLite file format §1.3): user version at 60, application ID at 68.
        for (offset, words) in [(68, "is no directory of Convene's"), (60, "was written by a newer Convene")] {
            var changed = bytes
            changed[offset] = 0x11
            let other = "\(folder.path)/other\(offset).sqlite"
            try write(changed, to: other)
            let book = SQLiteContactBook(path: other)
            #expect(await book.refresh().trouble?.contains(words) == true)
            await #expect(throws: DirectoryError.self) { try await book.add(draft) }
            #expect(try readBytes(other) == changed)
        }
    }

    @Test("A full store takes nothing more, keeps what it has, and says so")
    func full() async throws {
        let book = SQLiteContactBook(path: path, maximumBytes: 200 << 10)
        _ = try await book.add(draft)
        let drafts = (0..<5000).map { DirectoryDraft(name: "Room number \($0)", address: "room\($0)@example.com") }
        do {
            _ = try await book.merge(drafts)
            Issue.record("5000 entries in 200 KiB")
        } catch {
            #expect("\(error)".contains("is full; make room on the disk or remove entries"))
        }
        #expect(book.state.trouble?.contains("is full") == true)
        #expect(try await book.search("", limit: 10).map(\.name) == ["Blue"])
        _ = try await book.merge(Array(drafts.prefix(10)))
        #expect(book.state == ContactBookState(entries: 11))
    }

    @Test("A place where nothing can be made is told by its call and its code")
    func unavailable() async throws {
        let book = SQLiteContactBook(path: "/proc/convene/directory.sqlite")
        let state = await book.refresh()
        #expect(
            state.trouble == """
                The directory /proc/convene/directory.sqlite cannot be used (mkdir(/proc/convene): No such file or \
                directory (errno 2)). Calls go on.
                """)
        #expect(await book.name(of: "sip:x@y.example") == nil)
    }
}
