import ControlProtocol

/// Bytes of a terminal's keyboard to what they mean: arrows and other keys by their sequences (ECMA-48, xterm), the
/// rest as characters.
struct TypedKeys {
    enum Typed: Equatable {
        case key(ControlKey)
        case character(Character)
        /// Ctrl-C or Ctrl-D.
        case end
    }

    /// The beginning of a sequence or of a character, a few bytes at most.
    private var pending: [UInt8] = []

    /// Whether more bytes may change what the last ones mean.
    var isWaiting: Bool { !pending.isEmpty }

    mutating func take(_ bytes: [UInt8]) -> [Typed] {
        var found: [Typed] = []
        for byte in bytes {
            pending.append(byte)
            switch meaning {
            case .unfinished: break
            case .nothing: pending = []
            case .typed(let typed):
                found.append(typed)
                pending = []
            }
        }
        return found
    }

    /// Nothing follows: a lone escape is the key of that name.
    mutating func flush() -> [Typed] {
        defer { pending = [] }
        return pending == [0x1B] ? [.key(.back)] : []
    }

    private enum Meaning {
        case unfinished, nothing
        case typed(Typed)
    }

    private var meaning: Meaning {
        guard let first = pending.first else { return .nothing }
        switch first {
        case 0x03, 0x04: return .typed(.end)
        case 0x0D, 0x0A: return .typed(.key(.ok))
        case 0x7F, 0x08: return .typed(.key(.back))
        case 0x1B: return sequence
        case 0x20..<0x7F: return .typed(.character(Character(Unicode.Scalar(first))))
        case 0x00..<0x20: return .nothing
        default: return character
        }
    }

    private var sequence: Meaning {
        guard pending.count > 1 else { return .unfinished }
        guard pending[1] == 0x5B || pending[1] == 0x4F else { return .nothing }
        guard let last = pending.dropFirst(2).last else { return .unfinished }
        // Parameters first, then one letter or tilde.
        if (0x20...0x3F).contains(last) { return pending.count < 16 ? .unfinished : .nothing }
        switch (last, pending.count > 3 ? pending[2] : 0) {
        case (0x41, _): return .typed(.key(.up))
        case (0x42, _): return .typed(.key(.down))
        case (0x43, _): return .typed(.key(.right))
        case (0x44, _): return .typed(.key(.left))
        case (0x48, _), (0x7E, 0x31), (0x7E, 0x37): return .typed(.key(.home))
        case (0x7E, 0x33): return .typed(.key(.back))
        case (0x7E, 0x35): return .typed(.key(.volumeUp))
        case (0x7E, 0x36): return .typed(.key(.volumeDown))
        default: return .nothing
        }
    }

    /// UTF-8 of more than one byte.
    private var character: Meaning {
        let text = String(decoding: pending, as: UTF8.self)
        if !text.unicodeScalars.contains("\u{FFFD}"), let character = text.first {
            return .typed(.character(character))
        }
        return pending.count < 4 ? .unfinished : .nothing
    }

    /// The key that a character stands for where nobody types text: signs of the remote on a keyboard.
    static func key(for character: Character) -> ControlKey? {
        if let key = ControlKey.allCases.first(where: { $0.tone == character }) { return key }
        switch character {
        case "m": return .muteMic
        case "+", "=": return .volumeUp
        case "-": return .volumeDown
        case "c": return .call
        case "x": return .disconnect
        case "h": return .home
        case "p": return .phoneBook
        case "l": return .layout
        case "s": return .selfview
        case "z": return .standby
        case "/": return .f1
        case "r": return .f3
        case "o": return .f4
        default: return nil
        }
    }

    static let help = """
        Arrows, Enter (OK), Esc or Backspace (Back), Home, Page Up and Down (volume).
        0-9 * #  digits, tones in a call    c call     x hang up    m mute      + - volume
        h home   p contacts   r recents     / dial     l layout     s self view  o settings   z standby
        Where the screen has a field for text, letters go into it. Ctrl-C ends.
        """
}
