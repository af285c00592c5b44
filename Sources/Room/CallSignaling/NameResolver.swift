import Glibc
import SIP

/// Why a name has no address, in the resolver's words.
struct ResolverError: Error, Sendable {
    let problem: String
}

/// Asks the system for the addresses of a host name; blocks, so never on the event loop.
enum NameResolver {
    /// Numeric addresses, the one to try first in front.
    static func addresses(of host: String) -> Result<[String], ResolverError> {
        if isShortIPv4(host) { return .failure(ResolverError(problem: "it is a number and no name")) }
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &list)
        guard status == 0 else {
            return .failure(ResolverError(problem: String(cString: gai_strerror(status))))
        }
        defer { freeaddrinfo(list) }
        var found: [String] = []
        var entry = list
        while let info = entry?.pointee {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let code = getnameinfo(
                info.ai_addr, info.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            if code == 0 {
                let address = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                if !found.contains(address), found.count < 8 { found.append(address) }
            }
            entry = info.ai_next
        }
        return found.isEmpty ? .failure(ResolverError(problem: "no address")) : .success(found)
    }

    /// Whether getaddrinfo(3) would take the text for an IPv4 address though it has not its four numbers: "4711" is
    /// 0.0.18.103 to inet_aton(3), and to nobody who types it.
    static func isShortIPv4(_ host: String) -> Bool {
        guard Host(host)?.kind == .name else { return false }
        return withUnsafeTemporaryAllocation(of: in_addr.self, capacity: 1) { address in
            inet_aton(host, address.baseAddress) != 0
        }
    }
}
