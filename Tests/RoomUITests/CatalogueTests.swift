import RoomUI
import Testing

@Suite("The screen's words")
struct CatalogueTests {
    @Test("Every phrase has words in every language, of its own where it is a sentence", arguments: Language.allCases)
    func complete(language: Language) {
        let (words, english) = (Catalogue(language), Catalogue(.english))
        for phrase in Phrase.allCases {
            #expect(!words[phrase].isEmpty)
            if language != .english, english[phrase].hasSuffix(".") { #expect(words[phrase] != english[phrase]) }
            #expect(ForeignText.cleaned(words[phrase]).count >= words[phrase].count - 1, "\(phrase)")
        }
        let letters = Phrase.allCases.map { words[$0] }.joined().unicodeScalars
        switch language {
        case .chinese: #expect(letters.contains { (0x4E00...0x9FFF).contains($0.value) })
        case .arabic: #expect(!letters.contains { ("a"..."z").contains($0) })
        default: #expect(letters.contains { ("a"..."z").contains($0) })
        }
    }

    @Test("Plural forms follow each language's rules")
    func plurals() {
        #expect(
            [0, 1, 2, 5].map(Catalogue(.english).missedCalls) == [
                "0 missed calls", "1 missed call", "2 missed calls", "5 missed calls",
            ])
        #expect(Catalogue(.french).missedCalls(0) == "0 appel manqué")
        #expect(Catalogue(.french).missedCalls(2) == "2 appels manqués")
        #expect(Catalogue(.german).missedCalls(1) == "1 verpasster Anruf")
        let arabic = [0, 1, 2, 3, 11, 100, 103].map(Catalogue(.arabic).missedCalls)
        #expect(Set(arabic).count == 7)
        #expect(arabic[3] == "3 مكالمات فائتة" && arabic[4] == "11 مكالمة فائتة")
        #expect(Catalogue(.chinese).missedCalls(1) == "1 个未接来电")
        #expect(Catalogue(.spanish).answeredIn(seconds: 1) == "Se responderá en 1 segundo")
    }

    @Test("Dates as each language writes them")
    func dates() {
        let day = ScreenState.now
        #expect(
            Language.allCases.map { Catalogue($0).date(day) } == [
                "Tuesday, 24 November", "11月24日 星期二", "martes, 24 de noviembre", "mardi 24 novembre",
                "Dienstag, 24. November", "الثلاثاء، 24 نوفمبر",
            ])
        var first = day
        first.day = 1
        #expect(Catalogue(.french).date(first) == "mardi 1er novembre")
    }

    @Test("Moments of the past: the time today, yesterday, then the date, over the turn of a year too")
    func moments() {
        let words = Catalogue(.english)
        let now = CivilTime(year: 2027, month: 1, day: 1, weekday: 5, hour: 9, minute: 0)
        func moment(_ year: Int, _ month: Int, _ day: Int) -> String {
            words.moment(CivilTime(year: year, month: month, day: day, weekday: 0, hour: 8, minute: 5), now: now)
        }
        #expect(moment(2027, 1, 1) == "08:05")
        #expect(moment(2026, 12, 31) == "Yesterday")
        #expect(moment(2026, 12, 30) == "30 Dec")
        #expect(CivilTime(year: 2024, month: 3, day: 1, weekday: 0, hour: 0, minute: 0).dayNumber == 19783)
    }

    @Test("Names are joined as people say them, each in its own direction")
    func names() {
        func plain(_ text: String) -> String {
            String(String.UnicodeScalarView(text.unicodeScalars.filter { !(0x2066...0x2069).contains($0.value) }))
        }
        let words = Catalogue(.english)
        #expect(plain(words.names(["Berlin"])) == "Berlin")
        #expect(plain(words.names(["Berlin", "Rome"])) == "Berlin and Rome")
        #expect(plain(words.names(["Berlin", "Rome", "Oslo", "Bern"])) == "Berlin, Rome and 2 more")
        #expect(words.names([]).isEmpty)
        #expect(words.names(["Berlin", "أحمد"]).unicodeScalars.filter { $0.value == 0x2068 }.count == 2)
        #expect(words.duration(seconds: 65) == "1:05" && words.duration(seconds: 3725) == "1:02:05")
    }

    @Test("Foreign text loses what controls text and keeps what is text")
    func cleaned() {
        #expect(ForeignText.cleaned("  Ann\t\n B. \u{0} ") == "Ann B.")
        #expect(ForeignText.cleaned("\u{202E}evil\u{2066}\u{200F}") == "evil")
        #expect(ForeignText.cleaned("می\u{200C}خواهم") == "می\u{200C}خواهم")
        #expect(ForeignText.cleaned("👩‍👩‍👧 Zoë") == "👩‍👩‍👧 Zoë")
        #expect(ForeignText.cleaned(String(repeating: "x", count: 10_000)).count == 161)
        let pile = ForeignText.cleaned("a" + String(repeating: "\u{301}", count: 50) + "b")
        #expect(pile.unicodeScalars.count == 6)
        #expect(ForeignText.cleaned("\u{301}\u{301}x") == "x")
        #expect(ForeignText.cleaned("\u{E0041}\u{FFF9}\u{2028}\u{3164}").isEmpty)
    }
}
