import Logging
import NIOCore
import NIOPosix
import SIP
import Testing

@testable import CallSignaling

/// A user agent on the loopback with a free port, and its events one by one.
final class TestRoom {
    static let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)

    let agent: UserAgent
    private var iterator: SignalingEvents.Iterator

    init(_ name: String, _ change: (inout UserAgentConfiguration) -> Void = { _ in }) async throws {
        var configuration = UserAgentConfiguration(
            addresses: ["127.0.0.1"], port: 0, user: name, displayName: "Room \(name)")
        change(&configuration)
        agent = UserAgent(
            configuration: configuration, eventLoop: Self.group.next(),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        iterator = agent.events.makeAsyncIterator()
        try await agent.start()
    }

    func next() async -> SignalingEvent? { await iterator.next() }

    /// The next event that is not a provisional answer.
    func nextFinal() async -> SignalingEvent? {
        while let event = await iterator.next() {
            if case .provisional = event { continue }
            return event
        }
        return nil
    }

    func incoming() async throws -> IncomingCall {
        let event = await next()
        guard case .incomingCall(let call) = event else {
            throw Unexpected(event: event)
        }
        return call
    }

    struct Unexpected: Error { let event: SignalingEvent? }

    var address: String { get async { "sip:room@127.0.0.1:\(await agent.port)" } }
}

let offer = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n"
let answer = offer.replacingPort("5000")

extension String {
    func replacingPort(_ port: String) -> String { split(separator: "4000").joined(separator: port) }

    func padded(to count: Int) -> String { self + String(repeating: "a=x-padding:0123456789\r\n", count: count / 24) }
}
