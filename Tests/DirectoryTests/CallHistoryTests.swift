import Directory
import PeerSupport
import Testing

@Suite("The call history")
struct CallHistoryTests {
    private let folder: TemporaryFolder
    private let book: SQLiteContactBook

    init() throws {
        folder = try TemporaryFolder()
        book = SQLiteContactBook(path: "\(folder.path)/directory.sqlite", historyLimit: 3)
    }

    private func record(_ address: String, _ outcome: CallOutcome, at time: Int64, name: String = "") async throws {
        try await book.record(
            FinishedCall(
                name: name, address: address, direction: .incoming, outcome: outcome, started: time,
                seconds: outcome == .answered ? 61 : 0))
    }

    @Test("Calls come newest first, missed ones count until they are looked at, and the oldest are forgotten")
    func life() async throws {
        try await record("sip:a@x.example", .answered, at: 10)
        try await record("sip:b@x.example", .missed, at: 20)
        #expect(book.state.missed == 1)
        try await record("sip:c@x.example", .missed, at: 30, name: "See\u{202E}\u{1B}[31m")
        try await record("sip:d@x.example", .busy, at: 40)
        let all = try await book.history(limit: 10, missedOnly: false)
        #expect(all.map(\.address) == ["sip:d@x.example", "sip:c@x.example", "sip:b@x.example"])
        #expect(all.map(\.isSeen) == [true, false, false])
        #expect(all[1].name == "See [31m")
        #expect(all[1].started == 30)
        #expect(try await book.history(limit: 1, missedOnly: true).map(\.address) == ["sip:c@x.example"])
        #expect(book.state.missed == 2)
        try await book.markHistorySeen()
        #expect(book.state.missed == 0)
        #expect(try await book.historyEntry(all[0].id).outcome == .busy)
        try await book.limitHistory(to: 1)
        #expect(try await book.history(limit: 10, missedOnly: false).map(\.address) == ["sip:d@x.example"])
        try await book.clearHistory()
        #expect(try await book.history(limit: 10, missedOnly: false) == [])
        await #expect(throws: DirectoryError.unknownCall(all[0].id)) { try await book.historyEntry(all[0].id) }
    }

    @Test("A call shows the directory's name, and a far end's name of any length does no harm")
    func names() async throws {
        _ = try await book.add(DirectoryDraft(name: "Blue room", address: "sip:blue@x.example"))
        try await record("sip:blue@x.example", .answered, at: 1, name: "whatever")
        try await record("sip:long@x.example", .answered, at: 2, name: String(repeating: "長", count: 10_000))
        let found = try await book.history(limit: 5, missedOnly: false)
        #expect(found[1].name == "Blue room")
        #expect(found[0].name.count == 256)
        #expect(found[0].name.hasSuffix("…"))
    }
}
