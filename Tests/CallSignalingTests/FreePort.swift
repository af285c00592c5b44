import Glibc

/// A port of 127.0.0.1 that nobody listens on now, neither UDP nor TCP.
func freePort() throws -> Int {
    for _ in 0..<32 {
        let datagram = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let stream = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer {
            close(datagram)
            close(stream)
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isFree = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(datagram, raw, length) == 0 && getsockname(datagram, raw, &length) == 0
                    && bind(stream, raw, length) == 0
            }
        }
        if isFree { return Int(UInt16(bigEndian: address.sin_port)) }
    }
    throw NoFreePort()
}

struct NoFreePort: Error {}

/// True if the shell would find the program.
func isInstalled(_ program: String) -> Bool {
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    return path.split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
}
