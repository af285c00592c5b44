import SIP
import Testing

@testable import CallSignaling

private let secondVia = "Via: SIP/2.0/TCP 10.0.0.99:5060;branch=z9hG4bKup"

/// Fields of an INVITE over TCP, and whether its connection leads to the peer: the peer itself, behind a NAT; a proxy
/// that leaves the way; one that stays in it.
private let ways: [([String], Bool)] = [
    ([], true), ([secondVia], false), ([secondVia, "Record-Route: <sip:10.0.0.50;transport=tcp;lr>"], true),
]

/// A scripted peer at 10.0.0.99 inside a call that it placed.
@Suite("Requests inside a dialog")
struct InDialogTests {
    private var network = SimulatedNetwork()

    init() { network.add("b", 2) }

    /// A call of the peer's that is established; `to` has our tag.
    private mutating func established(
        over transport: SIPTransport = .udp, from host: String = "10.0.0.99", fields: [String] = []
    ) throws -> (call: CallID, to: String) {
        let port: UInt16 = transport == .tcp ? 40_000 : 5060
        var invite = request("INVITE", fields: fields + ["Content-Type: application/sdp"], body: offer)
        if transport == .tcp {
            invite = invite.replacing(
                "Contact: <sip:x@10.0.0.99>", with: "Contact: <sip:x@10.0.0.99;transport=tcp>")
        }
        network.inject(invite, into: "b", from: host, port: port, over: transport)
        guard case .incomingCall(let incoming)? = network.events("b").first else { throw CallFlowTests.NoCall() }
        try network.with("b") { machine throws(SignalingError) in try machine.answer(incoming.call, answer) }
        network.run(for: .milliseconds(20))
        let id = try #require(network.machine("b")?.calls[incoming.call]?.dialog?.id)
        let to = "<sip:b@10.0.0.2>;tag=\(id.localTag)"
        network.inject(
            request("ACK", branch: "z9hG4bKack", to: to), into: "b", from: host, port: port, over: transport)
        #expect(network.events("b") == [.established(incoming.call, answer: nil)])
        return (incoming.call, to)
    }

    // MARK: - Answers to repeats

    @Test(
        "One that comes again is answered as before, though its number is used up",
        arguments: [("OPTIONS", 200), ("INFO", 415), ("INVITE", 415)])
    mutating func repeated(method: String, status: Int) throws {
        let (_, to) = try established()
        let text = request(
            method, branch: "z9hG4bKtwice", to: to, cseq: "7 \(method)", fields: ["Content-Type: text/html"], body: "x")
        for _ in 0..<2 {
            network.inject(text, into: "b")
            #expect(network.sent.last?.what == "\(status) \(method)")
        }
        #expect(network.machine("b")?.statistics.retransmissionsReceived == 1)
        #expect(network.events("b").isEmpty)
        network.run(for: .seconds(70))
        #expect(network.machine("b")?.servers.isEmpty == true)
    }

    @Test("A change that the owner has no place for is refused as often as it comes, until its ACK")
    mutating func busyOwner() throws {
        let (_, to) = try established()
        network.with("b") { $0.eventPlaces = 128 }
        let change = request(
            "INVITE", branch: "z9hG4bKtwice", to: to, cseq: "2 INVITE", fields: ["Content-Type: application/sdp"],
            body: offer)
        for _ in 0..<2 {
            network.inject(change, into: "b")
            #expect(network.sent.last?.what == "503 INVITE")
        }
        network.run(for: .milliseconds(600))
        #expect(network.times("503 INVITE", from: "b").count == 3)
        network.inject(request("ACK", branch: "z9hG4bKtwice", to: to, cseq: "2 ACK"), into: "b")
        network.run(for: .seconds(60))
        #expect(network.times("503 INVITE", from: "b").count == 3)
        #expect(network.isIdle)
    }

    @Test("A second change before the first is answered gets the same Retry-After each time")
    mutating func secondChange() throws {
        let (call, to) = try established()
        let fields = ["Content-Type: application/sdp"]
        network.inject(
            request("INVITE", branch: "z9hG4bKone", to: to, cseq: "2 INVITE", fields: fields, body: offer), into: "b")
        #expect(network.events("b") == [.reinvite(call, offer: offer)])
        network.run(for: .milliseconds(20))
        let second = request("INVITE", branch: "z9hG4bKtwo", to: to, cseq: "3 INVITE", fields: fields, body: offer)
        network.inject(second, into: "b")
        network.run(for: .milliseconds(20))
        let first = try #require(network.strays.last?.response)
        #expect(first.status == 500)
        #expect(first.headers.retryAfter != nil)
        network.inject(second, into: "b")
        network.run(for: .milliseconds(20))
        #expect(network.strays.last?.response == first)
        #expect(network.events("b").isEmpty)
    }

    // MARK: - Bounds

    @Test("One call has so many transactions and no more; a BYE is heard all the same")
    mutating func transactionsOfOneCall() throws {
        // One of them is the INVITE's.
        network.add("b", 2) { $0.limits.transactionsPerCall = 4 }
        let (call, to) = try established()
        func info(_ number: Int) -> String {
            request(
                "INFO", branch: "z9hG4bKinfo\(number)", to: to, cseq: "\(number) INFO",
                fields: ["Content-Type: application/dtmf-relay"], body: "Signal=\(number)\r\n")
        }
        for number in 2...6 { network.inject(info(number), into: "b") }
        let answers = network.sent.map(\.what).filter { $0.hasSuffix(" INFO") }
        #expect(answers == ["200 INFO", "200 INFO", "200 INFO", "503 INFO", "503 INFO"])
        #expect(network.events("b").count == 3)
        network.inject(request("INVITE", branch: "z9hG4bKre", to: to, cseq: "7 INVITE"), into: "b")
        #expect(network.sent.last?.what == "503 INVITE")
        #expect(network.machine("b")?.statistics.overload == 3)
        #expect(network.machine("b")?.servers.count == 4)
        // What was refused has not used up its number, and is taken once there is place.
        network.run(for: .seconds(33))
        for number in 6...9 { network.inject(info(number), into: "b") }
        #expect(network.events("b").count == 4)
        network.inject(info(10), into: "b")
        #expect(network.sent.last?.what == "503 INFO")
        network.inject(request("BYE", branch: "z9hG4bKbye", to: to, cseq: "11 BYE"), into: "b")
        #expect(network.sent.last?.what == "200 BYE")
        #expect(network.events("b") == [.ended(call, .remoteHangup(explanation: nil))])
    }

    @Test("A full table of transactions refuses what would begin another in a call")
    mutating func fullTable() throws {
        network.add("b", 2) { $0.limits.transactions = 2 }
        let (_, to) = try established()
        for (number, status) in [(2, 200), (3, 503)] {
            network.inject(
                request("INFO", branch: "z9hG4bKinfo\(number)", to: to, cseq: "\(number) INFO"), into: "b")
            #expect(network.sent.last?.what == "\(status) INFO")
        }
    }

    // MARK: - The way over TCP

    @Test("A BYE takes the connection of the call only where that leads to the next hop", arguments: ways)
    mutating func connection(fields: [String], isUsed: Bool) throws {
        let (call, _) = try established(over: .tcp, from: "10.0.0.50", fields: fields)
        network.with("b") { $0.end(call, .localHangup) }
        let bye = try #require(network.sent.last)
        #expect(bye.what == "BYE")
        #expect(bye.transport == .tcp)
        #expect(bye.destination.connection == (isUsed ? ConnectionID(rawValue: 99) : nil))
        if !isUsed { #expect(bye.destination.address == NetworkAddress(host: "10.0.0.99", port: 5060)) }
    }

    @Test("What comes over the account's server goes back over its connection")
    mutating func accountConnection() throws {
        let account = try SIPAccount(
            address: "sip:room7@example.org", server: "sip:10.0.0.99;transport=tcp", password: "geheim")
        network.add("b", 2) { $0.account = account }
        network.with("b") { $0.beginRegistration() }
        network.run(for: .milliseconds(20))
        let (call, _) = try established(over: .tcp, fields: [secondVia])
        network.with("b") { $0.end(call, .localHangup) }
        #expect(network.sent.last?.what == "BYE")
        #expect(network.sent.last?.destination.connection == ConnectionID(rawValue: 99))
    }

    @Test("The ACK of a call over TCP goes to the Contact of the answer and not to the proxy that brought it")
    mutating func acknowledges() throws {
        _ = try network.with("b") { machine throws(SignalingError) in
            try machine.dial("sip:x@10.0.0.50;transport=tcp", displayName: nil, offer: offer)
        }
        network.run(for: .milliseconds(20))
        let invite = try #require(network.strays.last?.request)
        var response = SIPResponse(answering: invite, 200, toTag: "t1")
        response.headers.append(.contact, "<sip:x@10.0.0.99;transport=tcp>")
        network.inject(
            String(decoding: response.serialized(), as: UTF8.self), into: "b", from: "10.0.0.50", over: .tcp)
        let ack = try #require(network.sent.last)
        #expect(ack.what == "ACK")
        #expect(
            ack.destination
                == Destination(
                    transport: .tcp, address: NetworkAddress(host: "10.0.0.99", port: 5060), connection: nil))
    }
}
