import SIP
import Testing

@testable import CallSignaling

/// A scripted registrar at 10.0.0.99.
@Suite("The account at a registrar")
struct RegistrationTests {
    private var network = SimulatedNetwork()

    init() throws {
        let account = try SIPAccount(
            address: "sip:room7@example.org", server: "sip:10.0.0.99", user: "", password: "geheim")
        network.add("b", 2) { $0.account = account }
    }

    private var lastRequest: SIPRequest? { network.strays.last?.request }
    private var registers: Int { network.sent.filter { $0.what == "REGISTER" }.count }

    private mutating func begin() throws -> SIPRequest {
        network.with("b") { $0.beginRegistration() }
        network.run(for: .milliseconds(20))
        return try #require(lastRequest)
    }

    private mutating func reply(_ request: SIPRequest, _ status: Int, _ fields: [(HeaderName, String)] = []) {
        var response = SIPResponse(answering: request, status, toTag: "t1")
        for (name, value) in fields { response.headers.append(name, value) }
        network.inject(String(decoding: response.serialized(), as: UTF8.self), into: "b")
        network.run(for: .milliseconds(20))
    }

    private let challenge: (HeaderName, String) = (
        .wwwAuthenticate, "Digest realm=\"example.org\", nonce=\"n1\", qop=\"auth\", algorithm=SHA-256"
    )

    @Test("It registers, answers the challenge, and registers anew before the time is over")
    mutating func registersAnew() throws {
        let first = try begin()
        #expect(network.registrations("b") == [.registering])
        #expect(first.method == .register)
        #expect(first.uri.description == "sip:example.org")
        #expect(first.headers[.to] == "<sip:room7@example.org>")
        #expect(try first.headers.from()?.uri.description == "sip:room7@example.org")
        #expect(first.headers[.contact] == "<sip:b@10.0.0.2:5060>")
        #expect(first.headers[.expires] == "600")
        #expect(first.headers[.authorization] == nil)

        reply(first, 401, [challenge])
        let second = try #require(lastRequest)
        #expect(second.headers[.callID] == first.headers[.callID])
        #expect(second.headers[.cseq] == "2 REGISTER")
        let told = try #require(second.headers[.authorization])
        #expect(told.contains("username=\"room7\"") && told.contains("nc=00000001") && !told.contains("geheim"))
        reply(second, 200, [(.contact, "<sip:b@10.0.0.2:5060>;expires=120"), (.expires, "3600")])
        #expect(network.registrations("b") == [.registered])

        network.run(for: .seconds(88))
        #expect(registers == 2)
        network.run(for: .seconds(2))
        #expect(registers == 3)
        let third = try #require(lastRequest)
        // The nonce is used on: no round trip for a new one.
        #expect(third.headers[.authorization]?.contains("nc=00000002") == true)
        #expect(third.headers[.callID] == first.headers[.callID])
        #expect(third.headers[.cseq] == "3 REGISTER")
        reply(third, 200, [(.expires, "600")])
        #expect(network.registrations("b").isEmpty)
    }

    @Test("A nonce that became old is replaced; a password that is wrong is not sent for ever")
    mutating func refused() throws {
        reply(try begin(), 401, [challenge])
        reply(
            try #require(lastRequest), 401,
            [(.wwwAuthenticate, "Digest realm=\"example.org\", nonce=\"n2\", stale=true, qop=\"auth\"")])
        #expect(lastRequest?.headers[.authorization]?.contains("nonce=\"n2\"") == true)
        #expect(registers == 3)
        reply(try #require(lastRequest), 401, [challenge])
        #expect(registers == 3)
        #expect(
            network.registrations("b") == [
                .registering,
                .failed(
                    "The room is not registered as sip:room7@example.org: 10.0.0.99 does not take its name and password."
                ),
            ])
        // It is tried again, and less and less often.
        network.run(for: .seconds(2))
        #expect(registers == 4)
        #expect(network.registrations("b").isEmpty)
        reply(try #require(lastRequest), 200)
        #expect(network.registrations("b") == [.registered])
    }

    @Test("A registrar that does not answer is tried again, in pauses that grow to five minutes")
    mutating func silent() throws {
        _ = try begin()
        network.run(for: .seconds(3600))
        let states = network.registrations("b")
        #expect(states.first == .registering)
        #expect(
            states.contains(
                .failed("The room is not registered as sip:room7@example.org: 10.0.0.99 does not answer.")))
        let attempts = Set(network.strays.compactMap { $0.request?.headers[.cseq] }).count
        #expect((10...30).contains(attempts), "\(attempts)")
    }

    @Test("A registration that was too short is asked for longer, once")
    mutating func tooBrief() throws {
        reply(try begin(), 423, [(.minExpires, "1800")])
        let longer = try #require(lastRequest)
        #expect(longer.headers[.expires] == "1800")
        reply(longer, 423, [(.minExpires, "1800")])
        #expect(registers == 2)
        #expect(network.registrations("b").last?.name == "failed")
    }

    @Test(
        "What the registrar says of it is told",
        arguments: [(403, "does not allow it"), (404, "does not know"), (503, "answered 503 Service Unavailable")])
    mutating func told(status: Int, words: String) throws {
        reply(try begin(), status, [(.retryAfter, "100")])
        let sentence = try #require(network.registrations("b").last?.sentence)
        #expect(sentence.contains(words), "\(sentence)")
        network.run(for: .seconds(status == 503 ? 99 : 1))
        if status == 503 { #expect(registers == 1) }
        network.run(for: .seconds(5))
        #expect(registers >= 2)
    }

    @Test("When the room ends, the registration is taken back, and the end waits for the answer")
    mutating func leaves() throws {
        reply(try begin(), 200)
        network.with("b") { $0.stop() }
        network.run(for: .milliseconds(20))
        let last = try #require(lastRequest)
        #expect(last.headers[.expires] == "0")
        #expect(network.machine("b")?.isQuiet == false)
        reply(last, 200)
        #expect(network.machine("b")?.isQuiet == true)
        #expect(network.registrations("b").last == .stopped)
        network.run(for: .seconds(3600))
        #expect(registers == 2)
    }

    @Test("An account that cannot be used says why and sends nothing")
    mutating func trouble() throws {
        let account = try SIPAccount(
            address: "room7@example.org", password: "", trouble: "its password cannot be read: gone")
        network.add("c", 3) { $0.account = account }
        network.with("c") { $0.beginRegistration() }
        network.run(for: .seconds(60))
        #expect(
            network.registrations("c") == [
                .failed("The room is not registered as sip:room7@example.org: its password cannot be read: gone.")
            ])
        #expect(network.sent.isEmpty)
    }

    // MARK: - Calls

    private mutating func dial(_ address: String) throws -> (CallID, SIPRequest) {
        let call = try network.with("b") { machine throws(SignalingError) in
            try machine.dial(address, displayName: nil, offer: offer)
        }
        network.run(for: .milliseconds(20))
        return (call, try #require(lastRequest))
    }

    @Test(
        "Calls to the account's domain, and bare numbers, go over its server as the account",
        arguments: [
            "room8", "sip:room8@10.0.0.99", " +49 (30) 1-2 ", "sip:room8@EXAMPLE.org",
            "room8@example.org;transport=tcp",
        ])
    mutating func overTheServer(address: String) throws {
        let (call, invite) = try dial(address)
        #expect(invite.method == .invite)
        #expect(try invite.headers.from()?.uri.description == "sip:room7@example.org")
        let isWhole = address.contains("10.0.0.99")
        #expect(invite.uri.description.asciiLowercased.hasSuffix(isWhole ? "@10.0.0.99" : "@example.org"))
        reply(invite, 407, [(.proxyAuthenticate, "Digest realm=\"example.org\", nonce=\"p1\", qop=\"auth\"")])
        let again = try #require(lastRequest)
        #expect(again.headers[.cseq] == "2 INVITE")
        #expect(again.headers[.proxyAuthorization]?.contains("uri=\"\(invite.uri)\"") == true)
        #expect(again.headers[.callID] == invite.headers[.callID])
        reply(again, 200, [(.contact, "<sip:x@10.0.0.99>")])
        #expect(network.events("b") == [.answered(call, answer: nil)])
        let ack = try #require(lastRequest)
        #expect(ack.method == .ack)
        #expect(ack.headers[.cseq] == "2 ACK")
        #expect(ack.headers[.proxyAuthorization] == again.headers[.proxyAuthorization])

        network.with("b") { $0.end(call, .localHangup) }
        network.run(for: .milliseconds(20))
        let bye = try #require(lastRequest)
        #expect(bye.headers[.cseq] == "3 BYE")
        reply(bye, 407, [(.proxyAuthenticate, "Digest realm=\"example.org\", nonce=\"p2\", qop=\"auth\"")])
        let last = try #require(lastRequest)
        #expect(last.headers[.cseq] == "4 BYE")
        #expect(last.headers[.proxyAuthorization]?.contains("nonce=\"p2\"") == true)
        reply(last, 200)
        #expect(network.machine("b")?.isQuiet == true)
    }

    @Test("A change in a call is sent anew with credentials")
    mutating func change() throws {
        let (call, invite) = try dial("room8")
        reply(invite, 200, [(.contact, "<sip:x@10.0.0.99>")])
        try network.with("b") { machine throws(SignalingError) in try machine.reinvite(call, offer) }
        network.run(for: .milliseconds(20))
        reply(try #require(lastRequest), 401, [challenge])
        let again = try #require(lastRequest)
        #expect(again.headers[.cseq] == "3 INVITE")
        reply(again, 200)
        #expect(
            network.events("b") == [.answered(call, answer: nil), .reinviteAnswered(call, answer: nil)])
    }

    @Test("Credentials that are refused end the call; nobody else is given any")
    mutating func refusedCalls() throws {
        let proxy: (HeaderName, String) = (.proxyAuthenticate, "Digest realm=\"r\", nonce=\"1\"")
        let (call, invite) = try dial("room8")
        reply(invite, 407, [proxy])
        reply(try #require(lastRequest), 407, [proxy])
        #expect(network.events("b") == [.ended(call, .authenticationRequired(status: 407, realm: "r"))])

        let (stranger, straight) = try dial("sip:x@10.0.0.98")
        #expect(try straight.headers.from()?.uri.description == "sip:b@10.0.0.2")
        reply(straight, 407, [proxy])
        #expect(network.events("b") == [.ended(stranger, .authenticationRequired(status: 407, realm: "r"))])

        let (moved, first) = try dial("room8")
        reply(first, 407, [proxy])
        reply(try #require(lastRequest), 302, [(.contact, "<sip:y@10.0.0.98>")])
        #expect(lastRequest?.headers.contains(.proxyAuthorization) == false)
        reply(try #require(lastRequest), 401, [challenge])
        #expect(network.events("b").last == .ended(moved, .authenticationRequired(status: 401, realm: "example.org")))
        #expect(!network.strays.contains { $0.request?.headers.contains(.authorization) == true })
    }

    @Test("A far end that takes the server off the way is given no credentials in the call")
    mutating func offTheWay() throws {
        let (call, invite) = try dial("room8")
        reply(invite, 200, [(.contact, "<sip:x@10.0.0.98>")])
        network.with("b") { $0.end(call, .localHangup) }
        network.run(for: .milliseconds(20))
        let bye = try #require(lastRequest)
        #expect(bye.method == .bye)
        reply(bye, 407, [(.proxyAuthenticate, "Digest realm=\"r\", nonce=\"1\"")])
        #expect(network.machine("b")?.isQuiet == true)
        #expect(!network.strays.contains { $0.request?.headers.contains(.proxyAuthorization) == true })
    }

    @Test("A call that the server brings is ended with credentials where it asks for them")
    mutating func broughtByServer() throws {
        reply(try begin(), 200)
        network.inject(
            request(
                "INVITE", fields: ["Content-Type: application/sdp", "Record-Route: <sip:10.0.0.99;lr>"], body: offer),
            into: "b")
        guard case .incomingCall(let incoming)? = network.events("b").first else { throw CallFlowTests.NoCall() }
        try network.with("b") { machine throws(SignalingError) in try machine.answer(incoming.call, answer) }
        network.run(for: .milliseconds(20))
        let to = try #require(network.strays.last?.headers[.to])
        network.inject(request("ACK", branch: "z9hG4bKack", to: to), into: "b")
        network.with("b") { $0.end(incoming.call, .localHangup) }
        network.run(for: .milliseconds(20))
        reply(try #require(lastRequest), 407, [(.proxyAuthenticate, "Digest realm=\"r\", nonce=\"1\"")])
        let again = try #require(lastRequest)
        #expect(again.method == .bye)
        #expect(again.headers.contains(.proxyAuthorization))
    }

    @Test(
        "An account that makes no sense is refused with a sentence",
        arguments: [
            ("example.org", ""), ("sips:a@b", ""), ("a@b", "sips:c"), ("a@b", "sip:c;transport=tls"), ("a@", ""),
            ("a@b", "c:d"),
        ])
    func senseless(address: String, server: String) {
        #expect(throws: SignalingError.self) { try SIPAccount(address: address, server: server, password: "") }
    }
}

@Suite("Digest as RFC 7616 §3.9.1 has it")
struct DigestHashTests {
    @Test(
        "Its example",
        arguments: [
            (DigestChallenge.Algorithm.md5, "8ca523f5e9506fed4657c9700eebdbec"),
            (.sha256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ])
    func example(algorithm: DigestChallenge.Algorithm, response: String) throws {
        let challenge = try #require(
            DigestChallenge(
                "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=\(algorithm.rawValue), "
                    + "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", "
                    + "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""))
        let value = DigestCredentials(user: "Mufasa", password: "Circle of Life").authorization(
            for: challenge, method: SIPMethod("GET"), uri: "/dir/index.html",
            clientNonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", count: 1, hash: DigestHash.hex)
        #expect(value.contains("response=\"\(response)\""))
    }
}

extension String {
    fileprivate var asciiLowercased: String { lowercased() }
}
