import Glibc
import NIOCore
import NIOPosix
import PeerSupport
import SIP
import Testing

@testable import CallSignaling

/// Loopback addresses that this machine has.
private let hosts: [String] =
    RouteLookup.localAddress(toward: "::1") == nil ? ["127.0.0.1"] : ["127.0.0.1", "::1"]

@Suite("UDP sockets that one bad datagram does not close for good", .timeLimit(.minutes(1)))
struct DatagramTests {
    private typealias Peer = NIOAsyncChannel<AddressedEnvelope<ByteBuffer>, AddressedEnvelope<ByteBuffer>>

    private func peer(_ host: String) async throws -> Peer {
        try await DatagramBootstrap(group: TestRoom.group).bind(host: host, port: 0) { channel in
            channel.eventLoop.makeCompletedFuture { try Peer(wrappingChannelSynchronously: channel) }
        }
    }

    /// Asks over UDP and waits for the answer.
    private func expectAnswer(_ room: TestRoom, at host: String) async throws {
        let port = await room.agent.port
        let target = try SocketAddress(ipAddress: host, port: port)
        let socket = try await peer(host)
        try await socket.executeThenClose { inbound, outbound in
            let text = request("OPTIONS", branch: "z9hG4bKasked;rport")
            try await outbound.write(AddressedEnvelope(remoteAddress: target, data: ByteBuffer(string: text)))
            var answers = inbound.makeAsyncIterator()
            let reply = try await answers.next().map { String(buffer: $0.data) }
            #expect(reply?.hasPrefix("SIP/2.0 200 OK\r\n") == true)
        }
    }

    @Test("A request from port 0 gets no answer, and the next one does", arguments: hosts)
    func portZero(host: String) async throws {
        let room = try await TestRoom("room") { $0.addresses = hosts }
        let nobody = try SocketAddress(ipAddress: host, port: 0)
        await room.agent.datagramReceived(Array(request("OPTIONS", branch: "z9hG4bKzero;rport").utf8), from: nobody)
        try await expectAnswer(room, at: host)
        #expect(await room.agent.statistics.datagramSocketsReopened == 0)
        await room.agent.stop()
    }

    /// The kernel says EACCES of broadcast addresses, and EINVAL of what no route leads to from 127.0.0.1.
    @Test(
        "A Contact that nothing can be sent to harms no other call",
        arguments: ["255.255.255.255", "127.255.255.255", "192.0.2.1"])
    func strangeContact(contact: String) async throws {
        let room = try await TestRoom("room")
        let socket = try await peer("127.0.0.1")
        let port = try #require(socket.channel.localAddress?.port)
        let call = try await room.agent.dial("sip:x@127.0.0.1:\(port)", offer: offer)
        try await socket.executeThenClose { inbound, outbound in
            var messages = inbound.makeAsyncIterator()
            let envelope = try #require(try await messages.next())
            let message = try MessageParser().parse(Array(envelope.data.readableBytesView))
            let invite = try #require(message.request)
            var response = SIPResponse(answering: invite, 200, toTag: "t")
            response.headers.append(.contact, "<sip:x@\(contact)>")
            let bytes = ByteBuffer(bytes: response.serialized())
            try await outbound.write(AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: bytes))
            #expect(await room.next() == .answered(call, answer: nil))
        }
        await room.agent.hangUp(call)
        #expect(await room.next() == .ended(call, .localHangup))
        try await expectAnswer(room, at: "127.0.0.1")
        #expect(await room.agent.statistics.datagramSocketsReopened == 0)
        await room.agent.stop()
    }

    @Test("Sockets that an error closed are opened again at their port, as often as it happens")
    func opensAgain() async throws {
        let room = try await TestRoom("room") { $0.addresses = hosts }
        let agent = room.agent
        for count in 1...3 {
            await agent.closeDatagramSockets()
            try await eventually("the sockets are open again") {
                await agent.statistics.datagramSocketsReopened == count * hosts.count ? true : nil
            }
            for host in hosts { try await expectAnswer(room, at: host) }
        }
        await room.agent.stop()
    }

    @Test("A socket that stays closed is told of, and once more when it is open again")
    func staysClosed() async throws {
        let room = try await TestRoom("room")
        let agent = room.agent
        let port = await agent.port
        var troubles = await agent.listeningTroubles().makeAsyncIterator()
        let thief = await agent.loseDatagramSocket()
        let told = await troubles.next()
        #expect(
            told == [
                "No call over UDP can be made or taken: port \(port) on 127.0.0.1 cannot be opened (bind: Address already "
                    + "in use (errno 98)). The room tries again every few seconds."
            ])
        close(thief)
        let over = await troubles.next()
        #expect(over == [])
        try await expectAnswer(room, at: "127.0.0.1")
        await agent.stop()
    }

    @Test("A socket that cannot be opened is tried again in pauses that end at 5 s")
    func pauses() {
        let pauses = (0..<9).map { UserAgent.pauseBeforeReopening(failures: $0) }
        let expected: [Duration] = [100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000].map { .milliseconds($0) }
        #expect(pauses == expected)
    }

    @Test(
        "What is not the address of one host is not sent to",
        arguments: ["0.0.0.0", "255.255.255.255", "224.0.0.1", "::", "ff02::1", "::ffff:127.0.0.1"])
    func nobody(host: String) throws {
        let address = try SocketAddress(ipAddress: host, port: 5060)
        #expect(UserAgent.obstacle(toward: address) != nil)
    }

    @Test("Other addresses may be sent to, at any port but 0", arguments: ["127.0.0.1", "10.0.0.255", "::1"])
    func somebody(host: String) throws {
        let address = try SocketAddress(ipAddress: host, port: 1)
        let zero = try SocketAddress(ipAddress: host, port: 0)
        #expect(UserAgent.obstacle(toward: address) == nil)
        #expect(UserAgent.obstacle(toward: zero) != nil)
    }

    @Test("Of a host name's addresses the first one that a socket of ours leads to is taken")
    func hostName() async throws {
        let room = try await TestRoom("room")
        let socket = try await peer("127.0.0.1")
        let port = try #require(socket.channel.localAddress?.port)
        let destination = Destination(
            transport: .udp, address: NetworkAddress(host: "two.example", port: UInt16(clamping: port)))
        let agent = room.agent
        try await socket.executeThenClose { inbound, _ in
            await agent.sendResolved(Array("hello".utf8), destination, nil, .success(["::1", "127.0.0.1"]))
            var messages = inbound.makeAsyncIterator()
            let text = try await messages.next().map { String(buffer: $0.data) }
            #expect(text == "hello")
        }
        await room.agent.stop()
    }
}

extension UserAgent {
    /// Closes the UDP sockets behind the agent's back, as NIO does after an error.
    fileprivate func closeDatagramSockets() {
        for socket in transport.datagrams { socket.channel?.close(promise: nil) }
    }

    /// The same, and another socket takes the port before the agent has it again; gives its descriptor.
    fileprivate func loseDatagramSocket() -> Int32 {
        closeDatagramSockets()
        let thief = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let address = try? SocketAddress(ipAddress: "127.0.0.1", port: port)
        #expect(address?.withSockAddr { bind(thief, $0, socklen_t($1)) } == 0)
        return thief
    }
}
