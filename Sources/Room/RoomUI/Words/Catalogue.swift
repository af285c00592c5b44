/// The words of one language, with its rules for numbers, names, times and dates. Pure.
package struct Catalogue: Sendable, Hashable {
    package let language: Language

    package init(_ language: Language) { self.language = language }

    package subscript(phrase: Phrase) -> String {
        switch language {
        case .english: Self.english(phrase)
        case .chinese: Self.chinese(phrase)
        case .spanish: Self.spanish(phrase)
        case .french: Self.french(phrase)
        case .german: Self.german(phrase)
        case .arabic: Self.arabic(phrase)
        }
    }

    // MARK: - Numbers

    /// The forms that a word takes beside numbers (Unicode CLDR's cardinal plural categories).
    enum PluralForm: Sendable, Hashable {
        case zero, one, two, few, many, other
    }

    /// The form beside a whole number that is not negative (CLDR 44, cardinal rules).
    func pluralForm(_ count: Int) -> PluralForm {
        switch language {
        case .chinese: .other
        case .english, .german: count == 1 ? .one : .other
        case .spanish: count == 1 ? .one : count != 0 && count % 1_000_000 == 0 ? .many : .other
        case .french: count <= 1 ? .one : count % 1_000_000 == 0 ? .many : .other
        case .arabic:
            switch (count, count % 100) {
            case (0, _): .zero
            case (1, _): .one
            case (2, _): .two
            case (_, 3...10): .few
            case (_, 11...99): .many
            default: .other
            }
        }
    }

    /// "2 missed calls".
    package func missedCalls(_ count: Int) -> String {
        let count = max(count, 0)
        return switch (language, pluralForm(count)) {
        case (.english, .one): "1 missed call"
        case (.english, _): "\(count) missed calls"
        case (.german, .one): "1 verpasster Anruf"
        case (.german, _): "\(count) verpasste Anrufe"
        case (.french, .one): "\(count) appel manqué"
        case (.french, .many): "\(count) d’appels manqués"
        case (.french, _): "\(count) appels manqués"
        case (.spanish, .one): "1 llamada perdida"
        case (.spanish, .many): "\(count) de llamadas perdidas"
        case (.spanish, _): "\(count) llamadas perdidas"
        case (.chinese, _): "\(count) 个未接来电"
        case (.arabic, .zero): "لا مكالمات فائتة"
        case (.arabic, .one): "مكالمة فائتة واحدة"
        case (.arabic, .two): "مكالمتان فائتتان"
        case (.arabic, .few): "\(count) مكالمات فائتة"
        case (.arabic, .many): "\(count) مكالمة فائتة"
        case (.arabic, .other): "\(count) مكالمة فائتة"
        }
    }

    /// "Answered in 5 seconds", for a call that will be taken without asking.
    package func answeredIn(seconds: Int) -> String {
        let count = max(seconds, 0)
        return switch (language, pluralForm(count)) {
        case (.english, .one): "Will be answered in 1 second"
        case (.english, _): "Will be answered in \(count) seconds"
        case (.german, .one): "Wird in 1 Sekunde angenommen"
        case (.german, _): "Wird in \(count) Sekunden angenommen"
        case (.french, .one): "Réponse automatique dans \(count) seconde"
        case (.french, _): "Réponse automatique dans \(count) secondes"
        case (.spanish, .one): "Se responderá en 1 segundo"
        case (.spanish, _): "Se responderá en \(count) segundos"
        case (.chinese, _): "\(count) 秒后自动接听"
        case (.arabic, .zero): "سيتم الرد الآن"
        case (.arabic, .one): "سيتم الرد خلال ثانية واحدة"
        case (.arabic, .two): "سيتم الرد خلال ثانيتين"
        case (.arabic, .few): "سيتم الرد خلال \(count) ثوانٍ"
        case (.arabic, .many): "سيتم الرد خلال \(count) ثانية"
        case (.arabic, .other): "سيتم الرد خلال \(count) ثانية"
        }
    }

    // MARK: - Names

    /// "Berlin", "Berlin and Rome", "Berlin, Rome and 3 more"; each name in isolation, so that its direction stays
    /// its own.
    package func names(_ titles: [String]) -> String {
        let shown = titles.map(ForeignText.isolated)
        let comma = language == .chinese ? "、" : language == .arabic ? "، " : ", "
        switch shown.count {
        case 0: return ""
        case 1: return shown[0]
        case 2:
            return switch language {
            case .english: "\(shown[0]) and \(shown[1])"
            case .german: "\(shown[0]) und \(shown[1])"
            case .french: "\(shown[0]) et \(shown[1])"
            case .spanish: "\(shown[0]) y \(shown[1])"
            case .chinese: "\(shown[0])和\(shown[1])"
            case .arabic: "\(shown[0]) و\(shown[1])"
            }
        default:
            let rest = shown.count - 2
            let first = "\(shown[0])\(comma)\(shown[1])"
            return switch language {
            case .english: "\(first) and \(rest) more"
            case .german: "\(first) und \(rest) weitere"
            case .french: "\(first) et \(rest) autre\(rest > 1 ? "s" : "")"
            case .spanish: "\(first) y \(rest) más"
            case .chinese: "\(first)等 \(shown.count) 方"
            case .arabic: "\(first) و\(rest) غيرهم"
            }
        }
    }

    // MARK: - Times

    /// "14:05"; all six read twenty-four hours.
    package func time(_ time: CivilTime) -> String { "\(Self.two(time.hour)):\(Self.two(time.minute))" }

    /// "Tuesday, 24 November".
    package func date(_ time: CivilTime) -> String {
        let names = dateNames
        let weekday = names.weekdays[min(max(time.weekday, 0), 6)]
        let month = names.months[min(max(time.month, 1), 12) - 1]
        return switch language {
        case .english: "\(weekday), \(time.day) \(month)"
        case .german: "\(weekday), \(time.day). \(month)"
        case .french: "\(weekday) \(time.day == 1 ? "1er" : "\(time.day)") \(month)"
        case .spanish: "\(weekday), \(time.day) de \(month)"
        case .chinese: "\(time.month)月\(time.day)日 \(weekday)"
        case .arabic: "\(weekday)، \(time.day) \(month)"
        }
    }

    /// When a call of the past was: the time today, "Yesterday", else day and month.
    package func moment(_ time: CivilTime, now: CivilTime) -> String {
        if time.dayNumber == now.dayNumber { return self.time(time) }
        if time.dayNumber == now.dayNumber - 1 { return self[.yesterday] }
        let month = dateNames.months[min(max(time.month, 1), 12) - 1]
        return switch language {
        case .english: "\(time.day) \(month.prefix(3))"
        case .german: "\(time.day).\(time.month)."
        case .french, .spanish: "\(time.day)/\(time.month)"
        case .chinese: "\(time.month)月\(time.day)日"
        case .arabic: "\(time.day) \(month)"
        }
    }

    /// "4:05", or "1:04:05" from an hour on.
    package func duration(seconds: Int) -> String {
        let seconds = max(seconds, 0)
        let hours = seconds / 3600
        let minutes = seconds / 60 % 60
        return hours > 0
            ? "\(hours):\(Self.two(minutes)):\(Self.two(seconds % 60))" : "\(minutes):\(Self.two(seconds % 60))"
    }

    /// "60 %", with the sign where the language puts it.
    package func percent(_ value: Int) -> String {
        switch language {
        case .english, .chinese: "\(value)%"
        case .german, .french, .spanish: "\(value)\u{A0}%"
        case .arabic: "\(value)٪"
        }
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// Weekdays from Sunday on, months from January on.
    private var dateNames: (weekdays: [String], months: [String]) {
        switch language {
        case .english:
            (
                ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
                [
                    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                    "November", "December",
                ]
            )
        case .german:
            (
                ["Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"],
                [
                    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
                    "November", "Dezember",
                ]
            )
        case .french:
            (
                ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"],
                [
                    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
                    "novembre", "décembre",
                ]
            )
        case .spanish:
            (
                ["domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"],
                [
                    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
                    "noviembre", "diciembre",
                ]
            )
        case .chinese:
            (
                ["星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"],
                (1...12).map { "\($0)月" }
            )
        case .arabic:
            (
                ["الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت"],
                [
                    "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر",
                    "نوفمبر", "ديسمبر",
                ]
            )
        }
    }
}
