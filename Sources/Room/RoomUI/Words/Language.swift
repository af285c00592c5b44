/// The languages of the screen.
package enum Language: String, Sendable, CaseIterable {
    // ISO 639-1.
    case english = "en"
    case chinese = "zh"
    case spanish = "es"
    case french = "fr"
    case german = "de"
    case arabic = "ar"

    /// Whether lines begin at the right, and with them the whole layout.
    package var isRightToLeft: Bool { self == .arabic }

    /// As its speakers call it.
    package var ownName: String {
        switch self {
        case .english: "English"
        case .chinese: "中文"
        case .spanish: "Español"
        case .french: "Français"
        case .german: "Deutsch"
        case .arabic: "العربية"
        }
    }

    /// The one that follows in the settings.
    package var next: Language {
        let all = Self.allCases
        let index = all.firstIndex(of: self) ?? 0
        return all[(index + 1) % all.count]
    }

    /// The one before in the settings.
    package var previous: Language {
        let all = Self.allCases
        let index = all.firstIndex(of: self) ?? 0
        return all[(index + all.count - 1) % all.count]
    }
}
