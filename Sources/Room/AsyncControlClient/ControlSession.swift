package import ControlClient
package import ControlProtocol
import LinuxSystem
package import NIOCore
import NIOPosix
import Synchronization

/// One open connection to the control socket for programs that must not block: many requests at once, each answered
/// under its id, and status changes as they come.
///
/// Any thread. It ends when the terminal closes it, when it is closed here, or when a request finds it broken; then
/// every request that is out fails with `.closed`, and `onEnd` is called once.
package final class ControlSession: Sendable {
    package typealias Outcome = Result<JSONValue, ControlClientError>

    /// Requests out at a time; one more is refused at once, so that a terminal that hangs does not gather them.
    package static let maximumRequests = 128

    private struct State {
        var nextID: Int64 = 1
        var waiting: [Int64: Waiting] = [:]
        var isOpen = true
    }

    private struct Waiting {
        let continuation: CheckedContinuation<Outcome, Never>
        let timer: Scheduled<Void>
    }

    package let path: String
    private let channel: any Channel
    private let state = Mutex(State())
    private let onEnd: @Sendable () -> Void

    private init(path: String, channel: any Channel, onEnd: @escaping @Sendable () -> Void) {
        self.path = path
        self.channel = channel
        self.onEnd = onEnd
    }

    /// Connects to the socket at `path`.
    ///
    /// - Parameters:
    ///   - onNotification: called on the event loop, in order, for each status change.
    ///   - onEnd: called once, on the event loop.
    package static func connect(
        path: String, group: any EventLoopGroup,
        onNotification: @escaping @Sendable (StatusNotification) -> Void = { _ in },
        onEnd: @escaping @Sendable () -> Void = {}
    ) async throws(ControlClientError) -> ControlSession {
        guard path.utf8.count <= UnixSocket.maximumPathLength else {
            throw .cannotConnect(path: path, SystemError(operation: "connect(\(path))", errno: 36))
        }
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: group)
                .connectTimeout(.seconds(5))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(ControlLineHandler())
                    }
                }
                .connect(unixDomainSocketPath: path).get()
        } catch let error as IOError {
            throw .cannotConnect(path: path, SystemError(operation: "connect(\(path))", errno: error.errnoCode))
        } catch {
            throw .cannotConnect(path: path, SystemError(operation: "connect(\(path))", errno: 110))
        }
        let session = ControlSession(path: path, channel: channel, onEnd: onEnd)
        try? await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.handler(type: ControlLineHandler.self).begin { [weak session] event in
                switch event {
                case .message(let message):
                    if let notification = StatusNotification(json: message) {
                        onNotification(notification)
                    } else {
                        session?.answered(message)
                    }
                case .ended: session?.ended()
                }
            }
        }.get()
        return session
    }

    /// Calls a method and waits for its result.
    package func request(
        _ method: ControlMethod, _ parameters: [String: JSONValue] = [:], timeout: Duration = .seconds(10)
    ) async throws(ControlClientError) -> JSONValue {
        try await request(named: method.rawValue, .object(parameters), timeout: timeout)
    }

    /// The same for any name.
    package func request(
        named method: String, _ parameters: JSONValue, timeout: Duration = .seconds(10)
    ) async throws(ControlClientError) -> JSONValue {
        let outcome: Outcome = await withCheckedContinuation { continuation in
            begin(method, parameters, timeout: timeout, continuation)
        }
        return try outcome.get()
    }

    /// Ends the connection; a second time does nothing.
    package func close() {
        channel.close(promise: nil)
    }

    // MARK: - Requests

    private func begin(
        _ method: String, _ parameters: JSONValue, timeout: Duration,
        _ continuation: CheckedContinuation<Outcome, Never>
    ) {
        let begun: Result<Int64, ControlClientError> = state.withLock { state in
            guard state.isOpen else { return .failure(.closed(path: path)) }
            guard state.waiting.count < Self.maximumRequests else {
                let message = "The terminal has \(Self.maximumRequests) requests to answer already; try again."
                return .failure(.refused(ControlError(.tooMany, message)))
            }
            let id = state.nextID
            state.nextID += 1
            let timer = channel.eventLoop.scheduleTask(in: .nanoseconds(timeout.nanoseconds)) {
                [weak self] () -> Void in
                self?.finish(id, .failure(.timedOut(timeout)))
            }
            state.waiting[id] = Waiting(continuation: continuation, timer: timer)
            return .success(id)
        }
        let id: Int64
        do throws(ControlClientError) {
            id = try begun.get()
        } catch {
            continuation.resume(returning: .failure(error))
            return
        }
        let message = ControlMessage(id: .integer(id), method: method, parameters: parameters)
        var line = ByteBuffer(bytes: message.json.serializedBytes)
        line.writeInteger(UInt8(ascii: "\n"))
        channel.writeAndFlush(line).whenFailure { [weak self] _ in
            guard let self else { return }
            self.finish(id, .failure(.closed(path: self.path)))
        }
    }

    private func answered(_ message: JSONValue) {
        guard let id = message["id"]?.integerValue else { return }
        if let error = message["error"] {
            finish(id, .failure(.refused(ControlError(answer: error))))
        } else if let result = message["result"] {
            finish(id, .success(result))
        } else {
            finish(id, .failure(.protocolViolation("an answer without a result")))
        }
    }

    private func finish(_ id: Int64, _ outcome: Outcome) {
        guard let waiting = state.withLock({ $0.waiting.removeValue(forKey: id) }) else { return }
        waiting.timer.cancel()
        waiting.continuation.resume(returning: outcome)
    }

    private func ended() {
        let waiting = state.withLock { state in
            state.isOpen = false
            defer { state.waiting = [:] }
            return state.waiting
        }
        for entry in waiting.values {
            entry.timer.cancel()
            entry.continuation.resume(returning: .failure(.closed(path: path)))
        }
        onEnd()
    }
}

extension ControlError {
    /// The `error` member of an answer.
    init(answer json: JSONValue) {
        self.init(
            ControlErrorCode(rawValue: Int(clamping: json["code"]?.integerValue ?? 0)),
            json["message"]?.stringValue ?? "The terminal refused without saying why.", data: json["data"])
    }
}
