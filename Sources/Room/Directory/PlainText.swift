/// Text from people and far ends, made fit to be kept and shown.
package enum PlainText {
    /// Control characters become spaces, what turns the direction of writing around goes, runs of white space become
    /// one space, and ends are trimmed.
    package static func clean(_ text: String) -> String {
        if isPlain(text) { return text }
        var scalars = String.UnicodeScalarView()
        var isSpaceDue = false
        for scalar in text.unicodeScalars {
            if isDirectional(scalar) { continue }
            if isControl(scalar) || scalar.properties.isWhitespace {
                isSpaceDue = !scalars.isEmpty
                continue
            }
            if isSpaceDue { scalars.append(" ") }
            isSpaceDue = false
            scalars.append(scalar)
        }
        return String(scalars)
    }

    /// The text cut to at most `limit` characters, the last one an ellipsis where something was cut.
    package static func cut(_ text: String, to limit: Int) -> String {
        guard text.utf8.count > limit, text.count > limit else { return text }
        return text.prefix(max(limit - 1, 0)) + "…"
    }

    /// Printable ASCII without spaces at its ends or two in a row: most names and addresses.
    private static func isPlain(_ text: String) -> Bool {
        var last = UInt8(ascii: " ")
        for byte in text.utf8 {
            guard (0x20..<0x7F).contains(byte), !(byte == 0x20 && last == 0x20) else { return false }
            last = byte
        }
        return last != 0x20 || text.isEmpty
    }

    /// C0, DEL, C1, line and paragraph separators.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: true
        default: false
        }
    }

    /// Embeddings, overrides and isolates (UAX #9 §2), and the byte order mark.
    private static func isDirectional(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }
}
