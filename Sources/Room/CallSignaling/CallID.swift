/// Names one call of one user agent; never used again while the agent lives. It is not the Call-ID header field.
package struct CallID: Hashable, Sendable, CustomStringConvertible {
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }

    package var description: String { "call-\(rawValue)" }
}
