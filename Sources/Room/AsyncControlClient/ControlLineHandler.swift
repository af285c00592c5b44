import ControlClient
import ControlProtocol
import NIOCore

/// Makes JSON values of the lines that come. Confined to its channel's event loop.
final class ControlLineHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    enum Event {
        case message(JSONValue)
        /// The last one.
        case ended
    }

    private var framer = LineFramer(maximumLength: ControlClient.answerLimit)
    private var deliver: ((Event) -> Void)?
    /// What came before somebody listened.
    private var early: [Event] = []
    private var hasEnded = false

    /// Delivers what has come and what will come.
    func begin(_ deliver: @escaping (Event) -> Void) {
        self.deliver = deliver
        let waiting = early
        early = []
        for event in waiting { deliver(event) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        var isBroken = false
        buffer.withUnsafeReadableBytes { bytes in
            framer.append(bytes.bindMemory(to: UInt8.self).span) { output in
                guard case .line(let line, _) = output, let message = try? JSONValue(parsing: line) else {
                    isBroken = true
                    return
                }
                if !isBroken { emit(.message(message)) }
            }
        }
        // What is no JSON-RPC cannot be followed further: the other side is not what it should be.
        if isBroken { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func end() {
        guard !hasEnded else { return }
        hasEnded = true
        emit(.ended)
        deliver = nil
    }

    private func emit(_ event: Event) {
        if let deliver { deliver(event) } else { early.append(event) }
    }
}
