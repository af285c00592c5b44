import ControlProtocol
import Testing

@Suite("Paths in the status tree")
struct StatusPathTests {
    @Test("Names between points, and back to text")
    func parse() {
        #expect(StatusPath(parsing: "") == .root)
        #expect(StatusPath(parsing: "calls.1.video.send") == StatusPath(["calls", "1", "video", "send"]))
        #expect(StatusPath(parsing: #"a\.b.c\\"#) == StatusPath(["a.b", #"c\"#]))
        for text in ["a", "calls.1.x", #"a\.b.c\\"#, ""] { #expect(StatusPath(parsing: text)?.description == text) }
    }

    @Test("No path", arguments: [".", "a.", ".a", "a..b", "a\\"])
    func refused(text: String) {
        #expect(StatusPath(parsing: text) == nil)
    }

    @Test("Numbers come by value and before words")
    func order() {
        let names = ["video", "10", "9", "audio", "1", "01"]
        #expect(names.sorted(by: StatusPath.comesBefore) == ["01", "1", "9", "10", "audio", "video"])
    }
}
