import Directory
import LinuxSystem
import PeerSupport
import Testing

@Suite("The directory")
struct DirectoryStoreTests {
    private let folder: TemporaryFolder
    private let book: SQLiteContactBook

    init() throws {
        folder = try TemporaryFolder()
        book = SQLiteContactBook(path: "\(folder.path)/directory.sqlite", historyLimit: 5)
    }

    @discardableResult
    private func add(
        _ name: String, _ address: String, favourite: Bool = false, note: String? = nil
    ) async throws -> DirectoryEntry {
        try await book.add(DirectoryDraft(name: name, address: address, isFavourite: favourite, note: note))
    }

    private func names(_ query: String, limit: Int = 50) async throws -> [String] {
        try await book.search(query, limit: limit).map(\.name)
    }

    @Test("An entry is added, changed, found again by a second opening, and removed")
    func life() async throws {
        let added = try await add("  Blue\troom ", "blue@example.com", note: "3rd floor")
        #expect(
            added == DirectoryEntry(id: added.id, name: "Blue room", address: "sip:blue@example.com", note: "3rd floor")
        )
        let changed = try await book.edit(added.id, DirectoryChange(name: "Azure room", isFavourite: true, note: ""))
        #expect(changed.name == "Azure room")
        #expect(changed.isFavourite)
        #expect(changed.note == nil)
        #expect(changed.address == "sip:blue@example.com")

        let again = SQLiteContactBook(path: book.path)
        #expect(try await again.entry(added.id) == changed)
        #expect(try await again.search("azure", limit: 5) == [changed])
        #expect(try await again.search("3rd floor", limit: 5) == [])
        try await again.remove(added.id)
        #expect(try await book.search("", limit: 5) == [])
        await #expect(throws: DirectoryError.unknownEntry(added.id)) { try await book.entry(added.id) }
        await #expect(throws: DirectoryError.unknownEntry(added.id)) { try await book.remove(added.id) }
        await #expect(throws: DirectoryError.unknownEntry(99)) { try await book.edit(99, DirectoryChange(name: "x")) }
    }

    @Test("Rooms that share a file and start at the same moment make it once and all use it")
    func sharedFirstStart() async throws {
        for round in 0..<20 {
            let path = "\(folder.path)/shared\(round).sqlite"
            let books = (0..<4).map { _ in SQLiteContactBook(path: path) }
            await withTaskGroup { group in
                for book in books { group.addTask { #expect(await book.refresh().trouble == nil) } }
            }
            let added = try await books[0].add(DirectoryDraft(name: "Blue", address: "blue@example.com"))
            for book in books { #expect(try await book.entry(added.id) == added) }
        }
    }

    @Test("What cannot be called or shown is refused, and an address that is there already")
    func refusals() async throws {
        await #expect(throws: DirectoryError.invalid(field: "name", problem: "expected some text")) {
            try await add(" \u{202E}\u{7} ", "a@b.example")
        }
        for address in ["", "sip:", "a b c@d e", "tel:+49301234", "sip:x@"] {
            do {
                try await add("X", address)
                Issue.record("\(address) was taken")
            } catch {
                #expect("\(error)".hasPrefix("address: expected a SIP address such as sip:room@example.com"))
            }
        }
        let first = try await add("Blue", "sip:Blue@Example.com:5060")
        await #expect(throws: DirectoryError.taken(address: first.address, by: "Blue", id: first.id)) {
            try await add("Green", "blue@example.COM")
        }
        let second = try await add("Green", "green@example.com")
        await #expect(throws: DirectoryError.taken(address: first.address, by: "Blue", id: first.id)) {
            try await book.edit(second.id, DirectoryChange(address: "blue@example.com"))
        }
        #expect(try await names("") == ["Blue", "Green"])
    }

    @Test(
        "A search needs no case, no accents and no whole words, in any script",
        arguments: [
            ("MULLER", "Jürgen Müller"), ("jurg mull", "Jürgen Müller"), ("strasse", "Große Straße"),
            ("gros", "Große Straße"), ("łódź", "Lodz"), ("oresund", "Øresund"), ("会议", "北京会议室"), ("京会议", "北京会议室"),
            ("김", "김민준"), ("ㄱ", "김민준"), ("احمد", "أَحْمَد"), ("иванов", "ИВАНОВ Пётр"), ("петр", "ИВАНОВ Пётр"),
            ("ﬁsh", "Fish"), ("ＡＢＣ", "abc def"), ("ber", "Berlin 100%"), ("0%", "Berlin 100%"),
            ("\"quo", "The \"Quotes\""),
            ("ing.example", "Øresund"), ("5 floor", "Fish"), ("f", "Fish"),
        ])
    func folding(query: String, name: String) async throws {
        for (index, (name, note))
            in ([
                ("Jürgen Müller", nil), ("Große Straße", nil), ("Lodz", nil), ("Øresund", nil), ("北京会议室", nil),
                ("김민준", nil), ("أَحْمَد", nil), ("ИВАНОВ Пётр", nil), ("Fish", "5th floor"), ("abc def", nil),
                ("Berlin 100%", nil), ("The \"Quotes\"", nil),
            ] as [(String, String?)]).enumerated()
        {
            let host = name == "Øresund" ? "meeting.example" : "x.example"
            try await add(name, "u\(index)@\(host)", note: note)
        }
        #expect(try await names(query).contains(name))
        #expect(try await names("\(query) nobody").isEmpty)
    }

    @Test("Favourites come first, then those called last, then names that begin with the query")
    func ranking() async throws {
        try await add("Hall Anna", "1@x.example")
        try await add("Joanna", "2@x.example")
        try await add("Anna", "3@x.example")
        try await add("Hanna", "4@x.example")
        try await add("Susanna", "5@x.example", favourite: true)
        #expect(try await names("anna") == ["Susanna", "Anna", "Hall Anna", "Hanna", "Joanna"])
        for (address, time) in [("sip:4@x.example", 100), ("sip:2@x.example", 200)] as [(String, Int64)] {
            try await book.record(
                FinishedCall(
                    name: "", address: address, direction: .outgoing, outcome: .answered, started: time, seconds: 1))
        }
        #expect(try await names("anna") == ["Susanna", "Joanna", "Hanna", "Anna", "Hall Anna"])
        #expect(try await names("an", limit: 2) == ["Susanna", "Joanna"])
        #expect(try await names("", limit: 3) == ["Susanna", "Joanna", "Hanna"])
        #expect(try await book.favourites(limit: 9).map(\.name) == ["Susanna"])
    }

    @Test("An address finds its name whatever its case, parameters and standard port")
    func nameOfAddress() async throws {
        try await add("Blue", "sip:blue@example.com")
        try await add("Second", "sip:room@192.0.2.7:5062")
        #expect(await book.name(of: "sip:BLUE@Example.com:5060;transport=tcp") == "Blue")
        #expect(await book.name(of: "sip:blue@example.com:49152") == "Blue")
        #expect(await book.name(of: "room@192.0.2.7:5062") == "Second")
        #expect(await book.name(of: "room@192.0.2.7") == nil)
        #expect(await book.name(of: "no address at all") == nil)
    }

    @Test("A merge takes all or nothing, and knows addresses that are there")
    func merging() async throws {
        let blue = try await add("Blue", "blue@example.com", favourite: true, note: "kept")
        let outcome = try await book.merge([
            DirectoryDraft(name: "Blue room", address: "sip:blue@example.com"),
            DirectoryDraft(name: "Green", address: "sip:green@example.com", isFavourite: true),
        ])
        #expect(outcome == MergeOutcome(added: 1, updated: 1))
        #expect(
            try await book.entry(blue.id)
                == DirectoryEntry(
                    id: blue.id, name: "Blue room", address: "sip:blue@example.com", isFavourite: true, note: "kept"))
        await #expect(throws: DirectoryError.self) {
            try await book.merge([
                DirectoryDraft(name: "Red", address: "sip:red@example.com"), DirectoryDraft(name: "", address: "x@y"),
            ])
        }
        #expect(try await names("") == ["Blue room", "Green"])
        #expect(book.state.entries == 2)
    }

    @Test("A word that is common has the same order as one that is rare")
    func common() async throws {
        let drafts = (100..<800).map {
            DirectoryDraft(
                name: $0 == 150 ? "Side room 150" : $0 == 160 ? "Bedroom 160" : "Room \($0)",
                address: "sip:a\($0)@x.example", isFavourite: $0 == 777)
        }
        _ = try await book.merge(drafts)
        try await book.record(
            FinishedCall(
                name: "", address: "sip:a500@x.example", direction: .outgoing, outcome: .answered, started: 9,
                seconds: 1))
        for query in ["room", "ro", "r"] {
            let found = try await names(query, limit: 800)
            #expect(found.count == 700, "\(query)")
            #expect(found.prefix(4) == ["Room 777", "Room 500", "Room 100", "Room 101"], "\(query)")
            #expect(found.suffix(2) == ["Side room 150", "Bedroom 160"], "\(query)")
            #expect(try await names(query, limit: 3) == Array(found.prefix(3)))
        }
        #expect(try await names("room 151", limit: 20) == ["Room 151"])
        #expect(try await names("x.example", limit: 3) == ["Room 777", "Room 500", "Bedroom 160"])
    }
}
