import Glibc
import NIOCore

/// A port of 127.0.0.1 that nobody listens on now, neither UDP nor TCP.
func freePort() throws -> Int {
    for _ in 0..<32 {
        let datagram = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let stream = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer {
            close(datagram)
            close(stream)
        }
        if let port = bindBoth(datagram, stream) { return port }
    }
    throw NoFreePort()
}

struct NoFreePort: Error {}

/// Binds the first to a port of the kernel's choice and the second to the same one; nil when that has it already.
private func bindBoth(_ datagram: Int32, _ stream: Int32) -> Int? {
    // By the raw bytes: who owns the members of sockaddr_in, Glibc or NIO, hangs on which was imported first.
    withUnsafeTemporaryAllocation(byteCount: MemoryLayout<sockaddr_storage>.size, alignment: 8) { bytes in
        guard let raw = bytes.bindMemory(to: sockaddr.self).baseAddress else { return nil }
        var length = socklen_t(bytes.count)
        let loopback = try? SocketAddress(ipAddress: "127.0.0.1", port: 0)
        guard loopback?.withSockAddr({ bind(datagram, $0, socklen_t($1)) }) == 0,
            getsockname(datagram, raw, &length) == 0, bind(stream, raw, length) == 0
        else { return nil }
        return Int(UInt16(bigEndian: bytes.load(fromByteOffset: 2, as: UInt16.self)))
    }
}

/// True if the shell would find the program.
func isInstalled(_ program: String) -> Bool {
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    return path.split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
}
