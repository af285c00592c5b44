/// The three bytes that name a profile and a level in SDP and behind an SPS header (RFC 6184 §8.1).
package struct ProfileLevelID: Hashable, Sendable {
    /// profile_idc.
    package let profileIDC: UInt8
    /// profile-iop: constraint_set0_flag in the highest bit, and so on.
    package let constraintFlags: UInt8
    /// level_idc.
    package let levelIDC: UInt8

    package init(profileIDC: UInt8, constraintFlags: UInt8, levelIDC: UInt8) {
        self.profileIDC = profileIDC
        self.constraintFlags = constraintFlags
        self.levelIDC = levelIDC
    }

    /// From the three bytes as one number, the first one highest; what is above them does not count.
    package init(code: UInt32) {
        self.init(
            profileIDC: UInt8(truncatingIfNeeded: code >> 16), constraintFlags: UInt8(truncatingIfNeeded: code >> 8),
            levelIDC: UInt8(truncatingIfNeeded: code))
    }

    /// The three bytes as one number, the first one highest.
    package var code: UInt32 { UInt32(profileIDC) << 16 | UInt32(constraintFlags) << 8 | UInt32(levelIDC) }

    /// What SDP means when it gives no profile-level-id: Baseline, level 1 (RFC 6184 §8.1).
    package static let absent = ProfileLevelID(profileIDC: 66, constraintFlags: 0, levelIDC: 10)

    /// Exactly six hexadecimal digits, upper or lower case; nil for anything else.
    package init?(_ text: some StringProtocol) {
        var value: UInt32 = 0
        var digits = 0
        for byte in text.utf8 {
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x41...0x46: digit = byte - 0x41 + 10
            case 0x61...0x66: digit = byte - 0x61 + 10
            default: return nil
            }
            digits += 1
            guard digits <= 6 else { return nil }
            value = value << 4 | UInt32(digit)
        }
        guard digits == 6 else { return nil }
        self.init(code: value)
    }

    /// The usual spelling of a profile at a level, to be written into an offer.
    package init(_ profile: H264Profile, _ level: H264Level) {
        let (idc, flags): (UInt8, UInt8) =
            switch profile {
            case .constrainedBaseline: (66, 0xE0)
            case .baseline: (66, 0x80)
            case .main: (77, 0x40)
            case .extended: (88, 0x20)
            case .progressiveHigh: (100, 0x08)
            case .constrainedHigh: (100, 0x0C)
            case .high: (100, 0)
            case .high10: (110, 0)
            case .high422: (122, 0)
            case .high444Predictive: (244, 0)
            case .high10Intra: (110, 0x10)
            case .high422Intra: (122, 0x10)
            case .high444Intra: (244, 0x10)
            case .cavlc444Intra: (44, 0x10)
            }
        self.init(profileIDC: idc, constraintFlags: flags, levelIDC: 0)
        self = replacingLevel(level)
    }

    /// Six lower-case hexadecimal digits.
    package var text: String {
        let digits = String(code, radix: 16)
        return String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// The profile by RFC 6184 Table 5, where several spellings mean the same; nil for an unknown combination.
    package var profile: H264Profile? {
        let flags = constraintFlags
        switch profileIDC {
        case 66:
            return flags & 0x4F == 0x40 ? .constrainedBaseline : flags & 0x4F == 0 ? .baseline : nil
        case 77:
            return flags & 0x8F == 0x80 ? .constrainedBaseline : flags & 0xAF == 0 ? .main : nil
        case 88:
            if flags & 0xCF == 0xC0 { return .constrainedBaseline }
            if flags & 0xCF == 0x80 { return .baseline }
            return flags & 0xCF == 0 ? .extended : nil
        case 100:
            switch flags {
            case 0: return .high
            case 0x08: return .progressiveHigh
            case 0x0C: return .constrainedHigh
            default: return nil
            }
        case 110: return flags == 0 ? .high10 : flags == 0x10 ? .high10Intra : nil
        case 122: return flags == 0 ? .high422 : flags == 0x10 ? .high422Intra : nil
        case 244: return flags == 0 ? .high444Predictive : flags == 0x10 ? .high444Intra : nil
        case 44: return flags == 0x10 ? .cavlc444Intra : nil
        default: return nil
        }
    }

    /// The level; nil for a level_idc that the standard does not know.
    package var level: H264Level? {
        if levelIDC == 11, signalsLevel1bByFlag, constraintFlags & 0x10 != 0 { return .level1b }
        return H264Level(levelIDC: levelIDC)
    }

    /// The same profile, spelled as here, at another level; constraint_set3_flag follows where level 1b needs it.
    package func replacingLevel(_ level: H264Level) -> ProfileLevelID {
        guard signalsLevel1bByFlag else {
            return ProfileLevelID(
                profileIDC: profileIDC, constraintFlags: constraintFlags, levelIDC: level.levelIDC)
        }
        let flags = level == .level1b ? constraintFlags | 0x10 : constraintFlags & ~0x10
        return ProfileLevelID(
            profileIDC: profileIDC, constraintFlags: flags, levelIDC: level == .level1b ? 11 : level.levelIDC)
    }

    /// Baseline, Main and Extended say level 1b as level_idc 11 with constraint_set3_flag (H.264 §A.3.1).
    private var signalsLevel1bByFlag: Bool {
        profileIDC == 66 || profileIDC == 77 || profileIDC == 88
    }
}
