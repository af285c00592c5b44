import FuzzSupport
import Testing

@testable import SIP

@Suite("Parsers under mutated input")
struct FuzzTests {
    private let corpus = [
        Samples.request(body: "v=0\r\n"), Samples.response(), Samples.request("BYE sip:a@[2001:db8::1]:5060 SIP/2.0"),
        Samples.request(
            "INVITE sip:room%20two@h.example;transport=tcp?Subject=x SIP/2.0",
            ["To": "\"q \\\" \" <sip:a@b;lr>;tag=1"],
            more: [
                "Via: SIP/2.0/TCP [::1];branch=z9hG4bK2;received=1.2.3.4, SIP/2.0/UDP h:5;rport",
                "Record-Route: <sip:p;lr>, \"x,y\" <sip:q;lr>;a=\",\"", "Route: sip:r", "Subject: a\r\n  b",
                "Warning: 370 h \"no \\\"bandwidth\\\"\"", "Reason: SIP;cause=200;text=\"done, elsewhere\"",
                "Retry-After: 5 (soon);duration=3",
                "WWW-Authenticate: Digest realm=\"r, s\", nonce=\"n\", qop=\"auth,x\", algorithm=SHA-256, stale=true",
                "Min-Expires: 7",
            ]),
    ].map { Array($0.utf8) }

    private let interesting = [
        ";=", "=;", "\r\n", "\r\n\r\n", "\n ", "\"", "\\", "<", ">", "[", "]", "::", ",", ";;", "%", "%4", "@", "?",
        "SIP/2.0", "z9hG4bK", "Content-Length: 99999999999", "l:", "-1", "4294967296", "18446744073709551616", "\t",
    ].map { Array($0.utf8) }

    @Test("No mutated message traps, and what is taken comes out as something that is taken")
    func messages() {
        let parser = MessageParser()
        var fuzzer = MutationFuzzer(corpus: corpus, interesting: interesting)
        var taken = 0
        fuzzer.run(count: 20_000) { input in
            guard let message = try? parser.parse(Array(input)) else { return }
            taken += 1
            touchEverything(message.headers)
            // A CR or LF within a line becomes a space, which a start line may not bear.
            guard let again = try? parser.parse(message.serialized()) else { return }
            if again.headers.count(of: .via) != message.headers.count(of: .via) {
                Issue.record("Via came or went: \(message)")
            }
        }
        #expect(taken > 2_000)
    }

    @Test("No mutated stream traps, and the framer gives no more than it was given")
    func streams() {
        var fuzzer = MutationFuzzer(corpus: corpus, interesting: interesting, seed: 2)
        fuzzer.run(count: 10_000) { input in
            var framer = StreamFramer(limits: MessageLimits(headerBytes: 2_048, bodyBytes: 2_048))
            let bytes = Array(input)
            let half = bytes.count / 2
            var given = 0
            for piece in [bytes[..<half], bytes[half...]] {
                framer.append(piece)
                while let frame = try? framer.next() {
                    if case .message(let message) = frame { given += message.count } else { given += 4 }
                }
            }
            if given > bytes.count { Issue.record("\(bytes)") }
        }
    }

    @Test("No mutated URI or address traps, and what is taken comes out the same")
    func addresses() {
        let texts = [
            "sip:a@b", "sips:a:b@[::1]:5;x=y;lr?h=v", "\"A \\\" B\" <sip:a@b;c>;tag=1;e", "tel:+123", "*", "10.0.0.1",
        ]
        var fuzzer = MutationFuzzer(corpus: texts.map { Array($0.utf8) }, interesting: interesting, seed: 3)
        fuzzer.run(count: 20_000) { input in
            let text = String(decoding: input, as: UTF8.self)
            if let uri = try? SIPURI(text), (try? SIPURI(uri.description)) != uri { Issue.record("\(uri)") }
            if let address = try? NameAddress(text, part: "x"),
                (try? NameAddress(address.description, part: "x")) != address
            {
                Issue.record("\(address)")
            }
            if let dialled = try? SIPURI(dialing: text) { _ = dialled.decodedUser }
            _ = try? URI(text)
            _ = Host(text)
        }
    }

    private func touchEverything(_ headers: Headers) {
        _ = try? headers.vias().map(\.sentBy)
        _ = try? headers.addresses(.contact)
        _ = try? headers.addresses(.recordRoute)
        _ = try? headers.addresses(.route)
        _ = headers.explanation
        _ = headers.realm
        _ = headers.retryAfter
        _ = headers.seconds(.minExpires)
        _ = DigestChallenge.strongest(headers, .wwwAuthenticate)
        _ = headers.contentType
        _ = headers.tokens(.require)
        guard let request = try? SIPRequest(.invite, uri: URI("sip:a@b"), headers: headers) else { return }
        _ = SIPResponse(answering: request, 180, toTag: "t").serialized()
        var dialog = try? Dialog(calleeOf: request, localTag: "t")
        _ = dialog?.request(.bye).serialized()
    }
}
