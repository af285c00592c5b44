import NIOCore
import SIP

/// Hands datagrams to the user agent, on whose event loop it runs.
final class DatagramHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private weak let agent: UserAgent?

    init(_ agent: UserAgent?) { self.agent = agent }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        let bytes = Array(envelope.data.readableBytesView)
        let remote = envelope.remoteAddress
        agent?.assumeIsolated { $0.datagramReceived(bytes, from: remote) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        let channel = context.channel
        agent?.assumeIsolated { $0.datagramSocketClosed(channel) }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // An ICMP error of some earlier datagram; the socket stays good.
    }
}

/// Cuts a TCP stream into messages for the user agent, on whose event loop it runs.
final class StreamHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private weak let agent: UserAgent?
    private let id: ConnectionID
    private var framer: StreamFramer
    private let timers: TimerValues
    /// Runs while part of a message waits for the rest.
    private var rest: Scheduled<Void>?

    init(_ agent: UserAgent, _ id: ConnectionID, _ framer: StreamFramer, timers: TimerValues) {
        self.agent = agent
        self.id = id
        self.framer = framer
        self.timers = timers
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        framer.append(unwrapInboundIn(data).readableBytesView)
        do throws(SIPSyntaxError) {
            while let frame = try framer.next() {
                switch frame {
                case .message(let bytes):
                    let id = id
                    agent?.assumeIsolated { $0.messageReceived(bytes, on: id) }
                case .ping:
                    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "\r\n")), promise: nil)
                }
            }
        } catch {
            let id = id
            agent?.assumeIsolated { $0.streamBroken(id, error) }
            context.close(promise: nil)
            return
        }
        if framer.isInsideMessage, rest == nil {
            let channel = context.channel
            rest = context.eventLoop.scheduleTask(in: TimeAmount(timers.giveUp)) { channel.close(promise: nil) }
        } else if !framer.isInsideMessage {
            rest?.cancel()
            rest = nil
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        rest?.cancel()
        rest = nil
        let id = id
        agent?.assumeIsolated { $0.connectionClosed(id) }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
