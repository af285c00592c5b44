import NIOCore
import NIOPosix
import SIP
import Testing

@testable import CallSignaling

@Suite("Sockets of the user agent", .timeLimit(.minutes(1)))
struct TransportTests {
    /// A TCP client that says what it likes.
    private func connect(
        _ room: TestRoom, _ body: @Sendable (NIOAsyncChannel<ByteBuffer, ByteBuffer>) async throws -> Void
    ) async throws {
        let port = await room.agent.port
        let channel = try await ClientBootstrap(group: TestRoom.group)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        try await body(channel)
    }

    @Test("Pieces of a message over TCP are put together, and a ping gets its pong")
    func pieces() async throws {
        let room = try await TestRoom("room")
        try await connect(room) { channel in
            try await channel.executeThenClose { inbound, outbound in
                var answers = inbound.makeAsyncIterator()
                try await outbound.write(ByteBuffer(string: "\r\n\r\n"))
                #expect(try await answers.next().map { String(buffer: $0) } == "\r\n")
                let text = request("OPTIONS").replacing("/UDP", with: "/TCP")
                let half = text.utf8.count / 2
                try await outbound.write(ByteBuffer(bytes: Array(text.utf8.prefix(half))))
                try await outbound.write(ByteBuffer(bytes: Array(text.utf8.dropFirst(half)) + Array(text.utf8)))
                var received = ""
                while received.split(separator: "SIP/2.0 200 OK").count < 3, let more = try await answers.next() {
                    received += String(buffer: more)
                    if received.components("SIP/2.0 200 OK") == 2, received.hasSuffix("\r\n\r\n") { break }
                }
                #expect(received.components("SIP/2.0 200 OK") == 2)
            }
        }
        #expect(await room.agent.statistics.requestsReceived == 2)
        await room.agent.stop()
    }

    @Test(
        "A stream that is no SIP is closed",
        arguments: [
            String(repeating: "x", count: 20_000), "OPTIONS sip:a@b SIP/2.0\r\nContent-Length: -1\r\n\r\n",
            "OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 99999999\r\n\r\n",
        ])
    func garbage(text: String) async throws {
        let room = try await TestRoom("room")
        try await connect(room) { channel in
            try await channel.executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(string: text))
                for try await _ in inbound {}
            }
        }
        #expect(await room.agent.statistics.malformed == 1)
        await room.agent.stop()
    }

    @Test("A malformed request over UDP gets its 400, and garbage of every length harms nobody")
    func datagrams() async throws {
        let room = try await TestRoom("room")
        let port = await room.agent.port
        let socket = try await DatagramBootstrap(group: TestRoom.group).bind(host: "127.0.0.1", port: 0) { channel in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel<AddressedEnvelope<ByteBuffer>, AddressedEnvelope<ByteBuffer>>(
                    wrappingChannelSynchronously: channel)
            }
        }
        let target = try SocketAddress(ipAddress: "127.0.0.1", port: port)
        try await socket.executeThenClose { inbound, outbound in
            var state: UInt64 = 1
            for length in stride(from: 1, to: 3_000, by: 37) {
                let bytes = (0..<length).map { _ in
                    state = state &* 6_364_136_223_846_793_005 &+ 1
                    return UInt8(truncatingIfNeeded: state >> 56)
                }
                try await outbound.write(AddressedEnvelope(remoteAddress: target, data: ByteBuffer(bytes: bytes)))
            }
            let text = request("INVITE", branch: "z9hG4bK1;rport", to: "<sip:b@10.0.0.2>;=x")
            try await outbound.write(AddressedEnvelope(remoteAddress: target, data: ByteBuffer(string: text)))
            var answers = inbound.makeAsyncIterator()
            let reply = try await answers.next().map { String(buffer: $0.data) }
            #expect(reply?.hasPrefix("SIP/2.0 400 Bad To: parameter without a name\r\n") == true)
        }
        // The kernel may drop some of them, but not all.
        let malformed = await room.agent.statistics.malformed
        #expect((2...83).contains(malformed))
        await room.agent.stop()
    }

    @Test("Connections beyond the bound are closed, and idle ones make place")
    func tooManyConnections() async throws {
        let room = try await TestRoom("room") { $0.limits.connections = 2 }
        let port = await room.agent.port
        var open: [any Channel] = []
        for _ in 0..<2 {
            open.append(try await ClientBootstrap(group: TestRoom.group).connect(host: "127.0.0.1", port: port).get())
        }
        let third = try await ClientBootstrap(group: TestRoom.group).connect(host: "127.0.0.1", port: port).get()
        try await third.closeFuture.get()
        #expect(await room.agent.statistics.connectionsActive == 2)
        #expect(await room.agent.statistics.overload == 1)
        for channel in open { try await channel.close() }
        await room.agent.stop()
    }

    @Test("An idle connection is closed after its time")
    func idleConnection() async throws {
        let room = try await TestRoom("room") { $0.idleConnectionLimit = .milliseconds(50) }
        let port = await room.agent.port
        let channel = try await ClientBootstrap(group: TestRoom.group).connect(host: "127.0.0.1", port: port).get()
        try await channel.closeFuture.get()
        await room.agent.stop()
    }

    @Test("A peer without TCP is reached over UDP with a long offer")
    func noTCP() async throws {
        let room = try await TestRoom("room")
        let socket = try await DatagramBootstrap(group: TestRoom.group)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_535))
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<AddressedEnvelope<ByteBuffer>, AddressedEnvelope<ByteBuffer>>(
                        wrappingChannelSynchronously: channel)
                }
            }
        let port = try #require(socket.channel.localAddress?.port)
        let call = try await room.agent.dial("sip:x@127.0.0.1:\(port)", offer: offer.padded(to: 2_000))
        try await socket.executeThenClose { inbound, outbound in
            var messages = inbound.makeAsyncIterator()
            let envelope = try #require(try await messages.next())
            let message = try MessageParser().parse(Array(envelope.data.readableBytesView))
            let invite = try #require(message.request)
            #expect(try invite.headers.topVia()?.transport == "UDP")
            let refusal = SIPResponse(answering: invite, 486, toTag: "t")
            try await outbound.write(
                AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: ByteBuffer(bytes: refusal.serialized())))
            #expect(await room.next() == .ended(call, .rejected(status: 486, phrase: "Busy Here")))
        }
        #expect(await room.agent.statistics.fellBackToUDP == 1)
        await room.agent.stop()
    }
}

extension String {
    /// How often `part` is in it.
    func components(_ part: String) -> Int { ranges(of: part).count }
}
