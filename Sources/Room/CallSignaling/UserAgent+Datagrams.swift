import Logging
import NIOCore
import NIOPosix
import SIP

/// A UDP socket of a `UserAgent`.
struct DatagramSocket {
    let host: String
    /// The one that it was bound to first, which the peers know.
    let port: Int
    let isIPv6: Bool
    /// Nil from when an error closed it until it is open again.
    var channel: (any Channel)?
    var opened: NIODeadline
    /// How often it was opened anew.
    var reopenings = 0
    /// Attempts in a row to open it anew that failed.
    var failures = 0
    /// What the system said of the last of them.
    var problem = ""

    /// From this many failures on it is no hiccup: people are told.
    static let toldFailures = 3

    /// A sentence for people while it stays closed; nil before that and once it is open again.
    var trouble: String? {
        guard channel == nil, failures >= Self.toldFailures else { return nil }
        return "No call over UDP can be made or taken: port \(port) on \(host) cannot be opened (\(problem)). "
            + "The room tries again every few seconds."
    }
}

/// UDP. After most errors of sendmsg(2) NIO closes the socket, though only one datagram was at fault: what the kernel
/// would refuse is therefore not handed to it, and a socket that closes all the same is opened again.
extension UserAgent {
    func datagramBootstrap(_ isIPv6: Bool) -> DatagramBootstrap {
        let bootstrap = DatagramBootstrap(group: eventLoop)
            .channelOption(Self.freeBind(isIPv6), value: 1)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_535))
            .channelInitializer { [weak self] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(DatagramHandler(self))
                }
            }
        return isIPv6 ? bootstrap.channelOption(Self.ipv6Only, value: 1) : bootstrap
    }

    // MARK: - Sending

    func sendDatagram(_ bytes: [UInt8], _ address: NetworkAddress, _ owner: SendOwner?) {
        guard let remote = try? SocketAddress(ipAddress: address.host, port: Int(address.port)) else {
            return resolveThenSend(bytes, Destination(transport: .udp, address: address), owner)
        }
        if let problem = Self.obstacle(toward: remote) { return failed(owner, problem) }
        let sockets = transport.datagrams.filter { $0.isIPv6 == address.isIPv6 }
        guard !sockets.isEmpty else { return failed(owner, "no socket for \(address.isIPv6 ? "IPv6" : "IPv4")") }
        // A broadcast address (EACCES), and one that no route leads to (ENETUNREACH, EINVAL), from where we are bound.
        guard
            let socket = sockets.first(where: { RouteLookup.localAddress(toward: address.host, from: $0.host) != nil })
        else { return failed(owner, "no network leads to \(address.host)") }
        // While the socket is being opened anew a datagram is lost, as any may be: its transaction repeats it.
        guard let channel = socket.channel else { return }
        let envelope = AddressedEnvelope(remoteAddress: remote, data: ByteBuffer(bytes: bytes))
        channel.writeAndFlush(envelope).whenFailure { [weak self] error in
            self?.assumeIsolated { agent in
                agent.logger.debug("datagram not sent", metadata: ["to": "\(address)", "error": "\(error)"])
                agent.failed(owner, "\(error)")
            }
        }
    }

    /// Why nothing is sent to the address, whatever the network, in a few words; nil where something may be: port 0 is
    /// nobody's (RFC 768), unspecified, broadcast and multicast addresses are not those of one host (RFC 1122 §3.2.1.3),
    /// and the IPv6 sockets take no mapped IPv4 address (RFC 4291 §2.5.5.2).
    static func obstacle(toward remote: SocketAddress) -> String? {
        guard let host = remote.ipAddress, let port = remote.port else { return "it has no address" }
        if port == 0 { return "\(host) with port 0 cannot be sent to" }
        if remote.isMulticast || ["0.0.0.0", "255.255.255.255", "::"].contains(host) {
            return "\(host) is not the address of one host"
        }
        if host.hasPrefix("::ffff:"), host.utf8.contains(UInt8(ascii: ".")) {
            return "\(host) is an IPv4 address in the form of an IPv6 address"
        }
        return nil
    }

    // MARK: - Opening anew

    /// A sentence for each socket that stays closed, for one consumer: when one does, and again when it is open.
    package func listeningTroubles() -> AsyncStream<[String]> {
        let (troubles, told) = AsyncStream.makeStream(of: [String].self, bufferingPolicy: .bufferingNewest(1))
        transport.troublesTold?.finish()
        transport.troublesTold = told
        let now = transport.datagrams.compactMap(\.trouble)
        if !now.isEmpty { told.yield(now) }
        return troubles
    }

    private func tellTroubles() { transport.troublesTold?.yield(transport.datagrams.compactMap(\.trouble)) }

    /// How long to wait for the next attempt to open a socket anew: 100 ms, doubled with each that fails, 5 s at most.
    static func pauseBeforeReopening(failures: Int) -> Duration { .milliseconds(min(100 << min(failures, 6), 5000)) }

    /// A socket was closed; if by an error and not by us, it is opened anew, at once unless it has just been.
    func datagramSocketClosed(_ channel: any Channel) {
        guard let index = transport.datagrams.firstIndex(where: { $0.channel === channel }) else { return }
        let socket = transport.datagrams[index]
        transport.datagrams[index].channel = nil
        let lived = NIODeadline.now() - socket.opened
        // Told once, and not each time while it goes on.
        logger.log(
            level: socket.reopenings == 0 || lived > .minutes(1) ? .warning : .debug,
            "an error closed the UDP socket of SIP; it is opened anew",
            metadata: ["address": "\(socket.host)", "port": "\(socket.port)"])
        let isSoon = socket.reopenings > 0 && lived < .seconds(1)
        reopen(socket.host, after: isSoon ? Self.pauseBeforeReopening(failures: 0) : .zero)
    }

    private func reopen(_ host: String, after pause: Duration) {
        eventLoop.scheduleTask(in: TimeAmount(pause)) { [weak self] in
            self?.assumeIsolated { $0.reopen(host) }
        }
    }

    private func reopen(_ host: String) {
        guard let socket = transport.datagrams.first(where: { $0.host == host }), socket.channel == nil else { return }
        datagramBootstrap(socket.isIPv6).bind(host: host, port: socket.port).whenComplete { [weak self] result in
            self?.assumeIsolated { $0.reopened(host, result) }
        }
    }

    private func reopened(_ host: String, _ result: Result<any Channel, any Error>) {
        guard let index = transport.datagrams.firstIndex(where: { $0.host == host }) else {
            // The agent was stopped meanwhile.
            if case .success(let channel) = result { channel.close(promise: nil) }
            return
        }
        let wasTold = transport.datagrams[index].trouble != nil
        switch result {
        case .success(let channel):
            logger.log(
                level: transport.datagrams[index].failures == 0 ? .debug : .info, "SIP listens over UDP again",
                metadata: ["address": "\(host)"])
            transport.datagrams[index].channel = channel
            transport.datagrams[index].opened = .now()
            transport.datagrams[index].reopenings += 1
            transport.datagrams[index].failures = 0
            machine.statistics.datagramSocketsReopened += 1
            if wasTold { tellTroubles() }
        case .failure(let error):
            let failures = transport.datagrams[index].failures
            logger.log(
                level: failures == 0 ? .warning : .debug,
                "the UDP socket of SIP cannot be opened anew; it is tried again",
                metadata: [
                    "address": "\(host)", "port": "\(transport.datagrams[index].port)",
                    "error": "\(Self.words(of: error))",
                ])
            transport.datagrams[index].failures += 1
            transport.datagrams[index].problem = Self.words(of: error)
            if !wasTold, transport.datagrams[index].trouble != nil { tellTroubles() }
            reopen(host, after: Self.pauseBeforeReopening(failures: failures))
        }
    }
}
