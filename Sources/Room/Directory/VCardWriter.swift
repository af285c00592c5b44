/// Writes vCards of version 4.0 (RFC 6350).
enum VCardWriter {
    static func write(_ entries: [DirectoryEntry]) -> String {
        var text: [UInt8] = []
        for entry in entries {
            put("BEGIN:VCARD", &text)
            put("VERSION:4.0", &text)
            put("FN:\(escaped(entry.name))", &text)
            // A URI is written as it is (§5.7.4).
            put("IMPP;PREF=1:\(entry.address)", &text)
            if let note = entry.note { put("NOTE:\(escaped(note))", &text) }
            if entry.isFavourite { put("CATEGORIES:Favourite", &text) }
            put("END:VCARD", &text)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// RFC 6350 §3.4.
    private static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { [0x5C, 0x2C, 0x3B, 0x0A].contains($0) }) else { return text }
        return text.replacing("\\", with: "\\\\").replacing(",", with: "\\,").replacing(";", with: "\\;")
            .replacing("\n", with: "\\n")
    }

    /// A line, folded at 75 bytes without taking a character apart (§3.2).
    private static func put(_ line: String, _ text: inout [UInt8]) {
        var width = 0
        for scalar in line.unicodeScalars {
            let bytes = UTF8.encode(scalar).map(Array.init) ?? []
            if width + bytes.count > 75 {
                text += [0x0D, 0x0A, 0x20]
                width = 1
            }
            text += bytes
            width += bytes.count
        }
        text += [0x0D, 0x0A]
    }
}
