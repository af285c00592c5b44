import Glibc
import LinuxSystem
import SIP

/// The process that has a port of this machine, as far as this user may see (proc(5): /proc/net/udp, /proc/PID/fd).
package struct PortHolder: Sendable, Equatable {
    package let process: Int32
    /// The program's name, of which the kernel keeps 15 bytes.
    package let name: String

    package init(process: Int32, name: String) {
        self.process = process
        self.name = name
    }

    var isThisProcess: Bool { process == getpid() }

    /// For error messages only: it blocks, and walks through all processes.
    ///
    /// - Parameter address: the numeric one that could not be bound.
    static func find(_ transport: SIPTransport, address: String, port: Int) -> PortHolder? {
        let name = transport == .udp ? "udp" : "tcp"
        let tables = ["/proc/net/\(name)", "/proc/net/\(name)6"].map { path -> SocketTable in
            // Large enough for some 25,000 sockets.
            let bytes = (try? SmallFile.read(path, maximum: 4 << 20)) ?? []
            return SocketTable(String(decoding: bytes, as: UTF8.self))
        }
        let sockets = tables.flatMap { $0.sockets(port: port, blocking: address, listening: transport == .tcp) }
        return sockets.isEmpty ? nil : owner(ofAny: Set(sockets.map { "socket:[\($0)]" }))
    }

    private static func owner(ofAny links: Set<String>) -> PortHolder? {
        for entry in SmallFile.names(in: "/proc") {
            guard let process = Int32(entry) else { continue }
            let folder = "/proc/\(entry)/fd"
            let holds = SmallFile.names(in: folder).contains { target("\(folder)/\($0)").map(links.contains) ?? false }
            guard holds else { continue }
            let comm = (try? SmallFile.read("/proc/\(entry)/comm", maximum: 4096)) ?? []
            let name = String(decoding: comm.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
            return PortHolder(process: process, name: name.isEmpty ? "a program" : name)
        }
        return nil
    }

    private static func target(_ link: String) -> String? {
        var buffer = [CChar](repeating: 0, count: 128)
        let count = readlink(link, &buffer, buffer.count)
        guard count > 0 else { return nil }
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// A table of the kernel's sockets, as in /proc/net/udp and /proc/net/tcp6.
struct SocketTable {
    private struct Row {
        /// In network order, 4 or 16 bytes.
        let address: [UInt8]
        let port: Int
        /// 10 is TCP_LISTEN.
        let state: Int
        let inode: UInt64

        /// True for "0.0.0.0" and "::".
        var isUnspecified: Bool { address.allSatisfy { $0 == 0 } }
    }

    private let rows: [Row]

    /// Lines that are not of the table, the first one with its titles among them, are passed over.
    init(_ text: String) {
        rows = text.split(whereSeparator: \.isNewline).compactMap { line -> Row? in
            // sl, local_address, rem_address, st, queues, timer, retrnsmt, uid, timeout, inode.
            let columns = Array(line.split(separator: " ").prefix(10))
            guard columns.count == 10, let inode = columns.last.flatMap({ UInt64($0) }) else { return nil }
            let local = columns.dropFirst().first?.split(separator: ":") ?? []
            guard local.count == 2, let address = local.first.flatMap({ Self.bytes(of: $0) }),
                let port = local.last.flatMap({ Int($0, radix: 16) }),
                let state = columns.dropFirst(3).first.flatMap({ Int($0, radix: 16) })
            else { return nil }
            return Row(address: address, port: port, state: state, inode: inode)
        }
    }

    /// The inodes of the sockets for which `address` and `port` cannot be bound.
    func sockets(port: Int, blocking address: String, listening: Bool) -> [UInt64] {
        guard let wanted = Self.numeric(address) else { return [] }
        let isAny = wanted.allSatisfy { $0 == 0 }
        return rows.filter { row in
            guard row.port == port, row.inode != 0, !listening || row.state == 10 else { return false }
            if row.address.count != wanted.count {
                // One on "::" may take IPv4 as well; one on 192.0.2.1 does not stand in the way of IPv6.
                return row.address.count == 16 && row.isUnspecified
            }
            return isAny || row.isUnspecified || row.address == wanted
        }.map(\.inode)
    }

    /// The kernel writes an address as words of 32 bits in the processor's order.
    private static func bytes(of text: Substring) -> [UInt8]? {
        guard text.utf8.count == 8 || text.utf8.count == 32 else { return nil }
        var bytes: [UInt8] = []
        var rest = text
        while !rest.isEmpty {
            guard let word = UInt32(rest.prefix(8), radix: 16) else { return nil }
            withUnsafeBytes(of: word) { bytes += Array($0) }
            rest = rest.dropFirst(8)
        }
        return bytes
    }

    private static func numeric(_ address: String) -> [UInt8]? {
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: count)
            if inet_pton(family, address, &bytes) == 1 { return bytes }
        }
        return nil
    }
}
