import ControlProtocol
import LinuxSystem
import Logging
import NIOCore
import Synchronization

/// What the connections of one server share. The locked part is touched from any thread, the rest on the event loop.
final class ControlServerState: Sendable {
    struct Shared {
        var newest = StatusTree()
        /// Whether the event loop was already asked to send.
        var isFlushRequested = false
        var statistics = ControlServer.Statistics()
        /// The number of the room's last event.
        var lastEvent: Int64 = 0
        var eventSubscriptions = 0
    }

    /// Confined to the event loop.
    private final class Confined {
        var connections: [ObjectIdentifier: ControlConnection] = [:]
        var lastFlush: NIODeadline?
        var scheduledFlush: Scheduled<Void>?
        var nextSubscription: Int64 = 1
        var handler: (any ControlHandler)?
    }

    let configuration: ControlServer.Configuration
    let policy: RolePolicy
    let eventLoop: any EventLoop
    let logger: Logger
    let shared = Mutex(Shared())
    private let confined: NIOLoopBoundBox<Confined>

    init(
        configuration: ControlServer.Configuration, policy: RolePolicy, eventLoop: any EventLoop, logger: Logger
    ) {
        self.configuration = configuration
        self.policy = policy
        self.eventLoop = eventLoop
        self.logger = logger
        confined = NIOLoopBoundBox.makeBoxSendingValue(Confined(), eventLoop: eventLoop)
    }

    // MARK: - Any thread

    var statistics: ControlServer.Statistics { shared.withLock { $0.statistics } }

    var newestStatus: StatusTree { shared.withLock { $0.newest } }

    func count(_ change: (inout ControlServer.Statistics) -> Void) {
        shared.withLock { change(&$0.statistics) }
    }

    func publish(_ status: StatusTree) {
        let asksForFlush = shared.withLock { shared in
            shared.newest = status
            guard shared.statistics.subscriptions > 0, !shared.isFlushRequested else { return false }
            shared.isFlushRequested = true
            return true
        }
        if asksForFlush { eventLoop.execute { self.flushWhenDue() } }
    }

    func start(handler: any ControlHandler) {
        eventLoop.execute { self.confined.value.handler = handler }
    }

    func closeAll() async {
        try? await eventLoop.submit {
            self.confined.value.scheduledFlush?.cancel()
            for connection in self.confined.value.connections.values { connection.close() }
        }.get()
    }

    // MARK: - Event loop

    /// - Returns: whether there is room for one more client.
    func add(_ connection: ControlConnection) -> Bool {
        let confined = confined.value
        guard confined.connections.count < configuration.maximumClients else { return false }
        confined.connections[ObjectIdentifier(connection)] = connection
        count { $0.clients = confined.connections.count }
        return true
    }

    func remove(_ connection: ControlConnection) {
        let confined = confined.value
        guard confined.connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        count { $0.clients = confined.connections.count }
    }

    var connections: [ControlConnection] { Array(confined.value.connections.values) }

    func nextConnectionNumber() -> UInt64 {
        shared.withLock { shared in
            shared.statistics.connections += 1
            return shared.statistics.connections
        }
    }

    func nextSubscriptionNumber() -> Int64 {
        let confined = confined.value
        defer { confined.nextSubscription += 1 }
        return confined.nextSubscription
    }

    func subscriptionsChanged(by difference: Int) {
        guard difference != 0 else { return }
        let count = shared.withLock { shared in
            shared.statistics.subscriptions += difference
            return shared.statistics.subscriptions
        }
        confined.value.handler?.subscriptionsChanged(count: count)
    }

    private func flushWhenDue() {
        let confined = confined.value
        guard confined.scheduledFlush == nil else { return }
        if let lastFlush = confined.lastFlush {
            let due = lastFlush + .nanoseconds(configuration.minimumInterval.nanoseconds)
            if due > .now() {
                confined.scheduledFlush = eventLoop.scheduleTask(deadline: due) { self.flush() }
                return
            }
        }
        flush()
    }

    private func flush() {
        let confined = confined.value
        confined.scheduledFlush = nil
        confined.lastFlush = .now()
        let status = shared.withLock { shared in
            shared.isFlushRequested = false
            return shared.newest
        }
        for connection in confined.connections.values { connection.sendChanges(to: status) }
    }
}
