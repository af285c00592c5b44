package import LinuxSystem
import Synchronization

/// A named thread of an actor's own, so that the actor's work can stand behind the media threads, which Swift's
/// shared pool cannot tell apart.
///
/// The actor holds it and returns it as its `unownedExecutor`. The thread sleeps while there is nothing to do and ends
/// with the executor. The queue is as long as the jobs that await the actor; whoever sends them bounds them.
package final class ThreadExecutor: SerialExecutor, Sendable {
    private let queue: JobQueue
    private let thread: MediaThread

    /// - Parameter name: at most 15 bytes are shown by the kernel.
    package init(name: String, scheduling: ThreadScheduling) throws(SystemError) {
        let queue = try JobQueue()
        self.queue = queue
        thread = try MediaThread(name: name)
        try thread.start(scheduling: scheduling) { queue.run($0) }
    }

    // Not joined: the last reference may end on the thread itself.
    deinit { thread.stopAndDetach() }

    package func enqueue(_ job: consuming ExecutorJob) {
        queue.add(UnownedJob(job), for: asUnownedSerialExecutor())
    }
}

/// What waits for the thread. A job keeps its actor alive, and so the executor, until it has run.
private final class JobQueue: Sendable {
    private struct Entry: Sendable {
        let job: UnownedJob
        let executor: UnownedSerialExecutor
    }

    private let entries = Mutex<[Entry]>([])
    private let bell: Doorbell

    init() throws(SystemError) { bell = try Doorbell() }

    func add(_ job: UnownedJob, for executor: UnownedSerialExecutor) {
        entries.withLock { $0.append(Entry(job: job, executor: executor)) }
        bell.ring()
    }

    func run(_ thread: MediaThread) {
        var set = PollSet(count: 2)
        set.watch(0, thread.stopDescriptor, for: .readable)
        set.watch(1, bell.descriptor, for: .readable)
        while true {
            let taken = entries.withLock { value -> [Entry] in
                defer { value.removeAll(keepingCapacity: true) }
                return value
            }
            for entry in taken { entry.job.runSynchronously(on: entry.executor) }
            guard taken.isEmpty else { continue }
            if thread.isStopping { return }
            // A failing poll would be a defect of this loop; it would be seen as a busy thread.
            _ = try? set.wait(nanoseconds: nil)
            bell.drain()
            thread.beat()
        }
    }
}
