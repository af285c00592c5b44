import FuzzSupport
import SystemUpdate
import Testing

@Suite("What the room may have done by the system")
struct MaintenanceRequestTests {
    @Test("Three words and nothing else")
    func words() {
        #expect(MaintenanceRequest(line: Array("logs".utf8)) == .logs)
        #expect(MaintenanceRequest(line: Array("diagnostics".utf8))?.words == ["diagnostics", "--usb", "--json"])
        for line in ["", "logs --follow", "erase ", "ERASE", "update install x", String(repeating: "a", count: 4096)] {
            #expect(MaintenanceRequest(line: Array(line.utf8)) == nil, "\(line.prefix(40))")
        }
    }

    @Test("An answer comes through as it was, whatever it says")
    func answers() {
        for said in ["", "two\nlines\n", "\u{1}exit 0 \"quoted\" \u{1F600}"] {
            let answer = MaintenanceRequest.Answer(status: 69, said: said)
            #expect(MaintenanceRequest.Answer(parsing: Array(answer.line.utf8)) == answer)
        }
    }

    @Test("What is no answer is none")
    func fuzz() {
        for text in ["", "{}", "[]", "{\"status\":0}", "{\"status\":\"0\",\"said\":\"\"}", "logs"] {
            #expect(MaintenanceRequest.Answer(parsing: Array(text.utf8)) == nil)
        }
        var fuzzer = MutationFuzzer(
            corpus: [Array(MaintenanceRequest.Answer(status: 1, said: "no\n").line.utf8)], seed: 11)
        fuzzer.run(count: 20_000) { raw in _ = MaintenanceRequest.Answer(parsing: Array(raw)) }
    }
}
