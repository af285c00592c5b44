import CLinux
package import LinuxSystem
import Synchronization

/// A dedicated, named thread that runs one media loop until it is asked to stop.
///
/// The loop polls `stopDescriptor` beside its devices, looks at `isStopping`, and moves `heartbeat` each time that
/// it has really done work or waited with nothing due; the supervisor's watchdog reads it.
package final class MediaThread: Sendable {
    package let name: String
    private let stopBell: Doorbell
    private let stopping = Atomic<Bool>(false)
    private let beats = Atomic<UInt64>(0)
    private let thread = Mutex<pthread_t?>(nil)
    private let schedulingFailure = Mutex<SystemError?>(nil)

    /// - Parameter name: at most 15 bytes are shown by the kernel (pthread_setname_np(3)).
    package init(name: String) throws(SystemError) {
        self.name = name
        stopBell = try Doorbell()
    }

    /// Starts the thread; `body` is called once on it. Call `stopAndJoin` before the last reference goes.
    package func start(
        scheduling: ThreadScheduling = .init(), _ body: @escaping @Sendable (MediaThread) -> Void
    ) throws(SystemError) {
        let start = Unmanaged.passRetained(Start(owner: self, scheduling: scheduling, body: body))
        var created = pthread_t()
        let status = pthread_create(&created, nil, mediaThreadEntry, start.toOpaque())
        guard status == 0 else {
            start.release()
            throw SystemError(operation: "pthread_create(\(name))", errno: status)
        }
        thread.withLock { $0 = created }
    }

    /// Asks the loop to end and waits for it. Not from the thread itself.
    package func stopAndJoin() {
        requestStop()
        let joined = thread.withLock { value -> pthread_t? in
            defer { value = nil }
            return value
        }
        if let joined { pthread_join(joined, nil) }
    }

    /// Asks the loop to end and lets the kernel take the thread back by itself then: for an owner whose last reference may
    /// go on this very thread.
    package func stopAndDetach() {
        requestStop()
        let left = thread.withLock { value -> pthread_t? in
            defer { value = nil }
            return value
        }
        if let left { pthread_detach(left) }
    }

    /// Asks the loop to end, without waiting.
    package func requestStop() {
        stopping.store(true, ordering: .releasing)
        stopBell.ring()
    }

    /// Whether the loop shall end. Real-time safe.
    package var isStopping: Bool { stopping.load(ordering: .acquiring) }

    /// Readable once the loop shall end.
    package var stopDescriptor: BorrowedDescriptor { stopBell.descriptor }

    /// Counts one turn of the loop. Real-time safe.
    package func beat() { beats.add(1, ordering: .relaxed) }

    /// How often the loop has turned.
    package var heartbeat: UInt64 { beats.load(ordering: .relaxed) }

    /// What the kernel refused of the wanted scheduling, nil when nothing; the thread runs without that.
    package var schedulingError: SystemError? { schedulingFailure.withLock { $0 } }

    fileprivate func run(_ scheduling: ThreadScheduling, _ body: @Sendable (MediaThread) -> Void) {
        _ = pthread_setname_np(pthread_self(), String(name.prefix(15)))
        if let failure = scheduling.applyToCurrentThread() { schedulingFailure.withLock { $0 = failure } }
        body(self)
    }
}

/// What the new thread is given; freed by it.
private final class Start: Sendable {
    let owner: MediaThread
    let scheduling: ThreadScheduling
    let body: @Sendable (MediaThread) -> Void

    init(owner: MediaThread, scheduling: ThreadScheduling, body: @escaping @Sendable (MediaThread) -> Void) {
        self.owner = owner
        self.scheduling = scheduling
        self.body = body
    }
}

private func mediaThreadEntry(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
    start.owner.run(start.scheduling, start.body)
    return nil
}
