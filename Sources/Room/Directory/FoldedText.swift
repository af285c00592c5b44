internal import CGLib

/// Text as searches compare it: without case, accents and forms of the same letter, in any script.
///
/// GLib's compatibility decomposition and case folding (Pango has GLib in the process anyway), without the marks that
/// people leave out when they type. So "strasse" finds "Straße", "muller" "Müller", "ㄱ" the beginning of "김".
enum FoldedText {
    /// The folded text; white space at its ends and in runs is gone.
    static func fold(_ text: String) -> String {
        if let ascii = foldedASCII(text) { return ascii }
        return folded(text)
    }

    /// The words of a query.
    static func words(_ query: String) -> [String] {
        fold(query).split(separator: " ").map(String.init)
    }

    private static func foldedASCII(_ text: String) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): bytes.append(byte | 0x20)
            case 0x80...: return nil
            case 0x21..<0x7F: bytes.append(byte)
            default:
                if let last = bytes.last, last != 0x20 { bytes.append(0x20) }
            }
        }
        if bytes.last == 0x20 { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func folded(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var isSpaceDue = false
        for scalar in decomposed(PlainText.clean(text)).unicodeScalars {
            if isIgnored(scalar) { continue }
            if scalar.properties.isWhitespace {
                isSpaceDue = !result.isEmpty
                continue
            }
            if isSpaceDue { result.append(" ") }
            isSpaceDue = false
            if let letters = undecomposed[scalar] {
                result.append(contentsOf: letters.unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    /// NFKD of the case-folded text. What GLib does not take, which Swift's strings never hold, stays as it is.
    private static func decomposed(_ text: String) -> String {
        var text = text
        return text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                guard let cased = g_utf8_casefold(characters.baseAddress, characters.count) else {
                    return String(decoding: bytes, as: UTF8.self)
                }
                defer { g_free(cased) }
                guard let normal = g_utf8_normalize(cased, -1, G_NORMALIZE_ALL) else { return String(cString: cased) }
                defer { g_free(normal) }
                return String(cString: normal)
            }
        }
    }

    /// Accents, points and vowel signs that may be left out (combining classes of UAX #44); the voicing marks of kana,
    /// nuktas, viramas and the vowels of Thai tell words apart and stay.
    private static func isIgnored(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value >= 0x300 else { return false }
        if scalar == "\u{640}" || scalar == "\u{200D}" || scalar == "\u{200C}" { return true }
        switch scalar.properties.canonicalCombiningClass.rawValue {
        case 10...36, 200...240: return true
        default: return false
        }
    }

    /// Letters with a stroke or of two letters that Unicode does not take apart.
    private static let undecomposed: [Unicode.Scalar: String] = [
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "þ": "th", "æ": "ae", "œ": "oe", "ŧ": "t",
    ]
}
