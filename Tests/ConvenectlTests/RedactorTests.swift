import FuzzSupport
import Testing

@testable import ConvenectlProgram

@Suite("What leaves a room in its diagnostics")
struct RedactorTests {
    @Test(
        "Secrets are taken out of a line, and the rest stays",
        arguments: [
            ("pin: 4711", "pin: (removed)"),
            ("panel.pin = \"$y$j9T$abc$def\"", "panel.pin = (removed)"),
            ("  admin_password=hunter2 and more", "  admin_password= (removed)"),
            ("{\"token\":\"abc\",\"name\":\"x\"}", "{\"token\": (removed)"),
            ("hash $6$salt$8abcdef seen", "hash (removed) seen"),
            ("REGISTER sip:alice:geheim@example.com now", "REGISTER sip:alice:(removed)@example.com now"),
            ("proxy https://user:pw@proxy:3128/", "proxy https://user:(removed)@proxy:3128/"),
            ("Authorization: Digest username=\"a\"", "Authorization: (removed)"),
            ("wifi-psk: x", "wifi-psk: (removed)"),
        ])
    func secrets(line: String, cleaned: String) {
        #expect(Redactor.clean(line) == cleaned)
    }

    @Test(
        "What is no secret stays as it is",
        arguments: [
            "2026-11-25T03:00:00+0000 room convened[12]: info room: call 1 of sip:blue@192.0.2.7:5060",
            "pin:", "spinning: fast", "costs $5 and $6", "<sip:room@10.0.0.1>;tag=1", "mail me@example.com", "",
        ])
    func others(line: String) {
        #expect(Redactor.clean(line) == line)
    }

    @Test("A private key goes with all of its lines, a certificate stays")
    func keys() {
        let text = """
            before
            -----BEGIN EC PRIVATE KEY-----
            MHcCAQEEIK
            -----END EC PRIVATE KEY-----
            -----BEGIN CERTIFICATE-----
            MIIB
            -----END CERTIFICATE-----
            """
        #expect(
            Redactor.clean(text) == """
                before
                (removed)
                -----BEGIN CERTIFICATE-----
                MIIB
                -----END CERTIFICATE-----
                """)
        #expect(Redactor.clean("-----BEGIN PRIVATE KEY----- x\nMHc") == "(removed)")
    }

    @Test("It takes any text")
    func fuzz() {
        for seed in UInt64(1)...200 {
            var random = SplitMix64(seed: seed)
            let alphabet = Array("pin:= \"$@/\n-BEGINPRVATKYsword0é").map(String.init)
            let text = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? ""
            }.joined()
            let cleaned = Redactor.clean(text)
            #expect(
                cleaned.split(separator: "\n", omittingEmptySubsequences: false).count
                    <= text.split(separator: "\n", omittingEmptySubsequences: false).count)
        }
    }
}
