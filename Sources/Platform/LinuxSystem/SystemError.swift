import CLinux

/// A system call that failed: the call's exact name and the errno that it left.
///
/// Device and board context is added one layer up.
package struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The call as the manual names it, such as "VIDIOC_DQBUF".
    package let operation: String
    /// The error number of the call (errno.h).
    package let errno: Int32

    package init(operation: String, errno: Int32) {
        self.operation = operation
        self.errno = errno
    }

    /// Reads errno at once; call it on the line after the failing call.
    package static func last(_ operation: String) -> SystemError {
        SystemError(operation: operation, errno: CLinux.convene_errno())
    }

    package var description: String {
        "\(operation): \(Self.name(of: errno)) (errno \(errno))"
    }

    /// The system's own words for an error number, such as "No such device".
    package static func name(of errno: Int32) -> String {
        guard let text = strerror(errno) else { return "error \(errno)" }
        return String(cString: text)
    }
}

/// Calls `body` again for as long as it is interrupted by a signal (EINTR), and throws for any other failure.
///
/// - Returns: what the call returned, never negative.
@inline(__always)
@discardableResult
package func retryingOnInterrupt(
    _ operation: @autoclosure () -> String, _ body: () -> Int32
) throws(SystemError) -> Int32 {
    while true {
        let result = body()
        if result >= 0 { return result }
        let number = convene_errno()
        if number != EINTR { throw SystemError(operation: operation(), errno: number) }
    }
}
