import ControlProtocol
import Glibc

/// Rules of the settings that reach the system's own files: what passes them cannot break a line there.
extension ConfigurationCheck {
    /// A single label of a host name (RFC 1123 §2.1), or nothing.
    @Sendable static func hostLabel(_ value: JSONValue) -> String? {
        guard let text = value.stringValue, !text.isEmpty else { return nil }
        return isLabel(text[...]) ? nil : "expected letters, digits and - only, such as board-room"
    }

    @Sendable static func hostNameOrNothing(_ value: JSONValue) -> String? {
        guard let text = value.stringValue, !text.isEmpty else { return nil }
        return isHost(text) ? nil : "expected a domain such as radius.example.com"
    }

    @Sendable static func hostNames(_ value: JSONValue) -> String? {
        each(value, isHost).map { "expected names or addresses such as ntp.example.com; \($0) is none" }
    }

    @Sendable static func proxyExceptions(_ value: JSONValue) -> String? {
        each(value) { text in
            let name = text.hasPrefix(".") ? String(text.dropFirst()) : text
            return isHost(name) || Prefix(name) != nil
        }.map { "expected hosts, domains or networks such as .example.com; \($0) is none" }
    }

    /// `Area/City` as tzdata has it; whether there is such a zone is known on the box only.
    @Sendable static func timeZone(_ value: JSONValue) -> String? {
        guard let text = value.stringValue else { return nil }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let fits = parts.allSatisfy { part in
            !part.isEmpty && part != "." && part != ".."
                && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-+".contains($0)) }
        }
        return fits ? nil : "expected a time zone such as Europe/Berlin"
    }

    /// A name that the kernel takes for an interface (net/core/dev.c, `dev_valid_name`), without what shells read.
    @Sendable static func interfaceName(_ value: JSONValue) -> String? {
        guard let text = value.stringValue, !text.isEmpty else { return nil }
        let fits = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-.".contains($0)) }
        return fits && text != "." && text != ".." ? nil : "expected the name of an interface such as end0"
    }

    @Sendable static func prefixes(_ value: JSONValue) -> String? {
        each(value) { Prefix($0) != nil }.map {
            "expected addresses with their prefix such as 192.0.2.7/24 or 2001:db8::7/64; \($0) is none"
        }
    }

    @Sendable static func addresses(_ value: JSONValue) -> String? {
        each(value) { address(.string($0)) == nil }.map { "expected IP addresses such as 192.0.2.1; \($0) is none" }
    }

    @Sendable static func addressOrNothing(_ value: JSONValue) -> String? { value == "" ? nil : address(value) }

    @Sendable static func files(_ value: JSONValue) -> String? {
        each(value) { file(.string($0)) == nil }.map { "expected files from the root folder down; \($0) is none" }
    }

    @Sendable static func mtu(_ value: JSONValue) -> String? {
        guard let bytes = value.integerValue, bytes != 0, bytes < 1280 else { return nil }
        return "expected 0 or at least 1280 bytes (RFC 8200 §5)"
    }

    @Sendable static func plainWord(_ value: JSONValue) -> String? {
        guard let text = value.stringValue else { return nil }
        let fits = !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-.".contains($0)) }
        return fits ? nil : "expected a word of letters, digits, - _ and ."
    }

    @Sendable static func proxy(_ value: JSONValue) -> String? {
        guard let text = value.stringValue, !text.isEmpty else { return nil }
        if text.contains("@") { return "expected an address without a name and password" }
        return isWebAddress(text, schemes: ["http", "https"], allowsPath: false)
            ? nil : "expected an address such as http://proxy.example:3128"
    }

    /// A keymap's name beside the board's files, or a whole path. Goes into an environment variable, separated by colons.
    @Sendable static func keymapFiles(_ value: JSONValue) -> String? {
        each(value) { name in
            let isWord = name.unicodeScalars.allSatisfy {
                ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
                    || "/._-".unicodeScalars.contains($0)
            }
            return isWord && name.hasSuffix(".toml") && !name.contains("..")
                && (name.hasPrefix("/") || !name.contains("/"))
        }.map { "expected keymap files such as mce.toml or /var/lib/convene/files/room.toml; \($0) is none" }
    }

    @Sendable static func webAddress(_ value: JSONValue) -> String? {
        guard let text = value.stringValue, !text.isEmpty else { return nil }
        if text.contains("@") { return "expected an address without a name and password" }
        return isWebAddress(text, schemes: ["https", "http"], allowsPath: true)
            ? nil : "expected an address such as https://updates.example/convene"
    }

    /// `file:NAME`, `file:/an/absolute/path` or `credential:NAME`: a secret is never in the file itself.
    @Sendable static func secretReference(_ value: JSONValue) -> String? {
        guard let text = value.stringValue else { return nil }
        return text.isEmpty || SecretReference(text) != nil
            ? nil : "expected file:NAME or credential:NAME (never the secret itself)"
    }

    /// Lines as authorized_keys(5) has them, without options: the terminal sets those.
    @Sendable static func publicKeys(_ value: JSONValue) -> String? {
        each(value) { AuthorizedKey($0) != nil }.map {
            "expected public keys such as “ssh-ed25519 AAAA… anna@laptop”, without options; \($0) is none"
        }
    }

    // MARK: - Shapes

    /// The first element that does not fit, as sentences quote it.
    private static func each(_ value: JSONValue, _ fits: (String) -> Bool) -> String? {
        value.arrayValue?.compactMap(\.stringValue).first { !fits($0) }.map {
            YAMLNode.shortened($0.isEmpty ? "\"\"" : $0)
        }
    }

    private static func isLabel(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.count <= 63 && text.first != "-" && text.last != "-"
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    }

    static func isHost(_ text: String) -> Bool {
        if address(.string(text)) == nil { return true }
        let name = text.hasSuffix(".") ? text.dropLast() : text[...]
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        // Only digits and points is an address that somebody mistyped.
        return name.utf8.count <= 253 && labels.allSatisfy(isLabel) && labels.last?.allSatisfy(\.isNumber) == false
    }

    private static func isWebAddress(_ text: String, schemes: [String], allowsPath: Bool) -> Bool {
        guard let end = text.firstRange(of: "://"), schemes.contains(String(text[..<end.lowerBound])) else {
            return false
        }
        let rest = text[end.upperBound...]
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let path = rest[slash...]
        guard path.isEmpty || path == "/" || allowsPath,
            path.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "/-._~%".contains($0)) })
        else { return false }
        var host = rest[..<slash]
        if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") {
            guard let port = Int(host[host.index(after: colon)...]), (1...65535).contains(port) else { return false }
            host = host[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            return host.contains(":") && address(.string(String(host))) == nil
        }
        return !host.contains(":") && isHost(String(host))
    }
}
