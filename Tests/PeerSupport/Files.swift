import Glibc

/// The whole of a text file, also one of /proc or /sys.
package func readText(_ path: String) throws(ChildProcess.Failure) -> String {
    String(decoding: try readBytes(path), as: UTF8.self)
}

/// The whole of a file.
package func readBytes(_ path: String) throws(ChildProcess.Failure) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .init("open \(path): error \(errno)") }
    defer { close(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = read(file, &chunk, chunk.count)
        let code = errno
        if count < 0 && code == EINTR { continue }
        guard count >= 0 else { throw .init("read \(path): error \(code)") }
        if count == 0 { return bytes }
        bytes += chunk[..<count]
    }
}

/// Writes `text` in one call, as the files of /sys want it.
package func writeText(_ text: String, to path: String) throws(ChildProcess.Failure) {
    try write(Array(text.utf8), to: path)
}

/// Writes a file in one call.
package func write(_ bytes: [UInt8], to path: String) throws(ChildProcess.Failure) {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw .init("open \(path): error \(errno)") }
    defer { close(file) }
    let count = Glibc.write(file, bytes, bytes.count)
    let code = errno
    guard count == bytes.count else { throw .init("write \(path): error \(count < 0 ? code : EIO)") }
}

/// The names in a folder, sorted; none when it is not there.
package func entries(of folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
}

/// A new folder under /tmp (TMPDIR) that is removed with all in it when the value is dropped.
package final class TemporaryFolder: Sendable {
    /// Its absolute path, without a slash at the end.
    package let path: String

    package init() throws(ChildProcess.Failure) {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/convene-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .init("mkdtemp in \(base): error \(errno)") }
        path = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        removeTree(path)
    }
}

/// Removes a file, or a folder with all in it; links are not followed.
private func removeTree(_ path: String) {
    var status = stat()
    if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
        for name in entries(of: path) { removeTree("\(path)/\(name)") }
    }
    remove(path)
}
