/// Text that somebody else chose, such as a caller's name, made fit to be shown.
package enum ForeignText {
    /// What is kept of it; more fits no screen.
    static let longest = 160
    /// Marks above or below one letter; more would climb out of the line.
    private static let mostMarks = 4

    /// One line without anything that controls text: no control characters, no marks of direction (they would turn
    /// what follows), no line ends, no tags, no invisible fillers, no letters under a pile of marks.
    package static func cleaned(_ text: String) -> String {
        var kept = String.UnicodeScalarView()
        var count = 0
        var marks = 0
        var ended = true
        // Bounded before anything is looked at: a name may have any length.
        for scalar in text.unicodeScalars.prefix(longest * 8) {
            if isBlank(scalar) {
                if !ended { kept.append(" ") }
                ended = true
                marks = 0
                continue
            }
            guard isShown(scalar) else { continue }
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark:
                marks += 1
                // A mark needs a letter to stand on.
                if marks > mostMarks || ended { continue }
            default:
                marks = 0
                count += 1
            }
            if count > longest {
                kept.append("…")
                return String(kept)
            }
            kept.append(scalar)
            ended = false
        }
        if ended, !kept.isEmpty { kept.removeLast() }
        return String(kept)
    }

    /// The text between FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE (UAX #9 §2.4), so that it turns nothing
    /// around it.
    package static func isolated(_ text: String) -> String { "\u{2068}\(text)\u{2069}" }

    /// An address, which reads from left to right whatever it is made of, isolated likewise.
    package static func address(_ text: String) -> String { "\u{2066}\(text)\u{2069}" }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x2028, 0x2029, 0x3000: true
        default: scalar.properties.generalCategory == .spaceSeparator
        }
    }

    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // Joiners are part of words in Persian and in Indic scripts, and of signs made of several.
        case 0x200C, 0x200D: return true
        case 0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800, 0xFFF9...0xFFFC: return false
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return false
        default: return true
        }
    }
}
