import Glibc
import Synchronization

/// SIGTERM and SIGINT, taken by the main thread and heard by async code.
final class TerminationSignals: Sendable {
    static let shared = TerminationSignals()

    private let stream: AsyncStream<Int32>
    private let continuation: AsyncStream<Int32>.Continuation
    private let isHeard = Mutex(false)

    private init() { (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(4)) }

    /// From now on somebody hears them and ends the room in its own order; until then each one ends the program.
    func listen() { isHeard.withLock { $0 = true } }

    /// A signal has come, which is blocked in all threads. The main thread; does not return when nobody hears it.
    func came(_ number: Int32) {
        if isHeard.withLock({ $0 }) {
            continuation.yield(number)
            return
        }
        // As if it had never been blocked, so that who waits for the program sees by what it ended.
        signal(number, SIG_DFL)
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, number)
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
        raise(number)
        exit(128 + number)
    }

    /// The first signal that comes; one caller.
    func first() async -> Int32 {
        for await signal in stream { return signal }
        return 0
    }
}
