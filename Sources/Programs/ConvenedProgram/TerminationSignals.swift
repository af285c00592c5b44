/// SIGTERM and SIGINT, taken by the main thread and heard by async code.
final class TerminationSignals: Sendable {
    static let shared = TerminationSignals()

    private let stream: AsyncStream<Int32>
    private let continuation: AsyncStream<Int32>.Continuation

    private init() { (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(4)) }

    /// A signal has come. Any thread.
    func came(_ signal: Int32) { continuation.yield(signal) }

    /// The first signal that comes; one caller.
    func first() async -> Int32 {
        for await signal in stream { return signal }
        return 0
    }
}
