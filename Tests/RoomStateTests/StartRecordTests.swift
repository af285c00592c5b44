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
        #expect((0..<4).map { _ in record.begin() } == [0, 1, 2, 3])
        record.settle()
        #expect(record.begin() == 0)
        #expect(record.begin() == 1)
    }

    @Test("Where the first folder cannot be written the second one keeps the number")
    func folders() throws {
        let folder = try TemporaryFolder()
        let record = StartRecord(folders: ["\(folder.path)/missing", folder.path])
        #expect(record.begin() == 0)
        #expect(record.begin() == 1)
        #expect(entries(of: folder.path) == ["unfinished-starts"])
        record.settle()
        #expect(entries(of: folder.path).isEmpty)
    }

    @Test(
        "A damaged file counts as none, or as what begins it",
        arguments: [("", 0), ("x", 0), ("-4\n", 0), ("7 and more", 7), (String(repeating: "9", count: 60), 0)])
    func damaged(text: String, expected: Int) throws {
        let folder = try TemporaryFolder()
        try writeText(text, to: "\(folder.path)/unfinished-starts")
        let record = StartRecord(folders: [folder.path])
        #expect(record.begin() == expected)
        #expect(record.begin() == expected + 1)
    }
}
