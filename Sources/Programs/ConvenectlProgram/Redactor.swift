/// Takes out of logs and settings what nobody else may know: passwords, keys, tokens, hashes of PINs.
///
/// It knows forms, not meanings: what looks like a secret goes, and too much rather than too little.
enum Redactor {
    static let mark = "(removed)"

    /// The text without secrets. Works line by line, in time that grows with the length only.
    static func clean(_ text: String) -> String {
        var isInKey = false
        var lines: [String] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if isInKey {
                isInKey = !line.contains("-----END ")
                continue
            }
            if let start = line.firstRange(of: "-----BEGIN "), line.contains("PRIVATE KEY") {
                lines.append("\(line[..<start.lowerBound])\(mark)")
                isInKey = !line[start.upperBound...].contains("-----END ")
                continue
            }
            lines.append(cleanLine(String(line)))
        }
        return lines.joined(separator: "\n")
    }

    private static func cleanLine(_ line: String) -> String {
        let withoutUsers = words(of: line).map { isHash($0) ? mark : withoutPassword($0) }.joined()
        return withoutNamedValue(withoutUsers)
    }

    /// The line cut at each change between blanks and words; joined they are the line again.
    private static func words(of line: String) -> [String] {
        var result: [String] = []
        var wasBlank: Bool?
        for character in line {
            let isBlank = character == " " || character == "\t"
            if isBlank == wasBlank, let last = result.indices.last {
                result[last].append(character)
            } else {
                result.append(String(character))
            }
            wasBlank = isBlank
        }
        return result
    }

    /// A hash as crypt(5) writes it, such as $y$j9T$…, however it is quoted.
    private static func isHash(_ word: String) -> Bool {
        guard let start = word.firstIndex(of: "$") else { return false }
        let parts = word[start...].split(separator: "$", omittingEmptySubsequences: true)
        return parts.count >= 3 && (parts.first?.count ?? 9) <= 4
    }

    /// sip:user:password@host and https://user:password@host without the password.
    private static func withoutPassword(_ word: String) -> String {
        guard let at = word.firstIndex(of: "@") else { return word }
        let before = word[..<at]
        guard let colon = before.lastIndex(of: ":") else { return word }
        let user = before[..<colon]
        // In sip:user@host the colon is the scheme's.
        guard user.contains(":"), !before[before.index(after: colon)...].isEmpty else { return word }
        let password = before[before.index(after: colon)...]
        guard !password.hasPrefix("//") else { return word }
        return "\(user):\(mark)\(word[at...])"
    }

    private static let names = [
        "password", "passwd", "passphrase", "secret", "token", "psk", "pin", "private_key", "private-key",
        "credential", "credentials", "authorization", "cookie", "response", "hash",
    ]

    /// A line up to a secret's name and its ":" or "="; the rest of the line is the secret's.
    private static func withoutNamedValue(_ line: String) -> String {
        let bytes = Array(line.utf8)
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: ":") || byte == UInt8(ascii: "=") {
            let before = bytes[..<index].suffix(48).reversed().drop { $0 == 0x20 || $0 == 0x22 || $0 == 0x27 }
            let name = String(decoding: before.prefix(while: isOfName).reversed(), as: UTF8.self).lowercased()
            guard names.contains(where: { name == $0 || name.hasSuffix("_\($0)") || name.hasSuffix("-\($0)") }),
                !bytes[(index + 1)...].allSatisfy({ $0 == 0x20 })
            else { continue }
            return "\(String(decoding: bytes[...index], as: UTF8.self)) \(mark)"
        }
        return line
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
