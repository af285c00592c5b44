import Glibc
import LinuxSystem

/// Asks the kernel which address of ours faces a remote one; sends nothing.
enum RouteLookup {
    /// The numeric local address, or nil if no route leads to `host`, which must be numeric. A broadcast address has none.
    /// - Parameter source: the numeric address of ours that is sent from; nil lets the kernel choose.
    static func localAddress(toward host: String, from source: String? = nil) -> String? {
        var hints = numericHints
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "9", &hints, &list) == 0, let info = list?.pointee else { return nil }
        defer { freeaddrinfo(list) }
        // Connecting a datagram socket only picks the route (connect(2)).
        let probe = FileDescriptor(
            owning: socket(info.ai_family, info.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0))
        let number = probe.borrowed.rawValue
        if let source, !isBound(number, to: source) { return nil }
        guard number >= 0, connect(number, info.ai_addr, info.ai_addrlen) == 0 else { return nil }
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let isNamed = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                getsockname(number, address, &length) == 0
                    && getnameinfo(address, length, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
            }
        }
        // The number above is only good while its owner lives.
        withExtendedLifetime(probe) {}
        guard isNamed else { return nil }
        let address = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        // A link-local address has its interface behind "%", which no SIP header can hold.
        return address.split(separator: "%").first.map(String.init)
    }

    /// Binds the socket to the numeric address and any port; false if no interface has the address.
    private static func isBound(_ number: Int32, to source: String) -> Bool {
        var hints = numericHints
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(source, "0", &hints, &list) == 0, let info = list?.pointee else { return false }
        defer { freeaddrinfo(list) }
        return bind(number, info.ai_addr, info.ai_addrlen) == 0
    }

    private static var numericHints: addrinfo {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        return hints
    }
}
