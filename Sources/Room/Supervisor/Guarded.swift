import Synchronization

/// A value that the control side and a device thread hand each other; rare, never per frame.
final class Guarded<Value: Sendable>: Sendable {
    private let storage: Mutex<Value>

    init(_ value: Value) { storage = Mutex(value) }

    func get() -> Value { storage.withLock { $0 } }
    func set(_ value: Value) { storage.withLock { $0 = value } }

    /// Sets the value and gives the one before.
    func exchange(_ value: Value) -> Value {
        storage.withLock { stored in
            let before = stored
            stored = value
            return before
        }
    }
}
