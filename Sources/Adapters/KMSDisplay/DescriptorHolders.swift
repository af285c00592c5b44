import Glibc
import LinuxSystem

/// Finds the processes that have a file open, as far as this user may see (proc(5), /proc/PID/fd).
package enum DescriptorHolders {
    /// "name (pid 123)" of each process that has `path` open, this process and `excluding` left out.
    ///
    /// For error messages only: it walks through all processes.
    package static func describe(_ path: String, excluding: Int32 = getpid()) -> [String] {
        var found: [String] = []
        for process in SmallFile.names(in: "/proc") {
            guard let identifier = Int32(process), identifier != excluding else { continue }
            let folder = "/proc/\(process)/fd"
            guard SmallFile.names(in: folder).contains(where: { target("\(folder)/\($0)") == path }) else { continue }
            found.append("\(name(of: process)) (pid \(process))")
        }
        return found
    }

    private static func target(_ link: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: 512)
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { names in
                names.baseAddress.map { readlink(link, $0, names.count) } ?? -1
            }
        }
        return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
    }

    private static func name(of process: String) -> String {
        let descriptor = open("/proc/\(process)/comm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "a program" }
        defer { _ = close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        let text = String(decoding: buffer.prefix(max(count, 0)).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        return text.isEmpty ? "a program" : text
    }
}
