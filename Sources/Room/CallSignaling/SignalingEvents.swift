import Synchronization

/// The events of a `UserAgent`, for one consumer. Ends when the agent has stopped.
///
/// Bounded by `UserAgentConfiguration.Limits.events`: when half of the places are taken, provisional answers and INFO
/// are dropped; when three quarters are, new calls are refused with 503; when all are, events are dropped. Each drop
/// is counted.
package struct SignalingEvents: AsyncSequence, Sendable {
    package struct Iterator: AsyncIteratorProtocol {
        private var base: AsyncStream<SignalingEvent>.Iterator
        private let backlog: Backlog

        init(_ base: AsyncStream<SignalingEvent>.Iterator, _ backlog: Backlog) {
            self.base = base
            self.backlog = backlog
        }

        package mutating func next() async -> SignalingEvent? {
            let event = await base.next()
            if event != nil { backlog.count.subtract(1, ordering: .relaxed) }
            return event
        }
    }

    /// How many events wait.
    final class Backlog: Sendable {
        let count = Atomic<Int>(0)
    }

    private let stream: AsyncStream<SignalingEvent>
    private let continuation: AsyncStream<SignalingEvent>.Continuation
    private let backlog = Backlog()
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
    }

    package func makeAsyncIterator() -> Iterator { Iterator(stream.makeAsyncIterator(), backlog) }

    /// Places that are free.
    var places: Int { Swift.max(capacity - backlog.count.load(ordering: .relaxed), 0) }

    /// Appends the event; false if it had to be dropped.
    func yield(_ event: SignalingEvent) -> Bool {
        guard places > (event.isExpendable ? capacity / 2 : 0) else { return false }
        backlog.count.add(1, ordering: .relaxed)
        continuation.yield(event)
        return true
    }

    func finish() { continuation.finish() }
}
