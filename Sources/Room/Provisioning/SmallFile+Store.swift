import Glibc
package import LinuxSystem

/// Files and folders as the store of revisions handles them: written and synced.
extension SmallFile {
    /// Makes a new file and syncs it; one that is there is an error.
    static func create(_ path: String, _ bytes: [UInt8], permissions: UInt32) throws(SystemError) {
        let file = try FileDescriptor.open(
            path, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: permissions)
        let raw = file.borrowed.rawValue
        try write(bytes, to: file.borrowed, named: path)
        try retryingOnInterrupt("fchmod(\(path))") { fchmod(raw, permissions) }
        try retryingOnInterrupt("fsync(\(path))") { fsync(raw) }
    }

    package static func write(
        _ bytes: [UInt8], to descriptor: BorrowedDescriptor, named name: String
    ) throws(SystemError) {
        let raw = descriptor.rawValue
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = try retryingOnInterrupt("write(\(name))") {
                rest.withUnsafeBytes { Int32(clamping: Glibc.write(raw, $0.baseAddress, min($0.count, 1 << 20))) }
            }
            rest = rest.dropFirst(Int(count))
        }
    }

    /// Makes a folder with the ones above it; one that is there is left as it is.
    static func makeFolder(_ path: String, permissions: UInt32 = 0o755) throws(SystemError) {
        if exists(path) { return }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try makeFolder(String(path[..<slash]), permissions: permissions)
        }
        guard mkdir(path, permissions) != 0 else { return }
        let error = SystemError.last("mkdir(\(path))")
        guard error.errno == EEXIST else { throw error }
    }

    /// Whether something stands there, a link that leads nowhere included.
    static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Where a link leads, as it is written; nil when there is no link.
    static func link(_ path: String) -> String? {
        var bytes = [CChar](repeating: 0, count: 4096)
        let count = readlink(path, &bytes, bytes.count - 1)
        guard count > 0 else { return nil }
        return String(decoding: bytes.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Removes a file, or a folder with all in it; links are not followed. What is not there is no error.
    static func remove(_ path: String) throws(SystemError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        if status.st_mode & S_IFMT == S_IFDIR {
            for name in names(in: path) { try remove("\(path)/\(name)") }
            try retryingOnInterrupt("rmdir(\(path))") { rmdir(path) }
        } else {
            try retryingOnInterrupt("unlink(\(path))") { unlink(path) }
        }
    }

    /// Gives what root made to the owner of the folder, so that the room's own user can tidy it up.
    static func adopt(_ path: String, like folder: String) {
        var status = stat()
        guard geteuid() == 0, lstat(folder, &status) == 0 else { return }
        _ = lchown(path, status.st_uid, status.st_gid)
    }

    /// Lets the folder's group read what stays root's.
    static func share(_ path: String, withGroupOf folder: String) {
        var status = stat()
        guard geteuid() == 0, lstat(folder, &status) == 0 else { return }
        _ = lchown(path, uid_t.max, status.st_gid)
    }

    /// Makes a file its folder's owner's, where root made it: what the room's own user alone may read.
    static func give(_ path: String, toOwnerOf folder: String) {
        var status = stat()
        guard geteuid() == 0, lstat(folder, &status) == 0 else { return }
        _ = lchown(path, status.st_uid, gid_t.max)
    }

    /// The folder that a path lies in.
    static func parent(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
