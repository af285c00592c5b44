import Glibc
import LinuxSystem
import Logging
import NIOCore
import NIOPosix
import SIP

/// The sockets of a `UserAgent`, touched on its event loop only.
struct TransportState {
    struct Connection {
        let channel: any Channel
        let remote: NetworkAddress
        var lastUse: NIODeadline
    }

    struct Waiting {
        let bytes: [UInt8]
        let owner: SendOwner?
    }

    var datagrams: [DatagramSocket] = []
    var listeners: [any Channel] = []
    var connections: [ConnectionID: Connection] = [:]
    /// The connection to use for an address; the last one opened.
    var byRemote: [NetworkAddress: ConnectionID] = [:]
    /// What waits for a connection to open, at most 64 messages each.
    var opening: [NetworkAddress: [Waiting]] = [:]
    var lastConnection: UInt64 = 0
    /// Hears which sockets stay closed.
    var troublesTold: AsyncStream<[String]>.Continuation?
}

extension UserAgent {
    /// The most that may wait in one connection for a peer that does not read; then it is closed.
    static let longestBacklog = 1 << 20

    /// Lets "::" and "0.0.0.0" be listened on side by side.
    static let ipv6Only = ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only)

    /// Lets an address be listened on that the network has not given yet (ip(7), IP_FREEBIND): a box is ready before its
    /// network is.
    static func freeBind(_ isIPv6: Bool) -> ChannelOptions.Types.SocketOption {
        ChannelOptions.Types.SocketOption(
            level: isIPv6 ? .ipv6 : .ip, name: NIOBSDSocket.Option(rawValue: isIPv6 ? ipv6FreeBind : IP_FREEBIND))
    }

    /// IPV6_FREEBIND of linux/in6.h, which Glibc's headers leave out.
    private static let ipv6FreeBind: CInt = 78

    // MARK: - Opening and closing

    /// Opens all sockets; gives the port.
    func listen() async throws(SignalingError) -> Int {
        var lastError: SignalingError?
        // A free UDP port may be taken for TCP: try another one.
        for _ in 0..<(configuration.port == 0 ? 16 : 1) {
            do throws(SignalingError) {
                return try await listenOnce()
            } catch {
                lastError = error
                await closeSockets()
            }
        }
        throw lastError ?? .notRunning
    }

    private func listenOnce() async throws(SignalingError) -> Int {
        var port = configuration.port
        for address in configuration.addresses {
            let isIPv6 = address.utf8.contains(UInt8(ascii: ":"))
            let channel: any Channel
            do {
                channel = try await datagramBootstrap(isIPv6).bind(host: address, port: port).get()
            } catch {
                throw listeningError(.udp, address, port, error)
            }
            port = channel.localAddress?.port ?? port
            transport.datagrams.append(
                DatagramSocket(host: address, port: port, isIPv6: isIPv6, channel: channel, opened: .now()))
            do {
                transport.listeners.append(try await streamBootstrap(isIPv6).bind(host: address, port: port).get())
            } catch {
                throw listeningError(.tcp, address, port, error)
            }
            warnIfAbsent(channel.localAddress)
        }
        return port
    }

    private func listeningError(
        _ transport: SIPTransport, _ address: String, _ port: Int, _ error: any Error
    ) -> SignalingError {
        guard let failure = error as? IOError, failure.errnoCode == EADDRINUSE else {
            return .cannotListen(address: address, port: port, problem: Self.words(of: error))
        }
        // Nobody chose a port that was to be any free one: another is tried, and its holder is of no interest.
        let holder = configuration.port == 0 ? nil : PortHolder.find(transport, address: address, port: port)
        return .portTaken(transport: transport, address: address, port: port, holder: holder)
    }

    /// What the system says of a socket that was not opened: the call, its error in words and its number.
    static func words(of error: any Error) -> String {
        guard let failure = error as? IOError else { return "\(error)" }
        // NIO's text has the arguments' labels behind the name of the call.
        let call = "\(failure)".prefix { $0 != "(" && $0 != ":" }
        return "\(SystemError(operation: String(call), errno: failure.errnoCode))"
    }

    /// An address that no interface has is either yet to come or a slip of the pen: the log tells which one it is about.
    private func warnIfAbsent(_ address: SocketAddress?) {
        guard let wanted = address?.ipAddress, wanted != "0.0.0.0", wanted != "::",
            let devices = try? System.enumerateDevices(),
            !devices.contains(where: { $0.address?.ipAddress == wanted })
        else { return }
        logger.warning(
            "SIP listens on an address that no interface has yet; calls come in once one has it",
            metadata: ["address": "\(wanted)"])
    }

    private func streamBootstrap(_ isIPv6: Bool) -> ServerBootstrap {
        let bootstrap = ServerBootstrap(group: eventLoop)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(Self.freeBind(isIPv6), value: 1)
            .serverChannelOption(.backlog, value: 64)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { [weak self] channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let self else { throw ChannelError.ioOnClosedChannel }
                    try self.assumeIsolated { try $0.adopt(channel, as: nil) }
                }
            }
        return isIPv6 ? bootstrap.serverChannelOption(Self.ipv6Only, value: 1) : bootstrap
    }

    func closeSockets() async {
        let channels =
            transport.datagrams.compactMap(\.channel) + transport.listeners
            + transport.connections.values.map(\.channel)
        let told = transport.troublesTold
        transport = TransportState()
        if state == .stopping { told?.finish() } else { transport.troublesTold = told }
        for channel in channels { try? await channel.close() }
    }

    // MARK: - Sending

    func transmit(_ bytes: [UInt8], _ destination: Destination, _ owner: SendOwner?) {
        logger.trace(
            "send", metadata: ["to": "\(destination.transport) \(destination.address)", "line": "\(firstLine(bytes))"])
        switch destination.transport {
        case .udp: sendDatagram(bytes, destination.address, owner)
        case .tcp: sendOnStream(bytes, destination, owner)
        }
    }

    private func sendOnStream(_ bytes: [UInt8], _ destination: Destination, _ owner: SendOwner?) {
        let known = destination.connection.flatMap { transport.connections[$0] == nil ? nil : $0 }
        if let id = known ?? transport.byRemote[destination.address], let connection = transport.connections[id] {
            return write(bytes, connection, id, owner)
        }
        if transport.opening[destination.address] != nil {
            guard (transport.opening[destination.address]?.count ?? 0) < 64 else { return failed(owner, "queue full") }
            transport.opening[destination.address]?.append(TransportState.Waiting(bytes: bytes, owner: owner))
            return
        }
        guard let remote = try? SocketAddress(ipAddress: destination.address.host, port: Int(destination.address.port))
        else { return resolveThenSend(bytes, destination, owner) }
        guard makePlaceForConnection() else { return failed(owner, "too many TCP connections") }
        transport.opening[destination.address] = [TransportState.Waiting(bytes: bytes, owner: owner)]
        open(destination.address, remote)
    }

    private func open(_ address: NetworkAddress, _ remote: SocketAddress) {
        ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(configuration.connectLimit))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { [weak self] channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let self else { throw ChannelError.ioOnClosedChannel }
                    try self.assumeIsolated { try $0.adopt(channel, as: address) }
                }
            }
            .connect(to: remote)
            .whenComplete { [weak self] result in
                self?.assumeIsolated { $0.opened(address, result) }
            }
    }

    private func opened(_ address: NetworkAddress, _ result: Result<any Channel, any Error>) {
        let waiting = transport.opening.removeValue(forKey: address) ?? []
        switch result {
        case .success:
            guard let id = transport.byRemote[address], let connection = transport.connections[id] else {
                for message in waiting { failed(message.owner, "connection closed") }
                return
            }
            for message in waiting { write(message.bytes, connection, id, message.owner) }
        case .failure(let error):
            logger.debug("TCP connection failed", metadata: ["to": "\(address)", "error": "\(error)"])
            for message in waiting { failed(message.owner, "TCP connection to \(address) failed") }
        }
    }

    private func write(
        _ bytes: [UInt8], _ connection: TransportState.Connection, _ id: ConnectionID, _ owner: SendOwner?
    ) {
        transport.connections[id]?.lastUse = .now()
        if let waiting = try? connection.channel.syncOptions?.getOption(.bufferedWritableBytes),
            waiting > Self.longestBacklog
        {
            connection.channel.close(promise: nil)
            return failed(owner, "the peer does not read")
        }
        connection.channel.writeAndFlush(ByteBuffer(bytes: bytes)).whenFailure { [weak self] _ in
            self?.assumeIsolated { $0.failed(owner, "TCP connection to \(connection.remote) failed") }
        }
    }

    /// Looks the host name of a Contact or Route up first.
    func resolveThenSend(_ bytes: [UInt8], _ destination: Destination, _ owner: SendOwner?) {
        let name = destination.address.host
        Task { [weak self] in
            let result = await Self.resolve(name)
            await self?.sendResolved(bytes, destination, owner, result)
        }
    }

    /// Takes the first address that we have a socket and a network for, as a call that is dialled does.
    func sendResolved(
        _ bytes: [UInt8], _ destination: Destination, _ owner: SendOwner?, _ result: Result<[String], ResolverError>
    ) {
        guard state == .running || state == .stopping else { return }
        let name = destination.address.host
        guard case .success(let hosts) = result else { return failed(owner, "the name \(name) is not known") }
        let addresses = configuration.addresses
        // A link-local address with its interface behind "%" is none that could be sent to.
        let reachable = hosts.first {
            (try? SocketAddress(ipAddress: $0, port: 0)) != nil
                && Self.localAddress(toward: $0, listening: addresses) != nil
        }
        guard let host = reachable else { return failed(owner, "no network leads to \(name)") }
        var resolved = destination
        resolved.address.host = host
        transmit(bytes, resolved, owner)
    }

    func failed(_ owner: SendOwner?, _ problem: String) {
        guard let owner else { return }
        feed { $0.sendFailed(owner, problem) }
    }

    // MARK: - Receiving

    func datagramReceived(_ bytes: [UInt8], from remote: SocketAddress) {
        guard let address = NetworkAddress(remote) else { return }
        received(bytes, NetworkPath(transport: .udp, remote: address))
    }

    func messageReceived(_ bytes: [UInt8], on id: ConnectionID) {
        guard let connection = transport.connections[id] else { return }
        transport.connections[id]?.lastUse = .now()
        received(bytes, NetworkPath(transport: .tcp, remote: connection.remote, connection: id))
    }

    private func received(_ bytes: [UInt8], _ path: NetworkPath) {
        logger.trace(
            "received", metadata: ["from": "\(path.transport) \(path.remote)", "line": "\(firstLine(bytes))"])
        feed { $0.receive(bytes, from: path) }
    }

    /// A stream that cannot be read on.
    func streamBroken(_ id: ConnectionID, _ error: SIPSyntaxError) {
        machine.statistics.malformed += 1
        logger.debug(
            "TCP connection closed", metadata: ["reason": "\(error)", "id": "\(id.rawValue)"])
    }

    // MARK: - Connections

    /// Takes a new connection into the table, or throws so that it is closed.
    private func adopt(_ channel: any Channel, as address: NetworkAddress?) throws {
        guard state == .running || state == .stopping || state == .starting else { throw ChannelError.alreadyClosed }
        if address == nil, !makePlaceForConnection() {
            machine.statistics.overload += 1
            throw ChannelError.alreadyClosed
        }
        guard let remote = address ?? channel.remoteAddress.flatMap(NetworkAddress.init) else {
            throw ChannelError.unknownLocalAddress
        }
        transport.lastConnection += 1
        let id = ConnectionID(rawValue: transport.lastConnection)
        try channel.pipeline.syncOperations.addHandler(
            StreamHandler(self, id, StreamFramer(limits: configuration.limits.message), timers: configuration.timers))
        transport.connections[id] = TransportState.Connection(channel: channel, remote: remote, lastUse: .now())
        transport.byRemote[remote] = id
        watch(id, after: configuration.idleConnectionLimit)
    }

    func connectionClosed(_ id: ConnectionID) {
        guard let connection = transport.connections.removeValue(forKey: id) else { return }
        if transport.byRemote[connection.remote] == id { transport.byRemote[connection.remote] = nil }
    }

    /// Closes the connection that was idle longest if all places are taken; false if each one serves a call.
    private func makePlaceForConnection() -> Bool {
        guard transport.connections.count + transport.opening.count >= configuration.limits.connections else {
            return true
        }
        let idle = transport.connections.filter { !isInUse($0.key) }.min { $0.value.lastUse < $1.value.lastUse }
        guard let idle, idle.value.lastUse + .seconds(1) < .now() else { return false }
        connectionClosed(idle.key)
        idle.value.channel.close(promise: nil)
        return true
    }

    private func isInUse(_ id: ConnectionID) -> Bool { machine.calls.values.contains { $0.connection == id } }

    /// Closes the connection once it was idle long enough; one timer a connection, and none without connections.
    private func watch(_ id: ConnectionID, after wait: Duration) {
        eventLoop.scheduleTask(in: TimeAmount(wait)) { [weak self] in
            self?.assumeIsolated { agent in
                guard let connection = agent.transport.connections[id] else { return }
                let limit = TimeAmount(agent.configuration.idleConnectionLimit)
                let idle = NIODeadline.now() - connection.lastUse
                if idle < limit {
                    agent.watch(id, after: .nanoseconds((limit - idle).nanoseconds))
                } else if agent.isInUse(id) {
                    agent.watch(id, after: agent.configuration.idleConnectionLimit)
                } else {
                    connection.channel.close(promise: nil)
                }
            }
        }
    }

    /// The start line for the trace log; the rest of a message may hold secrets.
    private nonisolated func firstLine(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.prefix(200).prefix { $0 != 0x0D && $0 != 0x0A }, as: UTF8.self)
    }
}

extension NetworkAddress {
    init?(_ address: SocketAddress) {
        guard let host = address.ipAddress, let port = address.port else { return nil }
        self.init(host: host, port: UInt16(clamping: port))
    }
}

extension TimeAmount {
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        self = .nanoseconds(overflow ? Int64.max / 4 : whole &+ attoseconds / 1_000_000_000)
    }
}
