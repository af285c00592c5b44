import Glibc

/// Replaces a file as a whole: a reader sees the old or the new one, whenever the power goes.
package enum AtomicFile {
    /// Writes `bytes` beside `path`, syncs, renames over it and syncs the folder. Blocks until the disk has it.
    ///
    /// A file that is there keeps its permissions and, where the process may, its owner. Errors name `path`, which the
    /// caller knows, and not the file beside it.
    ///
    /// - Parameter permissions: of a file that was not there.
    package static func replace(_ path: String, with bytes: [UInt8], permissions: UInt32 = 0o644) throws(SystemError) {
        let temporary = "\(path).new"
        do throws(SystemError) {
            try write(bytes, to: temporary, like: path, permissions: permissions)
            try retryingOnInterrupt("rename(\(path))") { rename(temporary, path) }
        } catch {
            _ = unlink(temporary)
            throw error
        }
        let folder = try FileDescriptor.open(self.folder(of: path), flags: O_RDONLY | O_DIRECTORY)
        let raw = folder.borrowed.rawValue
        try retryingOnInterrupt("fsync(folder of \(path))") { fsync(raw) }
    }

    private static func write(
        _ bytes: [UInt8], to temporary: String, like path: String, permissions: UInt32
    ) throws(SystemError) {
        _ = unlink(temporary)
        let file = try create(temporary, for: path, permissions: permissions)
        let raw = file.borrowed.rawValue
        var status = stat()
        if stat(path, &status) == 0 {
            _ = fchown(raw, status.st_uid, status.st_gid)
            try retryingOnInterrupt("fchmod(\(path))") { fchmod(raw, status.st_mode & 0o7777) }
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = try retryingOnInterrupt("write(\(path))") {
                rest.withUnsafeBytes { Int32(clamping: Glibc.write(raw, $0.baseAddress, min($0.count, 1 << 20))) }
            }
            rest = rest.dropFirst(Int(written))
        }
        try retryingOnInterrupt("fsync(\(path))") { fsync(raw) }
    }

    private static func create(
        _ temporary: String, for path: String, permissions: UInt32
    ) throws(SystemError) -> FileDescriptor {
        do throws(SystemError) {
            return try FileDescriptor.open(
                temporary, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: permissions)
        } catch {
            throw SystemError(operation: "open(\(path))", errno: error.errno)
        }
    }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
