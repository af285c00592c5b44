import Glibc
package import LinuxSystem

/// Why the control socket could not be had. The description is one line for the log and the terminal.
package enum ControlSocketError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Another process serves there.
    case held(path: String, processID: Int32?)
    /// Something that is not a socket stands at the path.
    case notASocket(path: String)
    /// `sockaddr_un` takes 107 bytes.
    case pathTooLong(path: String)
    case unknownGroup(name: String)
    /// The path is empty.
    case noPath
    case system(path: String, SystemError)

    /// Whether it stays so until somebody changes the settings: to try again is of no use.
    package var isConfiguration: Bool {
        switch self {
        case .pathTooLong, .unknownGroup, .noPath: true
        case .held, .notASocket, .system: false
        }
    }

    package var description: String {
        switch self {
        case .held(let path, let processID?): "another convened (pid \(processID)) holds \(path)"
        case .held(let path, nil): "another convened holds \(path)"
        case .notASocket(let path): "\(path) is not a socket; remove it or choose another path with --socket"
        case .pathTooLong(let path): "\(path) is too long for a socket: at most \(UnixSocket.maximumPathLength) bytes"
        case .unknownGroup(let name):
            "there is no group \(name) on this system; create it or change control in room.yaml"
        case .noPath: "the control socket has no path; name one such as /run/convene/control.sock"
        case .system(let path, let error): "cannot listen at \(path): \(error.reason(writing: path))"
        }
    }
}

/// The claim on a socket path: a lock file beside it, and the bound socket.
///
/// The lock (flock(2) on `PATH.lock`) ends with the process, however it ends, so what a dead terminal left behind is
/// taken over, and two that start at once cannot both win. The lock file itself stays: to remove it would let a third
/// process lock a new file of that name.
package struct ControlSocket: ~Copyable {
    package let path: String
    private let lock: FileDescriptor
    private let descriptor: FileDescriptor

    /// Takes the path or says who holds it. Nothing is accepted yet: connecting is refused until somebody listens.
    ///
    /// - Parameters:
    ///   - permissions: of the socket file.
    ///   - groupID: the group of the socket file, nil for the process's.
    package init(path: String, permissions: UInt32 = 0o660, groupID: UInt32? = nil) throws(ControlSocketError) {
        guard !path.isEmpty else { throw .noPath }
        guard path.utf8.count <= UnixSocket.maximumPathLength else { throw .pathTooLong(path: path) }
        // All at the end: the compiler cannot undo half an owner.
        let lock = try Self.lockFile(path: path)
        try Self.removeStaleSocket(path: path)
        let descriptor = try Self.bound(path: path, permissions: permissions, groupID: groupID)
        self.path = path
        self.lock = lock
        self.descriptor = descriptor
    }

    /// A second descriptor of the bound socket, for who listens on it.
    package func duplicateDescriptor() throws(SystemError) -> FileDescriptor {
        try descriptor.duplicate()
    }

    /// Removes the socket file. Call it while the lock is still held: before this value ends.
    package func remove() {
        _ = unlink(path)
    }

    // MARK: - Claiming

    private static func lockFile(path: String) throws(ControlSocketError) -> FileDescriptor {
        let name = path + ".lock"
        do throws(SystemError) {
            let lock = try FileDescriptor.open(name, flags: O_RDWR | O_CREAT | O_NOFOLLOW, mode: 0o600)
            let raw = lock.borrowed.rawValue
            try retryingOnInterrupt("flock(\(name))") { flock(raw, LOCK_EX | LOCK_NB) }
            writeProcessID(to: lock.borrowed)
            return lock
        } catch {
            guard error.errno == EWOULDBLOCK else { throw .system(path: path, error) }
            throw .held(path: path, processID: UnixSocket.listener(at: path)?.processID ?? processID(in: name))
        }
    }

    /// Without a listener to ask, such as in the moment between claim and listen, the lock file tells the process.
    private static func writeProcessID(to lock: BorrowedDescriptor) {
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(lock.rawValue, 0) == 0 else { return }
        _ = pwrite(lock.rawValue, text, text.count, 0)
    }

    private static func processID(in lockFile: String) -> Int32? {
        guard let lock = try? FileDescriptor.open(lockFile, flags: O_RDONLY | O_NOFOLLOW) else { return nil }
        var buffer = [UInt8](repeating: 0, count: 16)
        let count = pread(lock.borrowed.rawValue, &buffer, buffer.count, 0)
        guard count > 0 else { return nil }
        let digits = buffer.prefix(count).prefix { $0 != 0x0A }
        return Int32(String(decoding: digits, as: UTF8.self))
    }

    /// Whoever serves without our lock, such as a version before it or another program, is left alone.
    private static func removeStaleSocket(path: String) throws(ControlSocketError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
        if let listener = UnixSocket.listener(at: path) {
            throw .held(path: path, processID: listener.processID)
        }
        _ = unlink(path)
    }

    private static func bound(
        path: String, permissions: UInt32, groupID: UInt32?
    ) throws(ControlSocketError) -> FileDescriptor {
        do throws(SystemError) {
            let socket = try UnixSocket.bind(to: path)
            if let groupID {
                try retryingOnInterrupt("chown(\(path))") { chown(path, uid_t.max, groupID) }
            }
            try retryingOnInterrupt("chmod(\(path))") { chmod(path, permissions) }
            return socket
        } catch {
            throw .system(path: path, error)
        }
    }
}
