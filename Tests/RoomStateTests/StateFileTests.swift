import ControlProtocol
import Glibc
import LinuxSystem
import PeerSupport
import RoomState
import Testing

@Suite("What a room remembers, as a file")
struct StateFileTests {
    @Test("It is written as a whole and read back; one that is not there is nothing")
    func roundTrip() throws {
        let folder = try TemporaryFolder()
        let file = StateFile(folder: folder.path)
        #expect(file.read() == .nothing)
        try file.write(["version": 1, "choices": ["audio.volume": 3]])
        #expect(file.read() == .object(["version": 1, "choices": ["audio.volume": 3]]))
        #expect(entries(of: folder.path) == ["room-state.json"])
        #expect(StateFile(folder: "\(folder.path)/nowhere").read() == .nothing)
    }

    @Test(
        "A damaged one is set aside and named in a sentence",
        arguments: ["", "{\"version\":", "[1]", "\u{0}\u{0}\u{0}", String(repeating: "[", count: 5000)])
    func damaged(text: String) throws {
        let folder = try TemporaryFolder()
        let file = StateFile(folder: folder.path)
        try writeText(text, to: file.path)
        guard case .damaged(let sentence) = file.read() else {
            Issue.record("it was not found damaged")
            return
        }
        #expect(sentence.contains("\(file.path).damaged"))
        #expect(try readText("\(file.path).damaged") == text)
        #expect(file.read() == .nothing)
        try file.write(["version": 1])
        #expect(file.read() == .object(["version": 1]))
    }

    @Test("One that is too long, or a folder in its place, is unreadable and stays where it is")
    func unreadable() throws {
        let folder = try TemporaryFolder()
        let file = StateFile(folder: folder.path)
        try write([UInt8](repeating: 0x20, count: 2 << 20), to: file.path)
        guard case .unreadable = file.read() else {
            Issue.record("two MiB were read")
            return
        }
        #expect(access(file.path, F_OK) == 0)
        unlink(file.path)
        mkdir(file.path, 0o700)
        guard case .unreadable = file.read() else {
            Issue.record("a folder was read")
            return
        }
        #expect(throws: SystemError.self) { try file.write(["version": 1]) }
    }
}
