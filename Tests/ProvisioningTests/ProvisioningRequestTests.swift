import FuzzSupport
import Testing

@testable import Provisioning

@Suite("What may be asked over SSH")
struct ProvisioningRequestTests {
    @Test("Every request comes back from its words")
    func roundTrip() throws {
        var request = ProvisioningRequest(.apply)
        request.base = 0
        request.confirmWithin = 120
        request.message = "neues VLAN; $(reboot) \"für\" 7"
        request.author = "anna@laptop"
        request.length = 17
        request.isDryRun = true
        request.wantsJSON = true
        #expect(try ProvisioningRequest(words: request.words) == request)
        #expect(try ProvisioningRequest(parsing: request.words.joined(separator: " ")) == request)
        let plain = request.words.joined(separator: " ").allSatisfy {
            " =-_.@%".contains($0) || $0.isLetter || $0.isNumber
        }
        #expect(plain, "no word has a sign that a shell reads")
        var put = ProvisioningRequest(.put)
        put.subject = "dot1x"
        put.isSecret = true
        #expect(try ProvisioningRequest(words: put.words) == put)
    }

    @Test(
        "Whatever is no request is refused in words",
        arguments: [
            ("", "expected what to do"), ("sh", "nothing else"), ("/bin/sh -i", "nothing else"),
            ("aply", "did you mean apply?"), ("apply --confirm-within=1", "5 to 3600"),
            ("apply extra", "takes no word"),
            ("apply; reboot", "nothing else"), ("export ../../etc/shadow", "number of a revision"),
            ("export -1", "number of a revision"), ("put ../x", "no name for a file"), ("put", "needs the name"),
            ("apply --bsae=1", "did you mean --base?"), ("history --secret", "has no option"),
            ("apply --message=%zz", "two digits"), ("apply --base", "--base=NUMBER"), ("confirm 1 2", "one word"),
        ])
    func refused(line: String, words: String) {
        let said = complaint { try ProvisioningRequest(parsing: line) }
        #expect(said?.contains(words) == true, "\(said ?? "taken")")
    }

    @Test("20,000 mutated requests are taken or refused, and what is taken comes back from its words")
    func fuzz() {
        var fuzzer = MutationFuzzer(
            corpus: [
                "apply --base=3 --confirm-within=120 --message=a%20b --author=c%40d --json", "put name --secret",
                "rollback 7 --confirm-within=60", "export 12", "history --json", "confirm",
            ].map { Array($0.utf8) }, interesting: ["--", "=", "%", "%2", " ", "\n", "'", "$("].map { Array($0.utf8) })
        var taken = 0
        fuzzer.run(count: 20_000) { bytes in
            let line = String(decoding: Array(bytes), as: UTF8.self)
            guard let request = try? ProvisioningRequest(parsing: line) else { return }
            taken += 1
            #expect((try? ProvisioningRequest(words: request.words)) == request)
        }
        #expect(taken > 500)
    }
}
