import ControlProtocol
import Glibc

/// Rules that a type alone cannot say. Each gives nil for a good value, else a phrase that begins with "expected".
enum ConfigurationCheck {
    /// A device's name, not the number it happened to get.
    @Sendable static func deviceName(_ value: JSONValue) -> String? {
        guard let name = value.stringValue else { return nil }
        let moving = ["/dev/", "hw:", "plughw:", "video", "card"]
        let isMoving = moving.contains { prefix in
            guard name.hasPrefix(prefix) else { return false }
            let rest = name.dropFirst(prefix.count)
            return prefix == "/dev/" || rest.first?.isNumber == true
        }
        guard isMoving || name.isEmpty else { return nil }
        return "expected what the device is (such as its driver or card name), not a number that moves"
    }

    /// An IPv4 or IPv6 address.
    @Sendable static func address(_ value: JSONValue) -> String? {
        guard let text = value.stringValue else { return nil }
        var storage = in6_addr()
        let isAddress = inet_pton(AF_INET, text, &storage) == 1 || inet_pton(AF_INET6, text, &storage) == 1
        return isAddress ? nil : "expected an IP address such as 0.0.0.0 or 192.0.2.7"
    }

    /// The user part of a SIP address that needs no escapes (RFC 3261 §25.1, unreserved).
    @Sendable static func sipUser(_ value: JSONValue) -> String? {
        guard let text = value.stringValue else { return nil }
        let isPlain =
            !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.+".contains($0)) }
        return isPlain ? nil : "expected letters, digits, - _ . and + without spaces"
    }

    /// An absolute path that fits a socket's address.
    @Sendable static func socketPath(_ value: JSONValue) -> String? {
        guard let text = value.stringValue else { return nil }
        let fits = text.hasPrefix("/") && !text.hasSuffix("/") && text.utf8.count <= 107
        return fits ? nil : "expected a file from the root folder down, at most 107 bytes"
    }

    /// An absolute path of a file.
    @Sendable static func file(_ value: JSONValue) -> String? {
        guard let text = value.stringValue else { return nil }
        let names = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        let fits = text.hasPrefix("/") && names.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
        return fits ? nil : "expected a file from the root folder down"
    }

    @Sendable static func displayMode(_ value: JSONValue) -> String? {
        guard let text = value.stringValue, DisplayModePreference(parsing: text) == nil else { return nil }
        return "expected preferred or a mode such as 1920x1080 or 1920x1080@60"
    }

    @Sendable static func notEmpty(_ value: JSONValue) -> String? {
        switch value {
        case .array(let elements) where elements.isEmpty: "expected at least one"
        case .string(let text) where text.allSatisfy(\.isWhitespace): "expected some text"
        default: nil
        }
    }
}
