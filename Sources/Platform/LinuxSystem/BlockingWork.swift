import CLinux
import Glibc

/// Runs work that may block, such as writing to a memory card, on a thread of its own that ends with it.
///
/// Actors and event loops await it and stay free meanwhile. For rare work: each call makes a thread.
package func runBlocking<Outcome: Sendable>(
    niceness: Int32 = 0, _ work: @escaping @Sendable () -> Outcome
) async throws(SystemError) -> Outcome {
    let result: Result<Outcome, SystemError> = await withCheckedContinuation { continuation in
        let job = BlockingJob {
            // Linux: the calling thread's alone (setpriority(2), "C library/kernel differences").
            if niceness != 0 { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness) }
            continuation.resume(returning: .success(work()))
        }
        let start = Unmanaged.passRetained(job)
        var thread = pthread_t()
        let status = pthread_create(&thread, nil, blockingJobEntry, start.toOpaque())
        guard status == 0 else {
            start.release()
            continuation.resume(returning: .failure(SystemError(operation: "pthread_create", errno: status)))
            return
        }
        pthread_detach(thread)
    }
    return try result.get()
}

private final class BlockingJob: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private func blockingJobEntry(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    Unmanaged<BlockingJob>.fromOpaque(argument).takeRetainedValue().run()
    return nil
}
