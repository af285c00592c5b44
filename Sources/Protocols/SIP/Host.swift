/// The host of a URI or a Via: a name, an IPv4 address or an IPv6 address (RFC 3261 §25.1).
package struct Host: Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        case name, ipv4, ipv6
    }

    package let kind: Kind
    /// The host as written, an IPv6 address without its brackets.
    package let text: String

    /// As on the wire: an IPv6 address in brackets.
    package var description: String { kind == .ipv6 ? "[\(text)]" : text }

    /// Takes a host with or without brackets; nil if it is neither an address nor a possible name.
    package init?(_ text: String) {
        var inner = text
        if inner.utf8.first == UInt8(ascii: "["), inner.utf8.last == UInt8(ascii: "]"), inner.utf8.count > 2 {
            inner = String(inner.dropFirst().dropLast())
            guard Self.isIPv6(inner) else { return nil }
        }
        if Self.isIPv4(inner) {
            kind = .ipv4
        } else if Self.isIPv6(inner) {
            kind = .ipv6
        } else if Self.isName(inner) {
            kind = .name
        } else {
            return nil
        }
        self.text = inner
    }

    /// Consumes a host from a URI or a Via, where an IPv6 address has its brackets.
    init?(_ cursor: inout ByteCursor) {
        let start = cursor.position
        if cursor.skip(UInt8(ascii: "[")) {
            let address = cursor.take(.ipv6)
            guard cursor.skip(UInt8(ascii: "]")), Self.isIPv6(address) else {
                cursor.rewind(to: start)
                return nil
            }
            kind = .ipv6
            text = address
            return
        }
        let name = cursor.take(.host)
        guard let host = Host(name), host.kind != .ipv6 else {
            cursor.rewind(to: start)
            return nil
        }
        self = host
    }

    /// Names are compared without case (RFC 3261 §19.1.4); addresses as they are written.
    package func isEquivalent(to other: Host) -> Bool {
        kind == other.kind && text.isEqualIgnoringCase(other.text)
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "."), first != UInt8(ascii: "-") else { return false }
        return text.utf8.count <= 255 && text.allBytes(ByteSet.host.contains)
    }

    static func isIPv4(_ text: String) -> Bool {
        var cursor = ByteCursor(text)
        for index in 0..<4 {
            if index > 0, !cursor.skip(UInt8(ascii: ".")) { return false }
            let start = cursor.position
            guard cursor.takeNumber(upTo: 255) != nil, cursor.position - start <= 3 else { return false }
        }
        return cursor.isAtEnd
    }

    static func isIPv6(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts.count <= 9 else { return false }
        var groups = 0
        var gaps = 0
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            if part.isEmpty {
                // An empty part is the "::" gap, or stands beside it at either end.
                if index == 0 || isLast { continue }
                gaps += 1
            } else if isLast, part.utf8.contains(UInt8(ascii: ".")) {
                guard isIPv4(String(part)) else { return false }
                groups += 2
            } else {
                guard part.utf8.count <= 4, part.utf8.allSatisfy({ $0.isHexDigit }) else { return false }
                groups += 1
            }
        }
        if parts.first?.isEmpty == true, parts.dropFirst().first?.isEmpty == false { return false }
        if parts.last?.isEmpty == true, parts.dropLast().last?.isEmpty == false { return false }
        return gaps == 0 ? groups == 8 && parts.first?.isEmpty == false : gaps == 1 && groups <= 7
    }
}
