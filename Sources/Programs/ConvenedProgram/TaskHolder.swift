import Synchronization

/// A task that one side starts and another ends.
final class TaskHolder: Sendable {
    private let task = Mutex<Task<Void, Never>?>(nil)

    func set(_ value: Task<Void, Never>) { task.withLock { $0 = value } }
    func cancel() { task.withLock { $0 }?.cancel() }
}
