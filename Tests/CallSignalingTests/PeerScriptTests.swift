import SIP
import Testing

@testable import CallSignaling

/// A scripted peer at 10.0.0.99 that does what a user agent of ours would not do.
@Suite("Peers with ways of their own")
struct PeerScriptTests {
    private var network = SimulatedNetwork()

    init() { network.add("b", 2) }

    private var lastRequest: SIPRequest? { network.strays.last?.request }

    private mutating func dial() throws -> (CallID, SIPRequest) {
        let call = try network.with("b") { machine throws(SignalingError) in
            try machine.dial("sip:x@10.0.0.99", displayName: nil, offer: offer)
        }
        network.run(for: .milliseconds(20))
        return (call, try #require(lastRequest))
    }

    private mutating func reply(
        _ invite: SIPRequest, _ status: Int, tag: String = "t1", contact: String = "<sip:x@10.0.0.99>",
        fields: [(HeaderName, String)] = [], body: String = ""
    ) {
        var response = SIPResponse(answering: invite, status, toTag: tag)
        response.headers.append(.contact, contact)
        for (name, value) in fields { response.headers.append(name, value) }
        response.body = Array(body.utf8)
        network.inject(String(decoding: response.serialized(), as: UTF8.self), into: "b")
        network.run(for: .milliseconds(20))
    }

    @Test("A forked call takes the first answer and hangs up on the second")
    mutating func fork() throws {
        let (call, invite) = try dial()
        reply(invite, 180, tag: "f1")
        reply(invite, 183, tag: "f2", body: answer)
        reply(invite, 200, tag: "f2", body: answer)
        #expect(
            network.events("b") == [
                .provisional(call, status: 180, phrase: "Ringing", body: nil),
                .provisional(call, status: 183, phrase: "Session Progress", body: answer),
                .answered(call, answer: answer),
            ])
        let before = network.strays.count
        reply(invite, 200, tag: "f1", contact: "<sip:other@10.0.0.99>", body: answer)
        let requests = network.strays[before...].compactMap(\.request)
        #expect(requests.map(\.method) == [.ack, .bye])
        #expect(requests.allSatisfy { $0.uri.description == "sip:other@10.0.0.99" })
        #expect(try requests.allSatisfy { try $0.headers.to()?.tag == "f1" })
        // Its answer again is acknowledged again, and no more.
        reply(invite, 200, tag: "f1", contact: "<sip:other@10.0.0.99>", body: answer)
        #expect(network.strays[before...].compactMap(\.request).map(\.method) == [.ack, .bye, .ack])
        #expect(network.events("b").isEmpty)
    }

    @Test("What a branch that lost the fork sends is of no dialog, and leaves the call alone")
    mutating func losingBranch() throws {
        let (call, invite) = try dial()
        reply(invite, 180, tag: "f1")
        reply(invite, 200, tag: "f2", body: answer)
        _ = network.events("b")
        let to = try #require(invite.headers[.from])
        let callID = try #require(invite.headers[.callID])
        func text(_ method: String, _ number: Int, tag: String) -> String {
            request(method, branch: "z9hG4bK\(tag)\(number)", to: to, cseq: "\(number) \(method)")
                .replacing("sip:x@10.0.0.99>;tag=x1", with: "sip:x@10.0.0.99>;tag=\(tag)")
                .replacing("test@10.0.0.99", with: callID)
        }
        for (number, method) in ["INFO", "INVITE", "OPTIONS", "BYE"].enumerated() {
            network.inject(text(method, number + 5, tag: "f1"), into: "b")
            #expect(network.sent.last?.what == "481 \(method)")
        }
        #expect(network.events("b").isEmpty)
        // The 2xx of that branch is acknowledged and ended as before, and the one that won has numbers of its own.
        let before = network.strays.count
        reply(invite, 200, tag: "f1", body: answer)
        #expect(network.strays[before...].compactMap(\.request).map(\.method) == [.ack, .bye])
        network.inject(text("INFO", 1, tag: "f2"), into: "b")
        #expect(network.sent.last?.what == "200 INFO")
        network.inject(text("BYE", 2, tag: "f2"), into: "b")
        #expect(network.events("b") == [.ended(call, .remoteHangup(explanation: nil))])
    }

    @Test("A call that is cancelled and never gets a final answer leaves nothing behind")
    mutating func silentAfterCancel() throws {
        let (call, invite) = try dial()
        reply(invite, 180)
        network.with("b") { $0.end(call, .localHangup) }
        network.run(for: .seconds(33))
        #expect(network.sent.contains { $0.what == "CANCEL" })
        #expect(network.machine("b")?.calls.isEmpty == true)
        #expect(network.machine("b")?.clients.isEmpty == true)
        #expect(network.isIdle)
    }

    @Test(
        "A change of ours that is not answered before the call ends leaves nothing behind; a late refusal gets its ACK",
        arguments: [true, false])
    mutating func unansweredChange(isRefused: Bool) throws {
        let (call, invite) = try dial()
        reply(invite, 200, body: answer)
        try network.with("b") { machine throws(SignalingError) in try machine.reinvite(call, offer) }
        network.run(for: .milliseconds(20))
        let change = try #require(lastRequest)
        #expect(change.method == .invite)
        reply(change, 100)
        network.with("b") { $0.end(call, .localHangup) }
        network.run(for: .milliseconds(20))
        let bye = try #require(lastRequest)
        #expect(bye.method == .bye)
        reply(bye, 200)
        #expect(network.machine("b")?.calls.isEmpty == true)
        if isRefused {
            reply(change, 487)
            #expect(lastRequest?.method == .ack)
        }
        network.run(for: .seconds(70))
        #expect(network.machine("b")?.clients.isEmpty == true)
        #expect(network.isIdle)
    }

    @Test("A redirection is followed once, a second one is reported")
    mutating func redirect() throws {
        let (call, invite) = try dial()
        reply(invite, 302, contact: "<sip:y@10.0.0.99:5070;transport=udp>")
        #expect(network.events("b").isEmpty)
        let again = try #require(lastRequest)
        #expect(again.method == .invite)
        #expect(again.uri.description == "sip:y@10.0.0.99:5070;transport=udp")
        #expect(again.headers[.callID] == invite.headers[.callID])
        #expect(again.headers[.from] == invite.headers[.from])
        #expect(again.headers[.cseq] == "2 INVITE")
        #expect(try again.headers.topVia()?.branch != invite.headers.topVia()?.branch)
        reply(again, 301)
        #expect(network.events("b") == [.ended(call, .rejected(status: 301, phrase: "Moved Permanently"))])
    }

    @Test("A challenge is reported with its realm")
    mutating func challenge() throws {
        let (call, invite) = try dial()
        reply(invite, 407, fields: [(.proxyAuthenticate, "Digest realm=\"rooms\", nonce=\"1\"")])
        #expect(network.events("b") == [.ended(call, .authenticationRequired(status: 407, realm: "rooms"))])
    }

    @Test("An INVITE without an offer is answered with one, and the ACK brings the answer")
    mutating func lateOffer() throws {
        network.inject(request("INVITE"), into: "b")
        guard case .incomingCall(let incoming)? = network.events("b").first else { throw CallFlowTests.NoCall() }
        #expect(incoming.offer == nil)
        try network.with("b") { machine throws(SignalingError) in try machine.answer(incoming.call, offer) }
        network.run(for: .milliseconds(20))
        let success = try #require(network.strays.last?.response)
        #expect(String(decoding: success.body, as: UTF8.self) == offer)
        let to = try #require(success.headers[.to])
        network.inject(
            request(
                "ACK", branch: "z9hG4bKack", to: to, fields: ["Content-Type: application/sdp"], body: answer), into: "b"
        )
        #expect(network.events("b") == [.established(incoming.call, answer: answer)])

        network.inject(request("INVITE", branch: "z9hG4bKre", to: to, cseq: "2 INVITE"), into: "b")
        #expect(network.events("b") == [.reinvite(incoming.call, offer: nil)])
        try network.with("b") { machine throws(SignalingError) in try machine.answerReinvite(incoming.call, offer) }
        network.inject(
            request(
                "ACK", branch: "z9hG4bKack2", to: to, cseq: "2 ACK", fields: ["Content-Type: application/sdp"],
                body: answer), into: "b")
        #expect(network.events("b") == [.reinviteEstablished(incoming.call, answer: answer)])
    }

    @Test("Our messages follow the route that a proxy recorded")
    mutating func recordRoute() throws {
        network.inject(
            request(
                "INVITE", fields: ["Record-Route: <sip:10.0.0.98;lr>", "Content-Type: application/sdp"], body: offer),
            into: "b")
        guard case .incomingCall(let incoming)? = network.events("b").first else { throw CallFlowTests.NoCall() }
        try network.with("b") { machine throws(SignalingError) in try machine.answer(incoming.call, answer) }
        network.run(for: .milliseconds(20))
        let success = try #require(network.strays.last?.response)
        #expect(success.headers[.recordRoute] == "<sip:10.0.0.98;lr>")
        let to = try #require(success.headers[.to])
        network.inject(request("ACK", branch: "z9hG4bKack", to: to), into: "b")
        network.with("b") { $0.end(incoming.call, .localHangup) }
        network.run(for: .milliseconds(20))
        let bye = try #require(lastRequest)
        #expect(bye.method == .bye)
        #expect(bye.headers[.route] == "<sip:10.0.0.98;lr>")
        #expect(bye.uri.description == "sip:x@10.0.0.99")
    }

    @Test("A change that is taken back leaves the call alone")
    mutating func cancelledChange() throws {
        let (call, to) = try established()
        let change = request(
            "INVITE", branch: "z9hG4bKre", to: to, cseq: "2 INVITE", fields: ["Content-Type: application/sdp"],
            body: offer)
        network.inject(change, into: "b")
        network.inject(request("CANCEL", branch: "z9hG4bKre", to: to, cseq: "2 CANCEL"), into: "b")
        #expect(network.events("b") == [.reinvite(call, offer: offer), .reinviteCancelled(call)])
        #expect(network.sent.map(\.what).suffix(2) == ["200 CANCEL", "487 INVITE"])
        #expect(network.machine("b")?.calls[call]?.phase == .confirmed)
    }

    @Test("A request with a number that was used is refused with 500, one that asks for extensions with 420")
    mutating func order() throws {
        let (call, to) = try established()
        network.inject(request("INFO", branch: "z9hG4bK5", to: to, cseq: "1 INFO"), into: "b")
        #expect(network.sent.last?.what == "500 INFO")
        network.inject(request("INFO", branch: "z9hG4bK6", to: to, cseq: "5 INFO", fields: ["Require: x"]), into: "b")
        #expect(network.sent.last?.what == "420 INFO")
        network.inject(request("UPDATE", branch: "z9hG4bK7", to: to, cseq: "6 UPDATE"), into: "b")
        #expect(network.sent.last?.what == "405 UPDATE")
        network.inject(
            request("BYE", branch: "z9hG4bK8", to: to, cseq: "9 BYE", fields: ["Reason: SIP;cause=200;text=\"late\""]),
            into: "b")
        #expect(network.events("b") == [.ended(call, .remoteHangup(explanation: "late"))])
    }

    @Test("A caller that hangs up while it rings gets 200, and its INVITE 487")
    mutating func earlyBye() throws {
        network.inject(
            request("INVITE", fields: ["Content-Type: application/sdp"], body: offer), into: "b")
        guard case .incomingCall(let incoming)? = network.events("b").first else { throw CallFlowTests.NoCall() }
        try network.with("b") { machine throws(SignalingError) in
            try machine.sendProvisional(incoming.call, 180, body: nil)
        }
        network.run(for: .milliseconds(20))
        let to = try #require(network.strays.last?.headers[.to])
        network.inject(request("BYE", branch: "z9hG4bKbye", to: to, cseq: "2 BYE"), into: "b")
        #expect(network.sent.map(\.what).suffix(2) == ["200 BYE", "487 INVITE"])
        #expect(network.events("b") == [.ended(incoming.call, .remoteHangup(explanation: nil))])
    }

    @Test("An answer that makes no sense ends the call with a reason")
    mutating func brokenAnswer() throws {
        let (call, invite) = try dial()
        reply(invite, 200, contact: "<tel:+1>", body: answer)
        #expect(network.events("b") == [.ended(call, .protocolError("Contact: is no SIP URI"))])
    }

    private mutating func established() throws -> (CallID, to: String) {
        network.inject(
            request("INVITE", fields: ["Content-Type: application/sdp"], body: offer), into: "b")
        guard case .incomingCall(let incoming)? = network.events("b").first else { throw CallFlowTests.NoCall() }
        try network.with("b") { machine throws(SignalingError) in try machine.answer(incoming.call, answer) }
        network.run(for: .milliseconds(20))
        let to = try #require(network.strays.last?.headers[.to])
        network.inject(request("ACK", branch: "z9hG4bKack", to: to), into: "b")
        #expect(network.events("b") == [.established(incoming.call, answer: nil)])
        return (incoming.call, to)
    }
}
