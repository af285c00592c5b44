import AsyncControlClient
import Glibc
import HummingbirdCore
import HummingbirdTLS
import LinuxSystem
package import Logging
package import NIOCore
import NIOSSL
import ServiceLifecycle
import Synchronization

/// The touch panel's web server: the page, its events and its commands, for browsers in and around the room.
///
/// It owns nothing of the room: all that it knows and does goes over the control socket.
package final class PanelServer: Sendable {
    /// What it is once it serves.
    package struct Running: Sendable {
        package let port: Int
        /// Such as `https://192.0.2.7:8480`.
        package let address: String
        /// Of the certificate; nil without TLS.
        package let fingerprint: String?
    }

    private let configuration: PanelConfiguration
    private let link: RoomLink
    private let group: any EventLoopGroup
    private let logger: Logger
    private let service: PanelService
    private let hub = EventHub()
    private let pictures: ScreenPictures
    private let assets: [String: PanelAsset]
    private let serverChannel = Mutex<(any Channel)?>(nil)

    /// - Parameters:
    ///   - assets: the page; `/index.html` is its beginning.
    ///   - clock: seconds since 1970.
    package init(
        configuration: PanelConfiguration, assets: [PanelAsset], group: any EventLoopGroup, logger: Logger,
        clock: @escaping @Sendable () -> Int64 = { Int64(time(nil)) }
    ) {
        self.configuration = configuration
        self.group = group
        self.logger = logger
        self.assets = Dictionary(assets.map { ($0.path, $0) }, uniquingKeysWith: { $1 })
        link = RoomLink(configuration: .init(path: configuration.socket), group: group, logger: logger)
        service = PanelService(configuration: configuration, link: link, group: group, logger: logger, clock: clock)
        pictures = ScreenPictures(link: link)
    }

    /// Serves until the task is cancelled.
    ///
    /// - Parameter onRunning: called once, when browsers can connect.
    package func run(onRunning: @escaping @Sendable (Running) async -> Void) async throws(PanelError) {
        let identity = try identity()
        await service.load()
        let outcome = await withTaskGroup(of: PanelError?.self) { tasks in
            tasks.addTask { await self.serve(identity, onRunning) }
            tasks.addTask {
                await self.link.run()
                return nil
            }
            tasks.addTask {
                await self.hub.follow(self.link)
                return nil
            }
            tasks.addTask {
                await self.keepTime()
                return nil
            }
            var outcome: PanelError?
            for await error in tasks {
                if let error { outcome = error }
                // The parts end together.
                tasks.cancelAll()
                self.serverChannel.withLock { $0 }?.close(promise: nil)
            }
            return outcome
        }
        await service.save()
        await service.admin.lockAll()
        if let outcome { throw outcome }
    }

    /// Checks certificate, key and folder without serving.
    package static func check(_ configuration: PanelConfiguration) throws(PanelError) -> String? {
        try identity(configuration)?.fingerprint
    }

    // MARK: - Parts

    private func keepTime() async {
        var beats = 0
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(5), tolerance: .milliseconds(500))
            for session in await hub.openSessions where await !service.keepAlive(session) {
                await hub.close(session: session)
            }
            await hub.beat()
            beats += 1
            if beats % 12 == 0 { await service.tidy() }
        }
    }

    private func serve(
        _ identity: TLSIdentity?, _ onRunning: @escaping @Sendable (Running) async -> Void
    ) async -> PanelError? {
        let isSecure = identity != nil
        let responder = PanelResponder(
            service: service, hub: hub, pictures: pictures,
            guardian: RequestGuard(
                scheme: isSecure ? "https" : "http", names: Self.hostNames + configuration.names),
            assets: assets,
            // Browsers give cookies to every port of a host.
            cookieName: isSecure ? "__Host-convene_panel" : "convene_panel_\(configuration.port)", isSecure: isSecure,
            fingerprint: identity?.fingerprint, logger: logger)
        let http = HTTPServerBuilder.http1(
            configuration: .init(
                idleTimeout: .seconds(20),
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: 8 * 1024, maxHeaderListSize: 16 * 1024, maxHeaderFieldCount: 64)))
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        do {
            let builder = try identity.map { try HTTPServerBuilder.tls(http, tlsConfiguration: $0.configuration) }
            let server = try (builder ?? http).buildServer(
                configuration: ServerConfiguration(
                    address: .hostname(configuration.listen, port: configuration.port), serverName: nil, backlog: 64,
                    availableConnectionsDelegate: .maximum(configuration.maximumConnections, logger: quiet)),
                eventLoopGroup: group, logger: quiet, responder: responder.respond
            ) { channel in
                await self.started(channel, identity, onRunning)
            }
            try await server.run()
            return nil
        } catch {
            if Task.isCancelled { return nil }
            let reason = (error as? IOError).map { SystemError.name(of: $0.errnoCode) } ?? "\(error)"
            return .cannotListen(address: configuration.listen, port: configuration.port, reason: reason)
        }
    }

    private func started(
        _ channel: any Channel, _ identity: TLSIdentity?, _ onRunning: @Sendable (Running) async -> Void
    ) async {
        serverChannel.withLock { $0 = channel }
        let port = channel.localAddress?.port ?? configuration.port
        let listen = configuration.listen
        let isAny = listen == "0.0.0.0" || listen == "::"
        let host = isAny ? (Self.hostNames.first ?? "localhost") : listen.contains(":") ? "[\(listen)]" : listen
        let address = "\(identity == nil ? "http" : "https")://\(host):\(port)"
        await service.writeLink(base: address)
        await onRunning(Running(port: port, address: address, fingerprint: identity?.fingerprint))
    }

    private func identity() throws(PanelError) -> TLSIdentity? { try Self.identity(configuration) }

    private static func identity(_ configuration: PanelConfiguration) throws(PanelError) -> TLSIdentity? {
        guard configuration.needsTLS else { return nil }
        if !configuration.tls.certificate.isEmpty {
            return try TLSIdentity(certificate: configuration.tls.certificate, key: configuration.tls.key)
        }
        guard let folder = configuration.stateFolder else { throw .noStateFolder }
        return try TLSIdentity.own(
            folder: folder, names: hostNames + configuration.names, now: Int64(time(nil)))
    }

    /// The machine's own name, plain and as mDNS has it.
    private static let hostNames: [String] = {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return [] }
        let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let name = String(decoding: bytes, as: UTF8.self).lowercased()
        guard !name.isEmpty else { return [] }
        return name.contains(".") ? [name] : [name, "\(name).local"]
    }()
}

extension TLSIdentity {
    /// TLS 1.2 and newer (RFC 9325 §3.1.1).
    var configuration: TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        return configuration
    }
}
