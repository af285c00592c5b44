import Glibc
package import LinuxSystem

/// Overwrites what must not be found again before the data partition is discarded and made anew at the next boot.
package enum FactoryReset {
    /// Below the data partition: secrets, keys, settings, what the room remembers of people.
    package static let folders = [
        "/var/lib/convene", "/var/lib/convene-panel", "/var/lib/ssh", "/var/lib/systemd", "/var/lib/admin",
        "/var/lib/provision", "/var/log",
    ]

    /// Made by the initramfs on the new data partition, so that the next boots do not reset again while the wish for it
    /// still stands in the boot state.
    package static let done = "/var/lib/factory-reset-done"

    /// Removes that mark, so that the next reset is one; what is not there is no error.
    ///
    /// - Parameter mark: `done`, or another file in tests.
    package static func forgetLastOne(mark: String = done) throws(SystemError) {
        if unlink(mark) != 0 {
            let error = SystemError.last("unlink(\(mark))")
            guard error.errno == ENOENT else { throw error }
            return
        }
        try SmallFile.syncFolder(mark.lastIndex(of: "/").map { String(mark[..<$0]) } ?? ".")
    }

    /// Overwrites every plain file below a folder where it lies, and syncs it; links are not followed. What is not there
    /// is no error.
    ///
    /// - Returns: how many files were overwritten.
    package static func overwrite(below folder: String) throws(SystemError) -> Int {
        guard let stream = opendir(folder) else { return 0 }
        defer { closedir(stream) }
        var count = 0
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name != ".", name != ".." else { continue }
            let path = "\(folder)/\(name)"
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: count += try overwrite(below: path)
            case S_IFREG:
                try overwrite(path, bytes: Int(status.st_size))
                count += 1
            default: break
            }
        }
        return count
    }

    private static func overwrite(_ path: String, bytes: Int) throws(SystemError) {
        let file = try FileDescriptor.open(path, flags: O_WRONLY | O_NOFOLLOW)
        let raw = file.borrowed.rawValue
        let zeros = [UInt8](repeating: 0, count: 64 * 1024)
        var place = 0
        while place < bytes {
            let count = try retryingOnInterrupt("pwrite(\(path))") {
                Int32(clamping: pwrite(raw, zeros, min(zeros.count, bytes - place), off_t(place)))
            }
            guard count > 0 else { break }
            place += Int(count)
        }
        try retryingOnInterrupt("fsync(\(path))") { fsync(raw) }
    }
}
