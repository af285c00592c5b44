import SIP
import Testing

@testable import CallSignaling

@Suite("Changes inside a call")
struct SessionTests {
    private var network = SimulatedNetwork()
    private var caller = CallID(rawValue: 0)
    private var callee = CallID(rawValue: 0)
    private let changed = offer.replacingPort("6000")

    init() throws {
        network.add("a", 1)
        network.add("b", 2)
        caller = try network.with("a") { machine throws(SignalingError) in
            try machine.dial("sip:b@10.0.0.2", displayName: nil, offer: offer)
        }
        network.run(for: .milliseconds(50))
        guard case .incomingCall(let incoming)? = network.events("b").first else { throw CallFlowTests.NoCall() }
        callee = incoming.call
        try network.with("b") { machine throws(SignalingError) in try machine.answer(incoming.call, answer) }
        network.run(for: .milliseconds(50))
        _ = network.events("a")
        _ = network.events("b")
    }

    private mutating func reinvite(_ name: String, _ call: CallID) throws(SignalingError) {
        let sdp = changed
        try network.with(name) { machine throws(SignalingError) in try machine.reinvite(call, sdp) }
    }

    @Test("Either side changes the session", arguments: ["a", "b"])
    mutating func change(from name: String) throws {
        let (mine, theirs, other) = name == "a" ? (caller, callee, "b") : (callee, caller, "a")
        try reinvite(name, mine)
        network.run(for: .milliseconds(50))
        #expect(network.events(other) == [.reinvite(theirs, offer: changed)])
        try network.with(other) { machine throws(SignalingError) in try machine.answerReinvite(theirs, answer) }
        network.run(for: .milliseconds(50))
        #expect(network.events(name) == [.reinviteAnswered(mine, answer: answer)])
        #expect(network.events(other) == [.reinviteEstablished(theirs, answer: nil)])
        network.run(for: .seconds(60))
        #expect(network.isIdle)
    }

    @Test("A change that is refused leaves the call as it was")
    mutating func refused() throws {
        try reinvite("a", caller)
        network.run(for: .milliseconds(50))
        let call = callee
        try network.with("b") { machine throws(SignalingError) in try machine.rejectReinvite(call, status: 488) }
        network.run(for: .milliseconds(50))
        #expect(network.events("a") == [.reinviteRejected(caller, status: 488, phrase: "Not Acceptable Here")])
        try reinvite("a", caller)
        network.run(for: .milliseconds(50))
        #expect(network.events("b").last == .reinvite(callee, offer: changed))
    }

    @Test("When both offer at once, both are tried again later and both come through")
    mutating func glare() throws {
        try reinvite("a", caller)
        try reinvite("b", callee)
        network.run(for: .milliseconds(21))
        #expect(network.sent.filter { $0.what == "491 INVITE" }.count == 2)
        #expect(network.events("a").isEmpty)
        #expect(network.events("b").isEmpty)
        let start = network.now
        network.run(for: .milliseconds(2050))
        // Who did not make the Call-ID comes first, within 2 s.
        #expect(network.events("a") == [.reinvite(caller, offer: changed)])
        let call = caller
        try network.with("a") { machine throws(SignalingError) in try machine.answerReinvite(call, answer) }
        network.run(for: .seconds(3))
        #expect(network.events("b") == [.reinviteAnswered(callee, answer: answer)])
        // The caller's own offer was overtaken, so the owner hears of it instead.
        #expect(
            network.events("a") == [
                .reinviteEstablished(caller, answer: nil),
                .reinviteRejected(caller, status: 491, phrase: "Request Pending"),
            ])
        #expect(network.now - start <= .seconds(6))
    }

    @Test("A 491 that gets lost comes again, and nothing else in its place")
    mutating func lostGlare() throws {
        var isLost = false
        network.loses = { message, _ in
            guard message.what == "491 INVITE", !isLost else { return false }
            isLost = true
            return true
        }
        try reinvite("a", caller)
        try reinvite("b", callee)
        network.run(for: .seconds(1))
        #expect(network.sent.filter { $0.what == "491 INVITE" }.count >= 3)
        #expect(!network.sent.contains { $0.what == "500 INVITE" })
        for name in ["a", "b"] {
            let events = network.events(name)
            #expect(!events.contains { if case .reinviteRejected = $0 { true } else { false } })
        }
    }

    @Test("A lost ACK for a change is made good by the repeat of the 2xx")
    mutating func lostAck() throws {
        var isLost = false
        network.loses = { message, _ in
            guard message.what == "ACK", !isLost else { return false }
            isLost = true
            return true
        }
        try reinvite("a", caller)
        network.run(for: .milliseconds(50))
        let call = callee
        try network.with("b") { machine throws(SignalingError) in try machine.answerReinvite(call, answer) }
        network.run(for: .seconds(1))
        #expect(network.events("b").last == .reinviteEstablished(callee, answer: nil))
        #expect(network.events("a") == [.reinviteAnswered(caller, answer: answer)])
        #expect(network.sent.filter { $0.what == "ACK" }.count == 3)
    }

    @Test("One change at a time")
    mutating func pending() throws {
        try reinvite("a", caller)
        #expect(throws: SignalingError.changePending(caller)) { try reinvite("a", caller) }
        network.run(for: .milliseconds(50))
        #expect(throws: SignalingError.changePending(callee)) { try reinvite("b", callee) }
    }

    @Test("A peer that has forgotten the call ends it")
    mutating func forgotten() throws {
        network.add("b", 2)
        try reinvite("a", caller)
        network.run(for: .seconds(1))
        #expect(
            network.events("a") == [.ended(caller, .protocolError("the call is not known there any more"))])
        network.runUntilIdle()
        #expect(network.machine("a")?.calls.isEmpty == true)
    }

    @Test("A peer that is gone ends the call when a change gets no answer")
    mutating func gone() throws {
        network.loses = { _, _ in true }
        try reinvite("a", caller)
        network.run(for: .seconds(33))
        #expect(network.events("a") == [.ended(caller, .timeout)])
        network.runUntilIdle()
        #expect(network.machine("a")?.calls.isEmpty == true)
    }

    @Test("INFO is passed on, and a body that nobody understands is refused")
    mutating func info() throws {
        let call = caller
        try network.with("a") { machine throws(SignalingError) in
            try machine.sendInfo(call, contentType: "application/dtmf-relay", body: "Signal=5\r\nDuration=160\r\n")
        }
        network.run(for: .milliseconds(50))
        #expect(
            network.events("b") == [
                .info(callee, contentType: "application/dtmf-relay", body: "Signal=5\r\nDuration=160\r\n")
            ])
        try network.with("a") { machine throws(SignalingError) in
            try machine.sendInfo(call, contentType: "text/html", body: "x")
        }
        network.run(for: .milliseconds(50))
        #expect(network.events("b").isEmpty)
        #expect(network.sent.last?.what == "415 INFO")
        #expect(network.events("a").isEmpty)
    }

    @Test("Commands that do not fit are refused with a reason")
    mutating func wrongState() {
        let (call, other) = (callee, CallID(rawValue: 77))
        #expect(throws: SignalingError.noSuchCall(other)) {
            try network.with("b") { machine throws(SignalingError) in try machine.answer(other, answer) }
        }
        #expect(throws: SignalingError.wrongState(call, operation: "answer", state: "established")) {
            try network.with("b") { machine throws(SignalingError) in try machine.answer(call, answer) }
        }
        #expect(throws: SignalingError.self) {
            try network.with("b") { machine throws(SignalingError) in try machine.answerReinvite(call, answer) }
        }
    }
}
