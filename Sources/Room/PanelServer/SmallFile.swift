import Glibc
import LinuxSystem

/// Files that fit in memory.
enum SmallFile {
    /// The file's bytes. Blocks.
    ///
    /// - Parameter limit: a longer file is refused with EFBIG.
    static func read(_ path: String, limit: Int) throws(SystemError) -> [UInt8] {
        let file = try FileDescriptor.open(path, flags: O_RDONLY)
        let raw = file.borrowed.rawValue
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = try retryingOnInterrupt("read(\(path))") {
                Int32(clamping: Glibc.read(raw, &chunk, chunk.count))
            }
            if count == 0 { return bytes }
            bytes += chunk.prefix(Int(count))
            guard bytes.count <= limit else { throw SystemError(operation: "read(\(path))", errno: EFBIG) }
        }
    }
}
