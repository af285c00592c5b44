import FuzzSupport
import SIP
import Testing

@testable import CallSignaling

@Suite("The whole user agent under mutated messages")
struct AgentFuzzTests {
    /// A user agent with one call established, one ringing and one being placed over its account, whose registration is
    /// under way; and what its peers may say to each.
    private func scene() throws -> (UserAgentStateMachine, [[UInt8]]) {
        var network = SimulatedNetwork()
        let account = try SIPAccount(address: "sip:b@10.0.0.99", password: "geheim")
        network.add("b", 2) { $0.account = account }
        network.with("b") { $0.beginRegistration() }
        network.run(for: .milliseconds(20))
        let register = try #require(network.strays.last?.request)
        let sdp = ["Content-Type: application/sdp"]
        let first = request("INVITE", fields: sdp, body: offer)
        network.inject(first, into: "b")
        guard case .incomingCall(let incoming)? = network.events("b").first else { throw CallFlowTests.NoCall() }
        try network.with("b") { machine throws(SignalingError) in try machine.answer(incoming.call, answer) }
        network.run(for: .milliseconds(20))
        let to = try #require(network.strays.last?.headers[.to])
        let ack = request("ACK", branch: "z9hG4bKack", to: to)
        network.inject(ack, into: "b")

        let ringing = request("INVITE", branch: "z9hG4bKtwo").replacing("Call-ID: test", with: "Call-ID: two")
        network.inject(ringing, into: "b")
        _ = try network.with("b") { machine throws(SignalingError) in
            try machine.dial("sip:x@10.0.0.99", displayName: nil, offer: offer)
        }
        network.run(for: .milliseconds(20))
        let placed = try #require(network.strays.last?.request)
        let answers = [100, 180, 200, 302, 407, 486].map { status in
            var response = SIPResponse(answering: placed, status, toTag: "t1")
            response.headers.append(.contact, "<sip:x@10.0.0.99>")
            response.headers.append(.proxyAuthenticate, "Digest realm=\"r\", nonce=\"n\"")
            return response.serialized()
        }
        let challenge = "Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=SHA-256"
        let registrations = [200, 401, 423, 503].map { status in
            var response = SIPResponse(answering: register, status, toTag: "t1")
            response.headers.append(.wwwAuthenticate, challenge)
            response.headers.append(.minExpires, "1800")
            response.headers.append(.contact, "<sip:b@10.0.0.2:5060>;expires=60")
            return response.serialized()
        }
        let texts = [
            first, ack, ringing,
            request("CANCEL", branch: "z9hG4bKtwo").replacing("Call-ID: test", with: "Call-ID: two"),
            request("INVITE", branch: "z9hG4bK3", to: to, cseq: "2 INVITE", fields: sdp, body: offer),
            request("INFO", branch: "z9hG4bK4", to: to, cseq: "3 INFO"),
            request("BYE", branch: "z9hG4bK5", to: to, cseq: "4 BYE"), request("OPTIONS", branch: "z9hG4bK6"),
            request("UPDATE", branch: "z9hG4bK7", to: to, cseq: "5 UPDATE", fields: ["Require: 100rel"]),
        ]
        let machine = try #require(network.machine("b"))
        #expect(machine.activeCalls == 3)
        return (machine, texts.map { Array($0.utf8) } + answers + registrations)
    }

    @Test("No message traps it, and each call ends at most once")
    func mutations() throws {
        let (machine, corpus) = try scene()
        let interesting = [
            "z9hG4bKtwo", ";tag=", "INVITE", "ACK", "CANCEL", ";=", "\r\n", "2147483647", "SIP/2.0 200 ",
        ]
        var fuzzer = MutationFuzzer(corpus: corpus, interesting: interesting.map { Array($0.utf8) })
        let path = NetworkPath(transport: .udp, remote: NetworkAddress(host: "10.0.0.99", port: 5060))
        var count = 0
        fuzzer.run(count: 4_000) { input in
            count += 1
            var agent = machine
            // Two in a row now and then, so that the second meets what the first has left.
            agent.receive(Array(input), from: path)
            if count % 4 == 0 { agent.receive(corpus[count % corpus.count], from: path) }
            var timers: [SignalingTimer] = []
            var ended: [CallID] = []
            for effect in agent.takeEffects() {
                if case .setTimer(let timer, _) = effect { timers.append(timer) }
                if case .emit(.ended(let call, _)) = effect { ended.append(call) }
            }
            for timer in timers { agent.timerFired(timer) }
            agent.stop()
            for effect in agent.takeEffects() {
                if case .emit(.ended(let call, _)) = effect { ended.append(call) }
            }
            if Set(ended).count != ended.count || ended.count < 3 {
                Issue.record("\(ended) after \(String(decoding: input, as: UTF8.self))")
            }
        }
    }
}
