package import ControlClient
package import ControlProtocol
import LinuxSystem
package import Logging
package import NIOCore

/// What an observer of the room hears, in order.
package enum RoomLinkEvent: Sendable, Equatable {
    /// The terminal answers; its whole status and the names of its methods. The first event of each connection.
    case connected(status: StatusTree, methods: Set<String>)
    /// The whole status after a change.
    case changed(StatusTree)
    /// The terminal does not answer, in one sentence; the link tries on by itself.
    case lost(String)
}

/// A lasting connection to the terminal: it subscribes to the whole status, follows every change, and when the
/// connection ends it comes back by itself, after a pause that doubles up to a limit.
package actor RoomLink {
    package struct Configuration: Sendable {
        package var path: String
        /// The first pause after a loss; each failed try doubles it.
        package var firstPause: Duration = .milliseconds(200)
        package var longestPause: Duration = .seconds(5)

        package init(path: String) { self.path = path }
    }

    private let configuration: Configuration
    private let group: any EventLoopGroup
    private let logger: Logger
    private var session: ControlSession?
    private var view: StatusView?
    private var methods: Set<String> = []
    private var reason = "The terminal has not answered yet."
    private var observers: [Int: AsyncStream<RoomLinkEvent>.Continuation] = [:]
    private var nextObserver = 0

    package init(configuration: Configuration, group: any EventLoopGroup, logger: Logger) {
        self.configuration = configuration
        self.group = group
        self.logger = logger
    }

    /// Keeps the link up until the task is cancelled.
    package func run() async {
        var pause = configuration.firstPause
        var lastSentence = ""
        while !Task.isCancelled {
            do throws(ControlClientError) {
                try await follow { pause = configuration.firstPause }
                reason = "The terminal closed the connection."
            } catch {
                reason = "\(error)"
            }
            session?.close()
            session = nil
            view = nil
            if Task.isCancelled { break }
            if reason != lastSentence { logger.warning("the room is not reachable", metadata: ["reason": "\(reason)"]) }
            lastSentence = reason
            tell(.lost(reason))
            try? await Task.sleep(for: pause, tolerance: pause / 10)
            pause = min(pause * 2, configuration.longestPause)
        }
        for observer in observers.values { observer.finish() }
        observers = [:]
    }

    /// Asks the terminal for something.
    package func request(
        _ method: String, _ parameters: JSONValue = .emptyObject, timeout: Duration = .seconds(10)
    ) async throws(ControlClientError) -> JSONValue {
        guard let session else { throw .closed(path: configuration.path) }
        return try await session.request(named: method, parameters, timeout: timeout)
    }

    /// What is known now, as an observer's first event.
    package var current: RoomLinkEvent {
        guard let view else { return .lost(reason) }
        return .connected(status: view.tree, methods: methods)
    }

    /// Every event from now on, the present state first. At most `limit` events wait for a slow observer: the stream
    /// then ends, and the observer may ask again.
    package func events(limit: Int = 64) -> AsyncStream<RoomLinkEvent> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: RoomLinkEvent.self, bufferingPolicy: .bufferingOldest(limit))
        let number = nextObserver
        nextObserver += 1
        continuation.yield(current)
        observers[number] = continuation
        continuation.onTermination = { [weak self] _ in
            Task { await self?.forget(number) }
        }
        return stream
    }

    // MARK: - One connection

    /// Returns when the connection ended.
    private func follow(_ connected: () -> Void) async throws(ControlClientError) {
        let (notifications, feed) = AsyncStream.makeStream(
            of: StatusNotification.self, bufferingPolicy: .bufferingOldest(1024))
        let session = try await ControlSession.connect(
            path: configuration.path, group: group,
            onNotification: { notification in
                // A change that was lost would make everything after it wrong.
                if case .dropped = feed.yield(notification) { feed.finish() }
            },
            onEnd: { feed.finish() })
        defer { session.close() }
        self.session = session
        let interface = try await session.request(.describe)
        methods = Set((interface["methods"]?.arrayValue ?? []).compactMap { $0["method"]?.stringValue })
        let answer = try await session.request(.statusSubscribe, ["path": ""])
        guard let number = answer["subscription"]?.integerValue, let value = answer["value"] else {
            throw .protocolViolation("a subscription without a number")
        }
        var view = StatusView(subscription: number, path: .root, value: value)
        self.view = view
        connected()
        logger.info("connected to the room", metadata: ["socket": "\(configuration.path)"])
        tell(.connected(status: view.tree, methods: methods))
        for await notification in notifications {
            guard view.apply(notification) else { throw .protocolViolation("a change was missed") }
            self.view = view
            tell(.changed(view.tree))
        }
    }

    private func tell(_ event: RoomLinkEvent) {
        for (number, observer) in observers {
            if case .dropped = observer.yield(event) {
                observers[number] = nil
                observer.finish()
            }
        }
    }

    private func forget(_ number: Int) {
        observers[number] = nil
    }
}
