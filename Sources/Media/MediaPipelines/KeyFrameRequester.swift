import RealtimeSupport
import Synchronization

/// Asks the far end for key frames, at most every 300 ms however many threads and pictures want one.
///
/// Any thread. A wish that comes too soon is not kept: who still needs a key frame asks again with the next picture.
final class KeyFrameRequester: Sendable {
    static let interval: Int64 = 300_000_000
    private let last = Atomic<Int64>(-KeyFrameRequester.interval)
    private let statistics: VideoReceiveStatistics
    private let request: @Sendable () -> Void

    init(statistics: VideoReceiveStatistics, request: @escaping @Sendable () -> Void) {
        self.statistics = statistics
        self.request = request
    }

    // MARK: - Real-time

    /// - Parameter now: CLOCK_MONOTONIC in nanoseconds.
    func ask(at now: Int64) {
        let before = last.load(ordering: .relaxed)
        guard now &- before >= Self.interval,
            last.compareExchange(expected: before, desired: now, ordering: .relaxed).exchanged
        else { return }
        statistics.keyFrameRequests.add()
        request()
    }
}
