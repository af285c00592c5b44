import CLinux

/// Stream sockets with a name in the file system (unix(7)).
package enum UnixSocket {
    /// Bytes of a path that fit in `sockaddr_un.sun_path` with its end.
    package static let maximumPathLength = 107

    /// Connects to the socket at `path`.
    ///
    /// - Parameter isBlocking: false gives a descriptor that never waits; a listener whose queue is full then refuses
    ///   with EAGAIN.
    package static func connect(to path: String, isBlocking: Bool = true) throws(SystemError) -> FileDescriptor {
        let socket = try make(isBlocking: isBlocking)
        let raw = socket.borrowed.rawValue
        try withAddress(of: path, operation: "connect(\(path))") { CLinux.connect(raw, $0, $1) }
        return socket
    }

    /// A socket bound to `path`, which must not exist; nobody listens on it yet.
    package static func bind(to path: String) throws(SystemError) -> FileDescriptor {
        let socket = try make()
        let raw = socket.borrowed.rawValue
        try withAddress(of: path, operation: "bind(\(path))") { CLinux.bind(raw, $0, $1) }
        return socket
    }

    /// The process that listens at `path`; nil when nobody does or the caller may not connect.
    package static func listener(at path: String) -> PeerCredentials? {
        guard let socket = try? connect(to: path) else { return nil }
        return try? PeerCredentials(of: socket.borrowed)
    }

    private static func make(isBlocking: Bool = true) throws(SystemError) -> FileDescriptor {
        let wait = isBlocking ? 0 : SOCK_NONBLOCK.rawValue
        return FileDescriptor(
            owning: try retryingOnInterrupt("socket(AF_UNIX)") {
                CLinux.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | wait), 0)
            })
    }

    private static func withAddress(
        of path: String, operation: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(SystemError) {
        guard !path.isEmpty, path.utf8.count <= maximumPathLength else {
            throw SystemError(operation: operation, errno: ENAMETOOLONG)
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        try retryingOnInterrupt(operation) {
            withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }
    }
}
