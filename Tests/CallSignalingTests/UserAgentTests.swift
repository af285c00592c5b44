import Logging
import NIOCore
import NIOPosix
import PeerSupport
import SIP
import Testing

@testable import CallSignaling

@Suite("Two user agents on the loopback", .timeLimit(.minutes(1)))
struct UserAgentTests {
    @Test(
        "A call is placed, rings, is answered and hung up by either side", arguments: ["", ";transport=tcp"],
        [true, false])
    func wholeCall(transport: String, callerHangsUp: Bool) async throws {
        let caller = try await TestRoom("caller")
        let callee = try await TestRoom("callee")
        let call = try await caller.agent.dial(await callee.address + transport, offer: offer)
        let incoming = try await callee.incoming()
        #expect(incoming.offer == offer)
        #expect(incoming.displayName == "Room caller")
        #expect(incoming.localAddress == "127.0.0.1")
        #expect(incoming.calledUser == "room")
        try await callee.agent.ring(incoming.call)
        #expect(await caller.next() == .provisional(call, status: 180, phrase: "Ringing", body: nil))
        try await callee.agent.answer(incoming.call, answer: answer)
        #expect(await caller.next() == .answered(call, answer: answer))
        #expect(await callee.next() == .established(incoming.call, answer: nil))
        if callerHangsUp {
            await caller.agent.hangUp(call)
            #expect(await caller.next() == .ended(call, .localHangup))
            #expect(await callee.next() == .ended(incoming.call, .remoteHangup(explanation: nil)))
        } else {
            await callee.agent.hangUp(incoming.call)
            #expect(await callee.next() == .ended(incoming.call, .localHangup))
            #expect(await caller.next() == .ended(call, .remoteHangup(explanation: nil)))
        }
        await caller.agent.stop()
        await callee.agent.stop()
        #expect(await caller.next() == nil)
        #expect(await caller.agent.statistics.retransmissionsSent == 0)
    }

    @Test("An offer too long for UDP goes over TCP", arguments: [1_400, 60_000])
    func longOffer(length: Int) async throws {
        let caller = try await TestRoom("caller")
        let callee = try await TestRoom("callee")
        let long = offer.padded(to: length)
        let call = try await caller.agent.dial(await callee.address, offer: long)
        let incoming = try await callee.incoming()
        #expect(incoming.offer == long)
        try await callee.agent.answer(incoming.call, answer: answer.padded(to: length))
        #expect(await caller.nextFinal() == .answered(call, answer: answer.padded(to: length)))
        #expect(await callee.next() == .established(incoming.call, answer: nil))
        #expect(await caller.agent.statistics.switchedToTCP == 1)
        #expect(await callee.agent.statistics.connectionsActive == 1)
        await callee.agent.stop()
        #expect(await caller.nextFinal() == .ended(call, .remoteHangup(explanation: nil)))
        await caller.agent.stop()
    }

    /// 192.0.2.0/24 and 2001:db8::/32 are nobody's (RFC 5737, 3849).
    @Test("An address that the network has not given yet can be listened on", arguments: ["192.0.2.7", "2001:db8::7"])
    func addressYetToCome(address: String) async throws {
        let room = try await TestRoom("room") { $0.addresses = [address] }
        #expect(await room.agent.port > 0)
        await room.agent.stop()
    }

    @Test("A room can call itself")
    func ownAddress() async throws {
        let room = try await TestRoom("room")
        let call = try await room.agent.dial(await room.address, offer: offer)
        let incoming = try await room.incoming()
        try await room.agent.answer(incoming.call, answer: answer)
        #expect(await room.next() == .answered(call, answer: answer))
        #expect(await room.next() == .established(incoming.call, answer: nil))
        await room.agent.hangUp(call)
        #expect(await room.next() == .ended(call, .localHangup))
        #expect(await room.next() == .ended(incoming.call, .remoteHangup(explanation: nil)))
        await room.agent.stop()
    }

    @Test(
        "IPv6 works beside IPv4 on the same port",
        .enabled(if: RouteLookup.localAddress(toward: "::1") != nil, "this machine has no IPv6"))
    func ipv6() async throws {
        let caller = try await TestRoom("caller") { $0.addresses = ["0.0.0.0", "::"] }
        let callee = try await TestRoom("callee") { $0.addresses = ["0.0.0.0", "::"] }
        let port = await callee.agent.port
        for (host, mine) in [("[::1]", "::1"), ("127.0.0.1", "127.0.0.1")] {
            let address = "sip:room@\(host):\(port)"
            #expect(try await caller.agent.localAddress(toward: address) == mine)
            let call = try await caller.agent.dial(address, offer: offer)
            let incoming = try await callee.incoming()
            #expect(incoming.localAddress == mine)
            try await callee.agent.answer(incoming.call, answer: answer)
            #expect(await caller.next() == .answered(call, answer: answer))
            #expect(await callee.next() == .established(incoming.call, answer: nil))
            await callee.agent.hangUp(incoming.call)
            #expect(await callee.next() == .ended(incoming.call, .localHangup))
            #expect(await caller.next() == .ended(call, .remoteHangup(explanation: nil)))
        }
        await caller.agent.stop()
        await callee.agent.stop()
    }

    @Test("A host name is looked up")
    func hostName() async throws {
        let caller = try await TestRoom("caller")
        let callee = try await TestRoom("callee")
        let port = await callee.agent.port
        #expect(try await caller.agent.localAddress(toward: "localhost") == "127.0.0.1")
        let call = try await caller.agent.dial("room@localhost:\(port)", offer: offer)
        let incoming = try await callee.incoming()
        try await callee.agent.reject(incoming.call, status: 603)
        #expect(await caller.next() == .ended(call, .rejected(status: 603, phrase: "Decline")))
        await caller.agent.stop()
        await callee.agent.stop()
    }

    @Test("A port that is taken is an error that names it, and the agent can start later")
    func portTaken() async throws {
        let first = try await TestRoom("first")
        let port = await first.agent.port
        let second = UserAgent(
            configuration: UserAgentConfiguration(addresses: ["127.0.0.1"], port: port),
            eventLoop: first.agent.eventLoop,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        do {
            try await second.start()
            Issue.record("two agents listen on one port")
        } catch {
            #expect(
                error.description
                    == "this program itself holds UDP port \(port) on 127.0.0.1 already; choose another sip.port")
        }
        await first.agent.stop()
        // Another test may hold the port for a moment.
        try await eventually("the agent starts") { try? await second.start() }
        #expect(await second.port == port)
        await second.stop()
    }

    @Test("Stopping ends calls, and does not wait long for a peer that is gone")
    func stopping() async throws {
        let caller = try await TestRoom("caller")
        let callee = try await TestRoom("callee")
        let call = try await caller.agent.dial(await callee.address, offer: offer)
        let incoming = try await callee.incoming()
        try await callee.agent.answer(incoming.call, answer: answer)
        #expect(await caller.next() == .answered(call, answer: answer))
        #expect(await callee.next() == .established(incoming.call, answer: nil))
        let clock = ContinuousClock()
        let quick = await clock.measure { await callee.agent.stop() }
        #expect(await callee.next() == .ended(incoming.call, .shutdown))
        #expect(await callee.next() == nil)
        #expect(await caller.next() == .ended(call, .remoteHangup(explanation: nil)))
        #expect(quick < .milliseconds(300))

        let lonely = try await caller.agent.dial(await callee.address, offer: offer)
        let slow = await clock.measure { await caller.agent.stop() }
        #expect(await caller.next() == .ended(lonely, .shutdown))
        #expect(await caller.next() == nil)
        #expect(slow < .seconds(1))
        await #expect(throws: SignalingError.notRunning) {
            try await caller.agent.dial("sip:room@127.0.0.1", offer: offer)
        }
    }

    @Test("Commands that make no sense are refused with a sentence")
    func badCommands() async throws {
        let room = try await TestRoom("room") { $0.limits.calls = 1 }
        for (address, part) in [
            ("", "no address to call"), ("sips:a@b", "sips"), ("sip:a@b;transport=tls", "neither udp nor tcp"),
            ("sip:@", "user"),
        ] {
            do throws(SignalingError) {
                _ = try await room.agent.dial(address, offer: offer)
                Issue.record("\(address) was dialled")
            } catch {
                #expect(error.description.contains(part))
            }
        }
        _ = try await room.agent.dial("sip:a@127.0.0.1:9", offer: offer)
        await #expect(throws: SignalingError.tooManyCalls(1)) {
            try await room.agent.dial("sip:b@127.0.0.1:9", offer: offer)
        }
        await room.agent.stop()
    }
}
