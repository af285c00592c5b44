import Glibc

/// Files that fit in memory, read with a limit, and the folders they lie in. Every function blocks.
package enum SmallFile {
    /// The file's bytes.
    ///
    /// - Parameters:
    ///   - maximum: in bytes; a longer file is refused with EFBIG.
    ///   - flags: besides `O_RDONLY | O_NOCTTY`, such as `O_NONBLOCK` where a pipe in the file's place must not be waited for.
    package static func read(_ path: String, maximum: Int, flags: Int32 = 0) throws(SystemError) -> [UInt8] {
        let descriptor = try FileDescriptor.open(path, flags: O_RDONLY | O_NOCTTY | flags)
        return try read(descriptor.borrowed, named: path, maximum: maximum)
    }

    /// All that comes until the end.
    ///
    /// - Parameters:
    ///   - name: what errors call it.
    ///   - maximum: in bytes; more is refused with EFBIG.
    package static func read(
        _ descriptor: BorrowedDescriptor, named name: String, maximum: Int
    ) throws(SystemError) -> [UInt8] {
        let raw = descriptor.rawValue
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = try retryingOnInterrupt("read(\(name))") {
                Int32(clamping: Glibc.read(raw, &chunk, chunk.count))
            }
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk.prefix(Int(count)))
            guard bytes.count <= maximum else { throw SystemError(operation: "read(\(name))", errno: EFBIG) }
        }
    }

    /// Makes what was made, renamed or removed in a folder last over a power cut (fsync(2)).
    package static func syncFolder(_ path: String) throws(SystemError) {
        let folder = try FileDescriptor.open(path, flags: O_RDONLY | O_DIRECTORY)
        let raw = folder.borrowed.rawValue
        try retryingOnInterrupt("fsync(\(path))") { fsync(raw) }
    }

    /// The names in a folder, sorted; none when it is not there.
    package static func names(in folder: String) -> [String] {
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
}
