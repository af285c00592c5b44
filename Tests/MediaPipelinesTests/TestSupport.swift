import LinuxSystem
import Testing

struct Missing: Error {}

/// `#require` for values that cannot be copied.
func taken<Value: ~Copyable>(_ value: consuming Value?) throws -> Value {
    guard let value else { throw Missing() }
    return value
}

/// Looks at a state until it is as wanted; fails after `limit`.
func eventually(
    _ what: Comment, within limit: Duration = .seconds(5), sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () -> Bool
) async throws {
    let deadline = MonotonicTime.now + limit
    while !condition() {
        if MonotonicTime.now > deadline {
            Issue.record("never: \(what)", sourceLocation: sourceLocation)
            throw Missing()
        }
        try await Task.sleep(for: .milliseconds(2))
    }
}
