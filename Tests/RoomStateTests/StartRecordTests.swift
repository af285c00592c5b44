import Glibc
import PeerSupport
import RoomState
import Testing

@Suite("Starts that came to nothing")
struct StartRecordTests {
    @Test("Those in a row are counted until one settles")
    func count() throws {
        let folder = try TemporaryFolder()
        let record = StartRecord(folders: [folder.path])
        #expect((0..<4).map { _ in record.begin().starts } == [0, 1, 2, 3])
        #expect(record.begin() == StartRecord.Unfinished(starts: 4))
        record.settle()
        #expect(record.begin().starts == 0)
        #expect(record.begin().starts == 1)
    }

    @Test("Three ends in one boot make the next start a careful one; three boots cut short do not, six do")
    func boots() throws {
        let folder = try TemporaryFolder()
        func begin(_ boot: String) -> StartRecord.Unfinished {
            StartRecord(folders: [folder.path], bootID: boot).begin()
        }
        #expect((0..<4).map { _ in begin("a").tooMany } == [nil, nil, nil, 3])
        #expect(begin("b") == StartRecord.Unfinished(starts: 0, boots: 1))
        #expect(begin("b") == StartRecord.Unfinished(starts: 1, boots: 1))
        #expect(["c", "d", "e", "f"].map { begin($0).tooMany } == [nil, nil, nil, nil])
        #expect(begin("g") == StartRecord.Unfinished(starts: 0, boots: 6))
        #expect(begin("h").tooMany == 7)
        #expect(StartRecord.Unfinished(starts: 0, boots: 6).areBoots)
        #expect(!StartRecord.Unfinished(starts: 3, boots: 6).areBoots)
        StartRecord(folders: [folder.path], bootID: "h").settle()
        #expect(begin("i") == StartRecord.Unfinished())
    }

    @Test("The kernel's number of the boot is found")
    func bootID() {
        #expect(StartRecord.runningBootID().count == 36)
    }

    @Test("Where the first folder cannot be written the second one keeps the number")
    func folders() throws {
        let folder = try TemporaryFolder()
        let record = StartRecord(folders: ["\(folder.path)/missing", folder.path])
        #expect(record.begin().starts == 0)
        #expect(record.begin().starts == 1)
        #expect(entries(of: folder.path) == ["unfinished-starts"])
        record.settle()
        #expect(entries(of: folder.path).isEmpty)
    }

    @Test(
        "A damaged file counts as none",
        arguments: [
            "", "x", "-4 0 a\n", "7 and more", "7\n", "1 -1 a", "  a", "1 2 a b",
            String(repeating: "9", count: 60) + " 0 a", String(repeating: "9", count: 600),
        ])
    func damaged(text: String) throws {
        let folder = try TemporaryFolder()
        try writeText(text, to: "\(folder.path)/unfinished-starts")
        let record = StartRecord(folders: [folder.path], bootID: "a")
        #expect(record.begin() == StartRecord.Unfinished())
        #expect(record.begin() == StartRecord.Unfinished(starts: 1))
    }
}
