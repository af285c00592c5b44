import SIP
import Testing

@testable import CallSignaling

/// A request and the status that it is refused with.
struct Case: Sendable, CustomTestStringConvertible {
    let status: Int
    let text: String

    init(_ status: Int, _ text: String) {
        self.status = status
        self.text = text
    }

    var testDescription: String { "\(status) for \(text.prefix { $0 != "\r\n" })" }
}

private let cases: [Case] = [
    Case(405, request("REGISTER")), Case(405, request("UPDATE")), Case(405, request("SUBSCRIBE")),
    Case(405, request("PRACK")),
    Case(501, request("DANCE")), Case(416, request("INVITE", uri: "tel:+123")),
    Case(416, request("OPTIONS", uri: "sips:b@10.0.0.2")),
    Case(420, request("INVITE", fields: ["Require: 100rel, timer"])),
    Case(415, request("INVITE", fields: ["Content-Type: text/plain"], body: "hello")),
    Case(415, request("INVITE", fields: ["Content-Type: application/sdp", "Content-Encoding: gzip"], body: "x")),
    Case(481, request("BYE")), Case(481, request("BYE", to: "<sip:b@10.0.0.2>;tag=gone")),
    Case(481, request("INVITE", to: "<sip:b@10.0.0.2>;tag=gone")), Case(481, request("CANCEL")),
    Case(481, request("INFO")),
    Case(505, request("OPTIONS").replacing(" SIP/2.0\r\nVia", with: " SIP/3.0\r\nVia")),
    Case(400, request("INVITE").replacing("Contact: <sip:x@10.0.0.99>\r\n", with: "")),
    Case(400, request("INVITE", cseq: "1 BYE")),
]

@Suite("Requests that are refused, and how")
struct RefusalTests {
    private var network = SimulatedNetwork()

    init() { network.add("b", 2) }

    private mutating func answer(_ text: String, over transport: SIPTransport = .udp) -> SIPResponse? {
        network.inject(text, into: "b", over: transport)
        network.run(for: .milliseconds(20))
        return network.strays.last?.response
    }

    @Test(
        "Each has its status",
        arguments: cases)
    mutating func status(_ testCase: Case) throws {
        let expected = testCase.status
        let response = try #require(answer(testCase.text))
        #expect(response.status == expected)
        #expect(network.events("b").isEmpty)
        #expect(network.machine("b")?.servers.isEmpty == true)
        if expected == 405 || expected == 501 {
            #expect(response.headers[.allow] == "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO")
        }
        if expected == 420 { #expect(response.headers[.unsupported] == "100rel, timer") }
        if expected == 415 { #expect(response.headers.contains(.accept) || response.headers.contains(.acceptEncoding)) }
        #expect(try response.headers.to()?.tag != nil)
    }

    @Test("A refusal that is asked for twice is the same, without a memory of it")
    mutating func stateless() throws {
        let first = try #require(answer(request("REGISTER")))
        let second = try #require(answer(request("REGISTER")))
        #expect(first == second)
        #expect(network.machine("b")?.statistics.refused == 2)
    }

    @Test("An INVITE that came over two ways is refused the second time")
    mutating func merged() throws {
        network.inject(request("INVITE", branch: "z9hG4bKone"), into: "b")
        let second = answer(request("INVITE", branch: "z9hG4bKtwo"))
        #expect(second?.status == 482)
        #expect(network.events("b").count == 1)
    }

    @Test("Max-Forwards 0 is no reason to refuse at the end of the way")
    mutating func maxForwards() throws {
        let text = request("OPTIONS").replacing("Max-Forwards: 70", with: "Max-Forwards: 0")
        #expect(answer(text)?.status == 200)
    }

    @Test("OPTIONS tells what we can, the owner's SDP with it")
    mutating func options() throws {
        network.with("b") { $0.capabilities = offer }
        let response = try #require(answer(request("OPTIONS")))
        #expect(response.status == 200)
        #expect(response.headers[.allow] == "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO")
        #expect(response.headers[.accept] == "application/sdp")
        #expect(response.headers.contains(.supported))
        #expect(String(decoding: response.body, as: UTF8.self) == offer)
    }

    @Test("Stray ACKs and answers are dropped and counted")
    mutating func strays() {
        network.inject(request("ACK"), into: "b")
        network.inject(request("ACK", to: "<sip:b@10.0.0.2>;tag=gone"), into: "b")
        let text =
            "SIP/2.0 200 OK\r\n" + request("INVITE").split(separator: "\r\n").dropFirst().joined(separator: "\r\n")
        network.inject(text + "\r\n\r\n", into: "b")
        network.run(for: .seconds(1))
        #expect(network.strays.isEmpty)
        #expect(network.machine("b")?.statistics.unmatched == 3)
    }

    @Test("What is no SIP is dropped and counted")
    mutating func garbage() {
        for text in ["", "\r\n\r\n", "jaK", "GET / HTTP/1.0\r\n\r\n", String(repeating: "x", count: 20_000)] {
            network.inject(text, into: "b")
        }
        #expect(network.isIdle)
        #expect(network.machine("b")?.statistics.malformed == 5)
    }

    @Test("The answer goes to the port that it came from only where rport asks for it")
    mutating func rport() throws {
        network.inject(request("OPTIONS"), into: "b", port: 7000)
        network.run(for: .milliseconds(20))
        let plain = try #require(try network.strays.last?.headers.topVia())
        #expect(plain.description == "SIP/2.0/UDP 10.0.0.99:5060;branch=z9hG4bKtest")
        let asking = request("OPTIONS", branch: "z9hG4bKtest;rport").replacing("10.0.0.99:5060", with: "client.example")
        network.inject(asking, into: "b", port: 7000)
        network.run(for: .milliseconds(20))
        let noted = try #require(try network.strays.last?.headers.topVia())
        #expect(noted.rport == 7000)
        #expect(noted.received == "10.0.0.99")
    }

    @Test("A full table of transactions refuses calls with 503, and says when to come back")
    mutating func overload() throws {
        network.add("b", 2) { $0.limits.transactions = 1 }
        network.inject(request("INVITE", branch: "z9hG4bKone"), into: "b")
        let text = request("INVITE", branch: "z9hG4bKtwo").replacing("Call-ID: test", with: "Call-ID: other")
        let second = try #require(answer(text))
        #expect(second.status == 503)
        #expect(second.headers.retryAfter == .seconds(5))
        #expect(network.machine("b")?.statistics.overload == 1)
    }

    @Test("An owner that does not keep up gets no new calls")
    mutating func fullEvents() {
        network.with("b") { $0.eventPlaces = 256 }
        #expect(answer(request("INVITE"))?.status == 503)
        #expect(network.events("b").isEmpty)
    }
}
