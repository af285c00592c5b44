import Glibc

/// A port of 127.0.0.1 that nothing uses now, neither UDP nor TCP.
///
/// `run` consecutive ports are free, as baresip takes the next one for TLS. The numbers lie below the range that the
/// kernel hands out by itself, so that nobody gets one of them by chance before it is used.
package func freePort(run: Int = 2) throws(ChildProcess.Failure) -> UInt16 {
    for _ in 0..<200 {
        let first = UInt16.random(in: 10_000..<30_000) & ~1
        let ports = (0..<run).map { first + UInt16($0) }
        if ports.allSatisfy({ isFree($0, SOCK_STREAM) && isFree($0, SOCK_DGRAM) }) { return first }
    }
    throw .init("no free port found")
}

private func isFree(_ port: UInt16, _ type: __socket_type) -> Bool {
    let socket = socket(AF_INET, Int32(type.rawValue), 0)
    guard socket >= 0 else { return false }
    defer { close(socket) }
    var address = loopbackAddress(port)
    return withSocketAddress(&address) { bind(socket, $0, $1) } == 0
}

private func loopbackAddress(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return address
}

private func withSocketAddress(
    _ address: inout sockaddr_in, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
) -> Int32 {
    withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
}

/// A TCP connection to a port of 127.0.0.1 whose reads never block.
package struct LoopbackConnection: ~Copyable, Sendable {
    private let descriptor: Int32

    /// Connects, or gives nil while nobody listens there.
    package init?(port: UInt16) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var address = loopbackAddress(port)
        guard withSocketAddress(&address, { connect(descriptor, $0, $1) }) == 0 else { return nil }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Sends all of `bytes`.
    package func send(_ bytes: [UInt8]) throws(ChildProcess.Failure) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(
                    descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            let code = errno
            if count < 0 && code == EINTR { continue }
            guard count > 0 else { throw .init("send: error \(code)") }
            sent += count
        }
    }

    /// What has arrived, which may be nothing; nil once the other side has closed.
    package func receive() throws(ChildProcess.Failure) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        let code = errno
        if count == 0 { return nil }
        if count < 0 {
            guard code == EAGAIN || code == EINTR else { throw .init("recv: error \(code)") }
            return []
        }
        return Array(bytes[..<count])
    }
}
