import Glibc
package import LinuxSystem

/// An infrared receiver's folder in sysfs (Documentation/ABI/testing/sysfs-class-rc).
package struct InfraredReceiver: Sendable {
    private let path: String

    /// - Parameter busPath: the receiver's place in sysfs, such as "/devices/virtual/rc/rc0".
    package init(busPath: String) { path = "/sys\(busPath)/protocols" }

    /// The protocols that it understands, and those that it listens for now, in the kernel's words.
    package func protocols() throws(SystemError) -> (known: [String], enabled: [String]) {
        let file = try FileDescriptor.open(path, flags: O_RDONLY)
        let raw = file.borrowed.rawValue
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = try retryingOnInterrupt("read(\(path))") { Int32(clamping: read(raw, &bytes, bytes.count)) }
        let words = String(decoding: bytes.prefix(Int(count)), as: UTF8.self).split { $0.isWhitespace }
        let enabled = words.filter { $0.hasPrefix("[") }.map { String($0.dropFirst().prefix { $0 != "]" }) }
        return (words.map { String($0.filter { $0 != "[" && $0 != "]" }) }, enabled)
    }

    /// Has it listen for these protocols and no others. Takes the right to write the file.
    package func listen(for protocols: [String]) throws(SystemError) {
        let text = Array("none \(protocols.map { "+\($0)" }.joined(separator: " "))\n".utf8)
        let file = try FileDescriptor.open(path, flags: O_WRONLY)
        let raw = file.borrowed.rawValue
        try retryingOnInterrupt("write(\(path))") { Int32(clamping: write(raw, text, text.count)) }
    }
}
