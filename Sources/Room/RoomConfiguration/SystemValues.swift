import ControlProtocol
import Glibc

/// An address together with the length of its network's prefix, such as 192.0.2.7/24.
package struct Prefix: Sendable, Equatable, CustomStringConvertible {
    /// 4 or 16 bytes in the order of the network.
    package let bytes: [UInt8]
    package let length: Int
    /// As it was written.
    package let description: String

    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = parts.first, let bytes = Self.bytes(of: String(address)),
            let digits = parts.last, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let length = Int(digits),
            (1...bytes.count * 8).contains(length)
        else { return nil }
        self.bytes = bytes
        self.length = length
        description = text
    }

    package var isIPv6: Bool { bytes.count == 16 }

    /// Whether an address lies in this network; an address of the other family does not.
    package func holds(_ address: String) -> Bool {
        guard let other = Self.bytes(of: address), other.count == bytes.count else { return false }
        for bit in 0..<length {
            let mask = UInt8(0x80) >> UInt8(bit % 8)
            guard bytes.dropFirst(bit / 8).first.map({ $0 & mask }) == other.dropFirst(bit / 8).first.map({ $0 & mask })
            else { return false }
        }
        return true
    }

    /// Nil when it is no address.
    static func bytes(of address: String) -> [UInt8]? {
        var storage = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, address, &storage) == 1 { return Array(storage.prefix(4)) }
        return inet_pton(AF_INET6, address, &storage) == 1 ? storage : nil
    }
}

/// Where a secret is kept.
package enum SecretReference: Sendable, Equatable {
    /// A plain name in the box's folder of secrets, or an absolute path.
    case file(String)
    /// A name in the box's store of credentials, which `systemd-creds` encrypts with the box's own key.
    case credential(String)

    /// Nil for anything but `file:…` and `credential:…`.
    package init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let name = String(text[text.index(after: colon)...])
        switch text[..<colon] {
        case "file":
            guard Self.isName(name) || name.hasPrefix("/") && ConfigurationCheck.file(.string(name)) == nil else {
                return nil
            }
            self = .file(name)
        case "credential":
            guard Self.isName(name) else { return nil }
            self = .credential(name)
        default: return nil
        }
    }

    /// A name that stays in its folder.
    package static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 64 && text.first != "."
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-.".contains($0)) }
    }
}

/// A public key as a line of authorized_keys(5), without options.
package struct AuthorizedKey: Sendable, Equatable {
    /// Type, key and comment, one space between them.
    package let line: String

    /// Nil when it is no key of a type that OpenSSH takes, or has options before it.
    package init?(_ text: String) {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count >= 2, let type = words.first, Self.types.contains(String(type)) else { return nil }
        let key = words[words.startIndex.advanced(by: 1)]
        guard key.utf8.count >= 40, key.utf8.count % 4 == 0, key.hasPrefix("AAAA"),
            key.drop(while: { $0 != "=" }).allSatisfy({ $0 == "=" }),
            key.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+/=".contains($0)) })
        else { return nil }
        line = words.joined(separator: " ")
    }

    /// Without DSA, which OpenSSH no longer takes.
    private static let types: Set<String> = [
        "ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
        "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
    ]
}
