import CLinux

/// An open file descriptor that is closed when its owner ends.
package struct FileDescriptor: ~Copyable, Sendable {
    private let rawValue: Int32

    /// Takes over an open descriptor.
    package init(owning rawValue: Int32) { self.rawValue = rawValue }

    deinit { if rawValue >= 0 { _ = close(rawValue) } }

    /// The descriptor lent out; it must not outlive this owner.
    package var borrowed: BorrowedDescriptor { BorrowedDescriptor(rawValue: rawValue) }

    /// Opens a file or device node (open(2)); `O_CLOEXEC` is always added.
    package static func open(
        _ path: String, flags: Int32, mode: UInt32 = 0o644
    ) throws(SystemError) -> FileDescriptor {
        let raw = try retryingOnInterrupt("open(\(path))") { convene_open(path, flags | O_CLOEXEC, mode) }
        return FileDescriptor(owning: raw)
    }

    /// Gives the descriptor up: the caller owns the number from now on.
    package consuming func release() -> Int32 {
        let raw = rawValue
        discard self
        return raw
    }

    /// A second descriptor of the same open file (fcntl F_DUPFD_CLOEXEC).
    package func duplicate() throws(SystemError) -> FileDescriptor {
        let source = rawValue
        return FileDescriptor(owning: try retryingOnInterrupt("fcntl(F_DUPFD_CLOEXEC)") { convene_dup_cloexec(source) })
    }
}

/// A descriptor that somebody else owns; valid only while that owner lives.
package struct BorrowedDescriptor: Sendable, Equatable, BitwiseCopyable {
    package let rawValue: Int32

    package init(rawValue: Int32) { self.rawValue = rawValue }

    /// Calls ioctl(2) with a pointer to `argument`; interrupted calls are repeated.
    @inline(__always)
    @discardableResult
    package func ioctl<Argument: ~Copyable>(
        _ request: UInt, named operation: @autoclosure () -> String, _ argument: inout Argument
    ) throws(SystemError) -> Int32 {
        while true {
            let result = withUnsafeMutablePointer(to: &argument) {
                convene_ioctl(rawValue, request, UnsafeMutableRawPointer($0))
            }
            if result >= 0 { return result }
            let number = convene_errno()
            if number != EINTR { throw SystemError(operation: operation(), errno: number) }
        }
    }

    /// Calls ioctl(2) and gives the errno instead of throwing, for calls whose failure is expected (EAGAIN).
    ///
    /// - Returns: 0, or the error number.
    @inline(__always)
    package func ioctlStatus<Argument: ~Copyable>(_ request: UInt, _ argument: inout Argument) -> Int32 {
        while true {
            let result = withUnsafeMutablePointer(to: &argument) {
                convene_ioctl(rawValue, request, UnsafeMutableRawPointer($0))
            }
            if result >= 0 { return 0 }
            let number = convene_errno()
            if number != EINTR { return number }
        }
    }
}
