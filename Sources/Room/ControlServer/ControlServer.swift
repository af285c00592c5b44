package import ControlProtocol
import Glibc
import LinuxSystem
package import Logging
package import NIOCore
import NIOPosix
import Synchronization

/// The terminal's control socket: JSON-RPC 2.0, one object a line (ControlProtocol has the methods).
///
/// ```
///  clients ──> listener ──> ControlConnection, one a client ──> ControlHandler (the supervisor)
///                               ^ bounded answers        publish(status:) ──> changes to subscribers
/// ```
///
/// All connections live on one event loop. Without traffic and without changes nothing wakes up: changes are sent when
/// they are published, at most every `minimumInterval`, and a timer runs only while a change waits for that.
/// Nothing here ever waits for a client: one that leaves more than `outboundLimit` bytes unread is dropped.
package final class ControlServer: Sendable {
    package struct Configuration: Sendable {
        /// The socket file.
        package var path: String
        /// Of the socket file.
        package var permissions: UInt32 = 0o660
        /// The name of the group that owns the socket file, nil for the process's group.
        package var group: String?
        /// Members are admins.
        package var adminGroup: String?
        /// Members are operators.
        package var operatorGroup: String?
        /// The role of those who may connect and are in neither group.
        package var others = ControlRole.observer
        /// Clients at a time; one more is told so and closed.
        package var maximumClients = 64
        /// Requests of one client that run at a time; its next lines wait, and then its socket fills.
        package var maximumRequestsInFlight = 32
        /// Subscriptions of one client.
        package var maximumSubscriptions = 32
        /// Bytes that may wait for one client before the next message drops it.
        package var outboundLimit = 1 << 20
        /// The least time between two notifications of a subscription.
        package var minimumInterval = Duration.milliseconds(100)

        package init(path: String) {
            self.path = path
        }
    }

    /// What happened since the start.
    package struct Statistics: Sendable, Equatable {
        package var clients = 0
        package var connections: UInt64 = 0
        package var requests: UInt64 = 0
        /// Answers that were errors, malformed lines included.
        package var errors: UInt64 = 0
        /// Clients dropped because they did not read.
        package var droppedClients: UInt64 = 0
        package var subscriptions = 0
        package var notifications: UInt64 = 0
    }

    private let configuration: Configuration
    private let eventLoop: any EventLoop
    private let claim: Mutex<ControlSocket?>
    private let listener = Mutex<(any Channel)?>(nil)
    private let state: ControlServerState

    /// Takes the socket path; clients are served from `start` on. Throws one line that says who holds the path.
    ///
    /// Calls flock(2), bind(2) and the group database; does not wait for anybody.
    package init(
        _ configuration: Configuration, eventLoop: any EventLoop, logger: Logger
    ) throws(ControlSocketError) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        let policy = RolePolicy(
            serverUserID: geteuid(),
            adminGroupID: try Self.group(configuration.adminGroup),
            operatorGroupID: try Self.group(configuration.operatorGroup),
            others: configuration.others)
        let socket = try ControlSocket(
            path: configuration.path, permissions: configuration.permissions,
            groupID: try Self.group(configuration.group))
        claim = Mutex(socket)
        state = ControlServerState(
            configuration: configuration, policy: policy, eventLoop: eventLoop, logger: logger)
    }

    private static func group(_ name: String?) throws(ControlSocketError) -> UInt32? {
        guard let name, !name.isEmpty else { return nil }
        guard let identifier = SystemGroup.identifier(named: name) else { throw .unknownGroup(name: name) }
        return identifier
    }

    /// Listens and hands requests to `handler` from now on.
    package func start(handler: any ControlHandler) async throws(ControlSocketError) {
        let path = configuration.path
        let descriptor: Int32
        do throws(SystemError) {
            descriptor = try claim.withLock { claim throws(SystemError) -> Int32 in
                guard claim != nil else { throw SystemError(operation: "listen(\(path))", errno: EBADF) }
                return try claim?.duplicateDescriptor().release() ?? -1
            }
        } catch {
            throw .system(path: path, error)
        }
        let state = state
        let bootstrap = ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: 64)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ControlConnection(state: state, handler: handler))
                }
            }
        let listener: any Channel
        do {
            listener = try await bootstrap.withBoundSocket(descriptor).get()
        } catch {
            let number = (error as? IOError)?.errnoCode ?? EIO
            throw .system(path: path, SystemError(operation: "listen(\(path))", errno: number))
        }
        state.start(handler: handler)
        self.listener.withLock { $0 = listener }
    }

    /// Makes `status` the tree that clients see and tells subscribers what changed. The newest wins.
    ///
    /// Cheap without subscriptions. From any thread that may take a lock; never waits for clients.
    package func publish(status: StatusTree) {
        state.publish(status)
    }

    /// Tells of an event to those who asked for it, and numbers it.
    ///
    /// From any thread that may take a lock; never waits for clients. A client that does not read is dropped.
    package func publish(event: ControlEvent) {
        state.publish(event)
    }

    /// Subscriptions to status at this moment, of all clients.
    package var subscriptionCount: Int { state.statistics.subscriptions }

    package var statistics: Statistics { state.statistics }

    /// Closes the socket and all connections and removes the socket file.
    package func stop() async {
        claim.withLock { $0?.remove() }
        try? await listener.withLock { $0 }?.close()
        await state.closeAll()
        claim.withLock { $0 = nil }
    }
}
