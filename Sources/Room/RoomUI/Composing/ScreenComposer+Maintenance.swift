import MediaTypes

extension ScreenComposer {
    /// An item that leads to a page of its own.
    func door(_ place: PageGeometry.Place, _ icon: Icon, _ text: String) -> ScreenElement {
        let ink = ink(place.item, .neutral)
        let rect = place.rect
        let middle = rect.y + rect.height / 2
        let room = rect.width - 122 - 100
        return ScreenElement(
            .item(place.item),
            ground(place.item, rect, radius: 28, .neutral) + [
                .icon(icon, Rect(x: rect.x + 34, y: middle - 28, width: 56, height: 56), ink.soft),
                line(
                    text, fitted(text, bold(46, ink.text), within: room),
                    Rect(x: rect.x + 122, y: rect.y, width: room, height: rect.height)),
                .icon(.after, Rect(x: rect.right - 68, y: middle - 22, width: 44, height: 44), ink.soft),
            ])
    }

    // MARK: - Maintenance

    var maintenance: [ScreenElement] {
        [title(words[.maintenance]), smallClock] + geometry.tasks.compactMap(task) + [explanation]
    }

    private func task(_ place: PageGeometry.Place) -> ScreenElement? {
        guard case .task(let task) = place.item else { return nil }
        return switch task {
        case .logs: door(place, .list, words[.logs])
        case .diagnostics: door(place, .stick, words[.diagnostics])
        case .erase: door(place, .bin, words[.eraseRoom])
        }
    }

    /// What the chosen task does, and what has become of it.
    private var explanation: ScreenElement {
        let card = geometry.beside(740)
        let inside = card.inset(44)
        let help: Phrase =
            switch screen.focus {
            case .task(.diagnostics): .diagnosticsHelp
            case .task(.erase): .eraseHelp
            default: .logsHelp
            }
        var style = plain(46, theme.text)
        style.maximumLines = 5
        var drawings: [Drawing] = [
            .box(card, radius: 36, theme.card),
            line(words[help], style, top(of: inside, words[help], style)),
        ]
        if let (icon, colour, text) = outcome {
            let room = Rect(x: inside.x + 76, y: inside.y + 346, width: inside.width - 76, height: 300)
            var style = bold(44, colour)
            style.maximumLines = 4
            drawings += [
                .icon(icon, Rect(x: inside.x, y: room.y + 124, width: 52, height: 52), colour),
                line(text, style, room),
            ]
        }
        return ScreenElement(.explanation, drawings)
    }

    /// As much of a box, from its top, as a text's lines take: it would stand in the middle of more.
    ///
    /// - Parameter isOurs: in the language of the screen.
    private func top(of box: Rect, _ text: String, _ style: TextStyle, isOurs: Bool = true) -> Rect {
        let wanted = width(text, style)
        // Lines end before words, a tenth early on average.
        let lines = wanted <= box.width ? 1 : min(wanted * 110 / 100 / max(box.width, 1) + 1, style.maximumLines)
        // Arabic letters reach farther up and down.
        let line = style.size * (isOurs && facts.language == .arabic ? 212 : 140) / 100
        return Rect(x: box.x, y: box.y, width: box.width, height: min(lines * line, box.height))
    }

    /// With what is known about it, in English.
    private func sentence(_ phrase: Phrase, _ detail: String) -> String {
        let detail = ForeignText.cleaned(detail)
        return detail.isEmpty ? words[phrase] : "\(words[phrase]) \(ForeignText.isolated(detail))"
    }

    private var outcome: (Icon, InkColour, String)? {
        switch (facts.maintenance?.work, screen.focus) {
        case (.writingDiagnostics, _): return (.clock, theme.text, words[.writingDiagnostics])
        case (.erasing, _): return (.clock, theme.text, words[.erasing])
        case (.diagnosticsWritten(let name), .task(.diagnostics)):
            return (.check, theme.text, sentence(.diagnosticsWritten, name))
        case (_, .task(.erase)) where facts.maintenance?.canErase == false:
            return (.lock, theme.amber, words[.eraseNeedsPIN])
        case (.noStick, .task(.diagnostics)): return (.warning, theme.amber, words[.noStick])
        case (.failed(let detail), _): return (.warning, theme.amber, sentence(.maintenanceFailed, detail))
        default: return nil
        }
    }

    // MARK: - Logs

    var logs: [ScreenElement] {
        var elements = [title(words[.logs]), smallClock]
        guard let lines = screen.logLines, !lines.isEmpty else {
            let text: String =
                switch facts.maintenance?.work {
                case .failed(let detail): sentence(.maintenanceFailed, detail)
                default: words[screen.logLines == nil ? .readingLogs : .noLogs]
                }
            var style = plain(50, theme.soft)
            style.maximumLines = 3
            elements.append(
                ScreenElement(
                    .hint,
                    [
                        line(
                            text, style, Rect(x: PageGeometry.margin, y: 300, width: geometry.inner, height: 200))
                    ]))
            return elements
        }
        for (number, entry) in lines.enumerated() { elements.append(log(entry, geometry.log(number), number)) }
        return elements
            + scrollBar(
                first: lines.startIndex, shown: PageGeometry.shownLogs, total: screen.logCount, top: 150, bottom: 978)
    }

    private func log(_ entry: LogLine, _ rect: Rect, _ number: Int) -> ScreenElement {
        var time = plain(Self.smallestText, theme.soft)
        time.hasEvenDigits = true
        let wide = width("00:00:00", time) + 24
        var text = plain(Self.smallestText, theme.text)
        text.maximumLines = 2
        // A line of a log reads from left to right in every language.
        let shown = ForeignText.address(entry.text)
        return ScreenElement(
            .log(number),
            [
                line(entry.time, time, Rect(x: rect.x, y: rect.y, width: wide, height: 56)),
                line(
                    shown, text,
                    top(
                        of: Rect(x: rect.x + wide, y: rect.y, width: rect.width - wide, height: rect.height), shown,
                        text, isOurs: false)
                ),
            ])
    }

    // MARK: - Codes

    var code: [ScreenElement] {
        guard let code = screen.code else { return [] }
        let room = geometry.codeText
        let phrase: Phrase = code.number == nil ? .enterPIN : .eraseNumber
        var heading = bold(54, theme.text)
        heading.maximumLines = 3
        var digits = bold(96, theme.text)
        digits.hasEvenDigits = true
        var drawings: [Drawing] = [
            line(words[phrase], heading, Rect(x: room.x, y: room.y, width: room.width, height: 210))
        ]
        if let number = code.number {
            drawings.append(
                line(number, digits, Rect(x: room.x, y: room.y + 220, width: room.width, height: 120)))
        }
        let field = Rect(x: room.x, y: room.y + 356, width: room.width, height: 128)
        let typed = code.isChecking ? "\u{2026}" : code.typed
        digits.isCutAtStart = true
        drawings += [
            .box(field, radius: 28, theme.raised),
            .text(typed, fitted(typed, digits, within: field.width - 60), field.inset(12), .centre),
        ]
        if let refusal = code.refusal {
            let said: Phrase = refusal == .wait ? .tooManyPINs : code.number == nil ? .wrongPIN : .wrongNumber
            var style = bold(44, theme.amber)
            style.maximumLines = 2
            drawings.append(
                line(words[said], style, Rect(x: room.x, y: field.bottom + 24, width: room.width, height: 130)))
        }
        return [
            title(words[.maintenance]), smallClock,
            ScreenElement(.sheet, [.box(geometry.codeCard, radius: 44, theme.card)]),
            ScreenElement(.explanation, drawings),
        ] + keys(geometry.codeKeys, look: .raised)
    }
}
