import ControlProtocol
import LinuxSystem
import Logging
import NIOCore

/// One client. Confined to the server's event loop.
///
/// Requests are started in the order in which they come and answered as they finish, each under its id: a slow one holds
/// up neither the client's next one nor another client.
final class ControlConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let state: ControlServerState
    let handler: any ControlHandler
    private var framer = LineFramer()
    private var waiting = ArraySlice<LineFramer.Output>()
    private var requestsInFlight = 0
    private var isInputClosed = false
    private var isClosing = false
    private var context: ChannelHandlerContext?
    private(set) var peer: ControlPeer?
    /// Until then the connection has an admin's rights (`access.unlock`).
    var unlockedUntil: MonotonicTime?
    var subscriptions: [Int64: Subscription] = [:]
    var eventSubscriptions: [Int64: EventSubscription] = [:]

    init(state: ControlServerState, handler: any ControlHandler) {
        self.state = state
        self.handler = handler
    }

    // MARK: - Life

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        let number = state.nextConnectionNumber()
        guard state.add(self) else {
            let limit = state.configuration.maximumClients
            let error = ControlError(.tooMany, "The terminal serves \(limit) clients at a time; close one of them.")
            finish(with: error)
            return
        }
        PeerIdentity.ask(context.channel) { [weak self] identity in
            self?.identified(identity, connection: number)
        }
        context.fireChannelActive()
    }

    /// Lines that came before the kernel told who the peer is have waited.
    private func identified(_ identity: PeerIdentity?, connection: UInt64) {
        guard let identity else {
            finish(with: ControlError(.notPermitted, "The kernel does not tell who you are (SO_PEERCRED)."))
            return
        }
        let role = state.policy.role(of: identity.credentials, groups: identity.groups)
        peer = ControlPeer(connection: connection, credentials: identity.credentials, role: role)
        serveWaiting()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        isClosing = true
        waiting = []
        state.subscriptionsChanged(by: -subscriptions.count)
        subscriptions = [:]
        state.eventSubscriptionsChanged(by: -eventSubscriptions.count)
        eventSubscriptions = [:]
        state.remove(self)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event as? ChannelEvent == .inputClosed else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        isInputClosed = true
        framer.finish { waiting.append($0) }
        serveWaiting()
    }

    func close() {
        isClosing = true
        context?.close(promise: nil)
    }

    /// A client that will send no more, as `printf … | nc -U` does, still gets its answers and its subscriptions.
    private func closeWhenDone() {
        guard isInputClosed, waiting.isEmpty, requestsInFlight == 0, subscriptions.isEmpty, eventSubscriptions.isEmpty,
            !isClosing
        else { return }
        isClosing = true
        guard let context else { return }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in bound.value.close(promise: nil) }
    }

    // MARK: - In

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        let buffer = unwrapInboundIn(data)
        buffer.withUnsafeReadableBytes { bytes in
            framer.append(bytes.bindMemory(to: UInt8.self).span) { waiting.append($0) }
        }
        serveWaiting()
    }

    private func serveWaiting() {
        guard peer != nil else { return }
        while !isClosing, requestsInFlight < state.configuration.maximumRequestsInFlight, let next = waiting.popFirst()
        {
            serve(next)
        }
        if waiting.isEmpty { waiting = [] }
        readsMore = waiting.isEmpty
        closeWhenDone()
    }

    /// While lines wait, nothing more is read: the client's socket fills and it has to wait itself.
    private var readsMore = true {
        didSet {
            guard readsMore != oldValue, let context else { return }
            try? context.channel.syncOptions?.setOption(.autoRead, value: readsMore)
            if readsMore { context.read() }
        }
    }

    private func serve(_ output: LineFramer.Output) {
        switch output {
        case .tooLong(let number):
            let limit = framer.maximumLength
            answer(.null, .failure(ControlError(.invalidRequest, "Line \(number) is longer than \(limit) bytes.")))
        case .line(let bytes, let number):
            do throws(ControlError) {
                switch try ControlLine(parsing: bytes, number: number) {
                case .single(let message, let id):
                    perform(message) { [weak self] result, wantsAnswer in
                        if wantsAnswer { self?.answer(id, result) }
                    }
                case .batch(let messages):
                    serveBatch(messages)
                }
            } catch {
                answer(.null, .failure(error))
            }
        }
    }

    /// One line of answers when all are there; none when all were notifications (JSON-RPC 2.0 §6).
    private func serveBatch(_ messages: [(message: Result<ControlMessage, ControlError>, id: ControlRequestID)]) {
        var answers: [JSONValue] = []
        var remaining = messages.count
        for (message, id) in messages {
            perform(message) { [weak self] result, wantsAnswer in
                remaining -= 1
                if wantsAnswer {
                    self?.countError(in: result)
                    answers.append(ControlMessage.answer(id: id, result: result))
                }
                if remaining == 0, !answers.isEmpty { self?.send(.array(answers)) }
            }
        }
    }

    // MARK: - Requests

    typealias Completion = (_ result: Result<JSONValue, ControlError>, _ wantsAnswer: Bool) -> Void

    private func perform(_ message: Result<ControlMessage, ControlError>, completion: @escaping Completion) {
        guard let peer else { return }
        state.count { $0.requests += 1 }
        do throws(ControlError) {
            let message = try message.get()
            let wantsAnswer = message.id != nil
            do throws(ControlError) {
                let (method, parameters) = try message.resolved()
                try Authorization.check(effectiveRole, method: method, parameters: parameters)
                guard let command = try ControlCommand(method: method, parameters: parameters) else {
                    performOwn(method, parameters: parameters) { completion($0, wantsAnswer) }
                    return
                }
                let request = ControlRequest(id: message.id, method: method, parameters: parameters, command: command)
                run({ [handler] in await handler.handle(request, from: peer) }, then: { completion($0, wantsAnswer) })
            } catch {
                completion(.failure(error), wantsAnswer)
            }
        } catch {
            completion(.failure(error), true)
        }
    }

    /// Starts `work` at once, up to its first suspension, and brings its outcome back to the event loop.
    func run<Outcome: Sendable>(
        _ work: @escaping @Sendable () async -> Outcome, then: @escaping (Outcome) -> Void
    ) {
        requestsInFlight += 1
        let eventLoop = state.eventLoop
        let completion = NIOLoopBound(
            { [self] (outcome: Outcome) in
                requestsInFlight -= 1
                guard !isClosing else { return }
                then(outcome)
                serveWaiting()
            }, eventLoop: eventLoop)
        Task.immediate {
            let outcome = await work()
            eventLoop.execute { completion.value(outcome) }
        }
    }

    // MARK: - Out

    private func answer(_ id: ControlRequestID, _ result: Result<JSONValue, ControlError>) {
        countError(in: result)
        send(ControlMessage.answer(id: id, result: result))
    }

    private func countError(in result: Result<JSONValue, ControlError>) {
        if case .failure = result { state.count { $0.errors += 1 } }
    }

    func sendChanges(to status: StatusTree) {
        for number in subscriptions.keys.sorted() {
            guard let notification = subscriptions[number]?.notification(to: status) else { continue }
            state.count { $0.notifications += 1 }
            send(notification)
        }
    }

    /// Writes a line, or drops the client when it has left too much unread.
    func send(_ message: JSONValue) {
        guard !isClosing, let context else { return }
        let pending = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        guard pending <= state.configuration.outboundLimit else {
            state.count { $0.droppedClients += 1 }
            state.logger.warning(
                "control client dropped: it does not read",
                metadata: ["pid": "\(peer?.credentials.processID ?? 0)", "unread_bytes": "\(pending)"])
            close()
            return
        }
        let bytes = message.serializedBytes
        var buffer = context.channel.allocator.buffer(capacity: bytes.count + 1)
        buffer.writeBytes(bytes)
        buffer.writeInteger(UInt8(ascii: "\n"))
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }

    private func finish(with error: ControlError) {
        answer(.null, .failure(error))
        isClosing = true
        guard let context else { return }
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in bound.value.close(promise: nil) }
    }
}
