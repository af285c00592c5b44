import ControlProtocol
import Testing

@Suite("What somebody meant to write")
struct SpellingTests {
    @Test(
        "The nearest name, when it is near enough",
        arguments: [
            ("volum", "volume"), ("VOLUME", "volume"), ("voluem", "volume"), ("max-bitrate", "max_bitrate"),
            ("maxbitrate", "max_bitrate"), ("zebra", nil), ("", nil), (String(repeating: "v", count: 5000), nil),
        ] as [(String, String?)])
    func nearest(name: String, meant: String?) {
        #expect(Spelling.nearest(to: name, among: ["volume", "max_bitrate", "layout"]) == meant)
    }

    @Test("Nothing is near when there is nothing")
    func noCandidates() {
        #expect(Spelling.nearest(to: "a", among: []) == nil)
        #expect(Spelling.nearest(to: "abc", among: [""]) == nil)
    }
}
