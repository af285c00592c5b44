import Dispatch
import Glibc
import Synchronization

/// The one thread that starts child processes.
///
/// The kernel's parent-death signal is tied to the thread that forked, so this one lives as long as the process.
final class SpawnThread: Sendable {
    static let shared = SpawnThread()

    private let work = Mutex<[@Sendable () -> Void]>([])
    private let waiting = DispatchSemaphore(value: 0)

    private init() {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<SpawnThread>.fromOpaque(context).takeUnretainedValue().serve()
            }, context)
        precondition(code == 0, "pthread_create: error \(code)")
        pthread_detach(thread)
    }

    /// Runs `body` on the thread and waits for what it returns.
    func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) -> Result {
        let done = DispatchSemaphore(value: 0)
        let result = ResultBox<Result>()
        work.withLock {
            $0.append {
                result.set(body())
                done.signal()
            }
        }
        waiting.signal()
        done.wait()
        return result.take()
    }

    private func serve() -> Never {
        while true {
            waiting.wait()
            let next = work.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            next?()
        }
    }
}

private final class ResultBox<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)

    func set(_ new: Value) {
        value.withLock { $0 = new }
    }

    func take() -> Value {
        guard let value = value.withLock({ $0 }) else { preconditionFailure("nothing was set") }
        return value
    }
}
