import Glibc
import LinuxSystem
import RealtimeSupport
import Testing

struct Missing: Error {}

/// `#require` for values that cannot be copied.
func taken<Value: ~Copyable>(_ value: consuming Value?) throws -> Value {
    guard let value else { throw Missing() }
    return value
}

/// Looks at a state until it is as wanted; fails after `limit`.
func eventually(
    _ what: Comment, within limit: Duration = .seconds(10), sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () throws -> Bool
) throws {
    let deadline = MonotonicTime.now + limit
    while try !condition() {
        if MonotonicTime.now > deadline {
            Issue.record("never: \(what)", sourceLocation: sourceLocation)
            throw Missing()
        }
        pause(.milliseconds(2))
    }
}

/// Lets the threads that are tested work for a while.
func pause(_ duration: Duration) {
    usleep(UInt32(clamping: duration.nanoseconds / 1000))
}

/// Runs each test of a suite on a thread of its own, on which it may wait: tests that play the part of a device or a
/// network must not be kept from it by others that compute.
struct OwnThread: SuiteTrait, TestTrait, TestScoping {
    var isRecursive: Bool { true }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(ThreadPerJob.shared) { try await function() }
    }
}

extension Trait where Self == OwnThread {
    static var ownThread: Self { Self() }
}

/// Starts a thread for each job of a task.
private final class ThreadPerJob: TaskExecutor {
    static let shared = ThreadPerJob()

    private final class Job {
        let job: UnownedJob
        init(_ job: UnownedJob) { self.job = job }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(Job(UnownedJob(job))).toOpaque()
        let status = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let job = Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().job
                job.runSynchronously(on: ThreadPerJob.shared.asUnownedTaskExecutor())
                return nil
            }, argument)
        precondition(status == 0, "pthread_create")
        pthread_detach(thread)
    }
}
