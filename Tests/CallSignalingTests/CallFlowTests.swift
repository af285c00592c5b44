import SIP
import Testing

@testable import CallSignaling

@Suite("Call flows in simulated time")
struct CallFlowTests {
    private var network = SimulatedNetwork()

    init() {
        network.add("a", 1)
        network.add("b", 2)
    }

    private mutating func ring() throws -> (caller: CallID, callee: CallID) {
        let call = try network.with("a") { machine throws(SignalingError) in
            try machine.dial("sip:b@10.0.0.2", displayName: nil, offer: offer)
        }
        network.run(for: .milliseconds(50))
        guard case .incomingCall(let incoming)? = network.events("b").first else { throw NoCall() }
        return (call, incoming.call)
    }

    private mutating func connect() throws -> (caller: CallID, callee: CallID) {
        let calls = try ring()
        try network.with("b") { machine throws(SignalingError) in try machine.answer(calls.callee, answer) }
        network.run(for: .milliseconds(50))
        #expect(network.events("a").last == .answered(calls.caller, answer: answer))
        #expect(network.events("b") == [.established(calls.callee, answer: nil)])
        return calls
    }

    struct NoCall: Error {}

    @Test("Nothing is left to happen once a call is over")
    mutating func quietAfterwards() throws {
        let calls = try connect()
        network.with("a") { $0.end(calls.caller, .localHangup) }
        network.runUntilIdle()
        #expect(network.events("a") == [.ended(calls.caller, .localHangup)])
        #expect(network.events("b") == [.ended(calls.callee, .remoteHangup(explanation: nil))])
        for name in ["a", "b"] {
            let machine = try #require(network.machine(name))
            #expect(machine.calls.isEmpty)
            #expect(machine.dialogs.isEmpty)
            #expect(machine.clients.isEmpty)
            #expect(machine.servers.isEmpty)
            #expect(machine.merges.isEmpty)
        }
    }

    @Test("An established call needs no timer")
    mutating func quietMeanwhile() throws {
        _ = try connect()
        network.run(for: .seconds(40))
        #expect(network.isIdle)
    }

    @Test("An INVITE without any answer is repeated six times and given up after 32 s")
    mutating func nobodyThere() throws {
        let call = try network.with("a") { machine throws(SignalingError) in
            try machine.dial("10.0.0.77", displayName: nil, offer: offer)
        }
        network.runUntilIdle()
        let expected: [Duration] = [0, 500, 1500, 3500, 7500, 15500, 31500].map { .milliseconds($0) }
        #expect(network.times("INVITE", from: "a") == expected)
        #expect(network.now == .seconds(32))
        #expect(network.events("a") == [.ended(call, .timeout)])
    }

    @Test("What gets lost once is repeated", arguments: ["INVITE", "200 INVITE", "ACK", "BYE", "200 BYE"])
    mutating func oneLoss(what: String) throws {
        var isLost = false
        network.loses = { message, _ in
            guard message.what == what, !isLost else { return false }
            isLost = true
            return true
        }
        let call = try network.with("a") { machine throws(SignalingError) in
            try machine.dial("10.0.0.2", displayName: nil, offer: offer)
        }
        network.run(for: .seconds(1))
        guard case .incomingCall(let incoming)? = network.events("b").first else { throw NoCall() }
        try network.with("b") { machine throws(SignalingError) in try machine.answer(incoming.call, answer) }
        network.run(for: .seconds(2))
        #expect(network.events("a").last == .answered(call, answer: answer))
        #expect(network.events("b") == [.established(incoming.call, answer: nil)])
        network.with("b") { $0.end(incoming.call, .localHangup) }
        network.runUntilIdle()
        #expect(network.events("a") == [.ended(call, .remoteHangup(explanation: nil))])
        #expect(network.sent.filter { $0.what == what }.count == 2)
    }

    @Test("With a third of the datagrams lost every call still comes to the same end on both sides", arguments: 1...60)
    mutating func heavyLoss(seed: Int) throws {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15
        network.loses = { _, _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % 3 == 0
        }
        let call = try network.with("a") { machine throws(SignalingError) in
            try machine.dial("10.0.0.2", displayName: nil, offer: offer)
        }
        var ended: Set<String> = []
        var answered = false
        for _ in 0..<200 where ended.count < 2 {
            network.run(for: .seconds(1))
            for event in network.events("b") {
                if case .incomingCall(let incoming) = event {
                    try network.with("b") { machine throws(SignalingError) in
                        try machine.answer(incoming.call, answer)
                    }
                }
                if case .established = event { network.with("b") { $0.end(event.call, .localHangup) } }
                if case .ended = event { ended.insert("b") }
            }
            for event in network.events("a") {
                if case .answered = event { answered = true }
                if case .ended = event { ended.insert("a") }
            }
            if !answered, ended.contains("a") { ended.insert("b") }
        }
        #expect(ended == ["a", "b"])
        _ = call
        network.runUntilIdle()
        #expect(network.machine("a")?.calls.isEmpty == true)
        #expect(network.machine("b")?.calls.isEmpty == true)
        #expect(network.isIdle)
    }

    @Test("A 2xx whose ACK never comes is repeated for 32 s and ended with a BYE")
    mutating func noAck() throws {
        let calls = try ring()
        network.loses = { message, _ in message.what == "ACK" }
        let start = network.now
        try network.with("b") { machine throws(SignalingError) in try machine.answer(calls.callee, answer) }
        network.run(for: .seconds(33))
        let steps = network.times("200 INVITE", from: "b").map { $0 - start }
        let expected: [Duration] = [0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500]
            .map { .milliseconds($0) }
        #expect(steps == expected)
        #expect(network.events("b") == [.ended(calls.callee, .timeout)])
        #expect(network.times("BYE", from: "b") == [start + .seconds(32)])
        #expect(network.times("ACK", from: "a").count == expected.count)
        #expect(network.events("a").last == .ended(calls.caller, .remoteHangup(explanation: nil)))
    }

    @Test("A call is cancelled while it rings")
    mutating func cancel() throws {
        let calls = try ring()
        network.with("a") { $0.end(calls.caller, .localHangup) }
        network.runUntilIdle()
        #expect(network.events("a").last == .ended(calls.caller, .localHangup))
        #expect(network.events("b") == [.ended(calls.callee, .cancelled)])
        #expect(network.sent.map(\.what).suffix(4) == ["CANCEL", "200 CANCEL", "487 INVITE", "ACK"])
    }

    @Test("A CANCEL waits for the first provisional answer")
    mutating func earlyCancel() throws {
        let call = try network.with("a") { machine throws(SignalingError) in
            try machine.dial("10.0.0.2", displayName: nil, offer: offer)
        }
        network.with("a") { $0.end(call, .localHangup) }
        #expect(network.events("a") == [.ended(call, .localHangup)])
        #expect(network.times("CANCEL", from: "a").isEmpty)
        network.runUntilIdle()
        #expect(network.times("CANCEL", from: "a") == [.milliseconds(20)])
        #expect(network.machine("a")?.calls.isEmpty == true)
    }

    @Test("A CANCEL that crosses the 200 is followed by ACK and BYE")
    mutating func cancelRace() throws {
        let calls = try ring()
        try network.with("b") { machine throws(SignalingError) in try machine.answer(calls.callee, answer) }
        network.with("a") { $0.end(calls.caller, .localHangup) }
        network.runUntilIdle()
        #expect(network.events("a").last == .ended(calls.caller, .localHangup))
        #expect(!network.sent.contains { $0.what == "487 INVITE" })
        #expect(network.times("BYE", from: "a").count == 1)
        #expect(network.events("b").last == .ended(calls.callee, .remoteHangup(explanation: nil)))
    }

    @Test("Hanging up before the ACK sends the BYE after it")
    mutating func byeWaitsForAck() throws {
        let calls = try ring()
        try network.with("b") { machine throws(SignalingError) in try machine.answer(calls.callee, answer) }
        network.with("b") { $0.end(calls.callee, .localHangup) }
        #expect(network.times("BYE", from: "b").isEmpty)
        network.run(for: .milliseconds(20))
        #expect(network.times("BYE", from: "b") == [network.now])
        network.runUntilIdle()
        #expect(network.events("a").last == .ended(calls.caller, .remoteHangup(explanation: nil)))
    }

    @Test("A refusal reaches the caller with its status, and is repeated until its ACK")
    mutating func refusal() throws {
        let calls = try ring()
        network.loses = { message, _ in message.what == "ACK" }
        try network.with("b") { machine throws(SignalingError) in
            try machine.reject(calls.callee, status: 488, phrase: nil)
        }
        network.run(for: .seconds(2))
        #expect(network.events("a").last == .ended(calls.caller, .rejected(status: 488, phrase: "Not Acceptable Here")))
        #expect(network.times("488 INVITE", from: "b").count == 3)
        network.runUntilIdle()
        #expect(network.machine("b")?.servers.isEmpty == true)
    }

    @Test("A call that nobody takes rings two minutes here, and is repeated to the caller each minute")
    mutating func ringsOut() throws {
        let calls = try ring()
        try network.with("b") { machine throws(SignalingError) in
            try machine.sendProvisional(calls.callee, 180, body: nil)
        }
        network.runUntilIdle()
        #expect(network.times("180 INVITE", from: "b").count == 2)
        #expect(network.events("b") == [.ended(calls.callee, .noAnswer)])
        #expect(
            network.events("a").last == .ended(calls.caller, .rejected(status: 480, phrase: "Temporarily Unavailable")))
    }

    @Test("A call of ours that rings too long is cancelled")
    mutating func dialLimit() throws {
        network.add("b", 2) { $0.ringLimit = .seconds(1000) }
        let calls = try ring()
        network.runUntilIdle()
        #expect(network.events("a").last == .ended(calls.caller, .noAnswer))
        #expect(network.times("CANCEL", from: "a") == [.seconds(180)])
        #expect(network.events("b").last == .ended(calls.callee, .cancelled))
    }

    @Test("A call too many is refused as busy, and OPTIONS says the same")
    mutating func busy() throws {
        network.add("b", 2) { $0.limits.calls = 1 }
        _ = try connect()
        let second = try network.with("a") { machine throws(SignalingError) in
            try machine.dial("10.0.0.2", displayName: nil, offer: offer)
        }
        network.run(for: .seconds(1))
        #expect(network.events("a") == [.ended(second, .rejected(status: 486, phrase: "Busy Here"))])
        #expect(network.events("b").isEmpty)
        network.inject(request("OPTIONS"), into: "b")
        network.run(for: .seconds(1))
        #expect(network.strays.last?.response?.status == 486)
    }

    @Test("A long INVITE goes over TCP, and over UDP after all where TCP is refused", arguments: [true, false])
    mutating func longInvite(takesTCP: Bool) throws {
        if !takesTCP { network.refuseTCP("b") }
        let long = offer.padded(to: 1400)
        let call = try network.with("a") { machine throws(SignalingError) in
            try machine.dial("10.0.0.2", displayName: nil, offer: long)
        }
        network.run(for: .milliseconds(50))
        guard case .incomingCall(let incoming)? = network.events("b").first else { throw NoCall() }
        #expect(incoming.offer == long)
        try network.with("b") { machine throws(SignalingError) in try machine.answer(incoming.call, answer) }
        network.run(for: .milliseconds(50))
        #expect(network.events("a").last == .answered(call, answer: answer))
        network.with("a") { $0.end(call, .localHangup) }
        network.runUntilIdle()
        #expect(network.events("b").last == .ended(incoming.call, .remoteHangup(explanation: nil)))
        let statistics = try #require(network.machine("a")?.statistics)
        #expect(statistics.switchedToTCP == 1)
        #expect(statistics.fellBackToUDP == (takesTCP ? 0 : 1))
        #expect(network.sent.filter { $0.what == "INVITE" }.map(\.transport) == (takesTCP ? [.tcp] : [.tcp, .udp]))
    }

    @Test("A name with two addresses is tried at the second when the first is silent")
    mutating func secondAddress() throws {
        let call = try network.with("a") { machine throws(SignalingError) in
            try machine.dial("two.example", displayName: nil, offer: offer)
        }
        network.run(for: .seconds(33))
        guard case .incomingCall(let incoming)? = network.events("b").first else { throw NoCall() }
        try network.with("b") { machine throws(SignalingError) in try machine.answer(incoming.call, answer) }
        network.run(for: .seconds(1))
        #expect(network.events("a").last == .answered(call, answer: answer))
    }

    @Test("A name that nobody knows ends the call with a sentence")
    mutating func unknownName() throws {
        let call = try network.with("a") { machine throws(SignalingError) in
            try machine.dial("room@none.example", displayName: nil, offer: offer)
        }
        #expect(network.events("a") == [.ended(call, .unknownAddress("none.example"))])
        #expect(EndReason.unknownAddress("none.example").sentence == "The address none.example is not known.")
        #expect(network.isIdle)
    }

    @Test("Stopping says goodbye in each state")
    mutating func stop() throws {
        network.add("b", 2)
        let first = try connect()
        let second = try ring()
        network.with("b") { $0.stop() }
        network.run(for: .milliseconds(100))
        #expect(
            Set(network.events("b").map(\.call)) == [first.callee, second.callee])
        let ended = network.events("a").filter { if case .ended = $0 { true } else { false } }
        #expect(ended.count == 2)
        #expect(network.machine("b")?.isQuiet == true)
    }
}

/// A request from 10.0.0.99 as text.
func request(
    _ method: String, uri: String = "sip:b@10.0.0.2", branch: String = "z9hG4bKtest", to: String = "<sip:b@10.0.0.2>",
    cseq: String? = nil, fields: [String] = [], body: String = ""
) -> String {
    let lines = [
        "\(method) \(uri) SIP/2.0", "Via: SIP/2.0/UDP 10.0.0.99:5060;branch=\(branch)",
        "From: <sip:x@10.0.0.99>;tag=x1", "To: \(to)", "Call-ID: test@10.0.0.99", "CSeq: \(cseq ?? "1 \(method)")",
        "Max-Forwards: 70", "Contact: <sip:x@10.0.0.99>",
    ]
    let all = lines + fields + ["Content-Length: \(body.utf8.count)", "", body]
    return all.joined(separator: "\r\n")
}
