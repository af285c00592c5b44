/// There was nothing where a test needs something.
package struct NothingThere: Error {
    package init() {}
}

/// `#require` for values that cannot be copied.
package func present<Value: ~Copyable>(_ value: consuming Value?) throws -> Value {
    guard let value else { throw NothingThere() }
    return value
}

/// Whether there is a value, which ends here.
package func isPresent<Value: ~Copyable>(_ value: consuming Value?) -> Bool {
    switch consume value {
    case .some: true
    case .none: false
    }
}
