/// A set of ASCII characters, for the character classes of RFC 3261 §25.1.
struct ByteSet: Sendable {
    private let low: UInt64
    private let high: UInt64
    /// Whether every byte from 0x80 on belongs to it.
    private let includesNonASCII: Bool

    init(_ characters: String, alphanumeric: Bool = true, nonASCII: Bool = false) {
        var masks: (low: UInt64, high: UInt64) = (0, 0)
        let letters = alphanumeric ? "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" : ""
        for byte in (characters + letters).utf8 where byte < 0x80 {
            if byte < 0x40 { masks.low |= 1 << UInt64(byte) } else { masks.high |= 1 << UInt64(byte - 0x40) }
        }
        (low, high) = masks
        includesNonASCII = nonASCII
    }

    func contains(_ byte: UInt8) -> Bool {
        if byte < 0x40 { return low >> UInt64(byte) & 1 == 1 }
        if byte < 0x80 { return high >> UInt64(byte - 0x40) & 1 == 1 }
        return includesNonASCII
    }

    /// `token`.
    static let token = ByteSet("-.!%*_+`'~")
    /// `word`, of which a Call-ID is made, with the "@" between the two.
    static let callID = ByteSet("-.!%*_+`'~()<>:\\\"/[]?{}@", nonASCII: true)
    /// Header parameter values without quotes: `token` or `host`, and what real devices write beyond that.
    static let parameterValue = ByteSet("-.!%*_+`'~[]:@/?&=$()", nonASCII: true)
    /// `paramchar`, escapes included.
    static let uriParameter = ByteSet("[]/:&+$-_.!~*'()%")
    /// `user`, escapes included, and "#", which some dial.
    static let user = ByteSet("-_.!~*'()%&=+$,;?/#", nonASCII: true)
    static let password = ByteSet("-_.!~*'()%&=+$,#", nonASCII: true)
    static let host = ByteSet(".-_")
    static let ipv6 = ByteSet("0123456789ABCDEFabcdef:.", alphanumeric: false)
    static let scheme = ByteSet("+-.")
    /// What a display name without quotes may hold: tokens, white space, and what real devices write beyond that.
    static let displayName = ByteSet("-.!%*_+`'~ \t\r\n()/&#", nonASCII: true)
}
