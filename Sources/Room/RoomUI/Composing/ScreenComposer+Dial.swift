import MediaTypes

extension ScreenComposer {
    var dial: [ScreenElement] {
        var elements = [title(words[.call]), smallClock, field]
        elements.append(dialButton)
        elements += keys(geometry.keyboard)
        if !screen.text.isEmpty, screen.hasSearched, screen.results.isEmpty {
            var style = plain(42, theme.soft)
            style.maximumLines = 5
            let place = geometry.results(1)[0].rect
            elements.append(
                ScreenElement(
                    .hint,
                    [
                        .text(
                            words[.noMatch], style, Rect(x: place.x, y: place.y, width: place.width, height: 300), .left
                        )
                    ]))
        }
        for (place, entry) in zip(geometry.results(screen.results.count), screen.results) {
            elements.append(
                row(place, entry, entry.kind == .favourite ? .star : .person, detail: entry.detail))
        }
        return elements
    }

    private var field: ScreenElement {
        let rect = geometry.field
        let inside = Rect(x: rect.x + 36, y: rect.y, width: rect.width - 72, height: rect.height)
        var style = bold(60, theme.text)
        style.isCutAtStart = true
        var drawings: [Drawing] = [
            .box(rect, radius: 30, theme.card), .frame(rect, radius: 30, width: 4, theme.accent),
        ]
        let caret: Int
        if screen.text.isEmpty {
            drawings.append(line(words[.dialPrompt], plain(52, theme.soft), inside))
            caret = inside.x - 10
        } else {
            let shown = ForeignText.isolated(screen.text)
            let wide = min(width(shown, style), inside.width - 14)
            drawings.append(
                .text(shown, style, Rect(x: inside.x, y: rect.y, width: wide, height: rect.height), .left))
            caret = inside.x + wide + 4
        }
        drawings.append(
            .box(Rect(x: caret, y: rect.y + 26, width: 5, height: rect.height - 52), radius: 2, theme.accent))
        return ScreenElement(.field, drawings)
    }

    private var dialButton: ScreenElement {
        let rect = geometry.dialButton
        // What will be called, when that is not what was typed.
        let text = words[.call]
        return button(.dial, .phone, text, rect, .go)
    }

    func keys(_ places: [PageGeometry.Place], look: Look = .neutral) -> [ScreenElement] {
        (isMirrored ? PageGeometry.turned(places) : places).map { place in
            let ink = ink(place.item, look)
            var drawings = ground(place.item, place.rect, radius: 20, look)
            switch place.item {
            case .key(" "):
                let style = fitted(words[.space], bold(42, ink.text), within: place.rect.width - 30)
                drawings.append(.text(words[.space], style, place.rect.inset(8), .centre))
            case .key(let key):
                drawings.append(.text(String(key), bold(52, ink.text), place.rect.inset(4), .centre))
            default:
                let size = 60
                drawings.append(
                    .icon(
                        place.item == .confirm ? .check : .erase,
                        Rect(
                            x: place.rect.x + (place.rect.width - size) / 2,
                            y: place.rect.y + (place.rect.height - size) / 2, width: size, height: size), ink.text))
            }
            return ScreenElement(.item(place.item), drawings)
        }
    }

    // MARK: - Contacts

    var contacts: [ScreenElement] {
        var elements = [title(words[.contacts]), smallClock]
        elements += geometry.lists.compactMap(tab)
        let places = geometry.entries(first: screen.entries.startIndex, total: screen.entryCount)
        for (place, entry) in zip(places, screen.entries) {
            let (icon, colour): (Icon, InkColour?) =
                switch entry.kind {
                case .contact: (.person, nil)
                case .favourite: (.star, nil)
                case .incoming: (.incoming, nil)
                case .outgoing: (.outgoing, nil)
                case .missed: (.missed, theme.amber)
                }
            let end = entry.moment.map { words.moment($0, now: facts.now) }
            elements.append(row(place, entry, icon, detail: entry.detail, end: end, iconColour: colour))
        }
        if screen.entryCount == 0 {
            elements.append(
                ScreenElement(
                    .hint,
                    [
                        line(
                            words[screen.list.emptyPhrase], plain(50, theme.soft),
                            Rect(x: PageGeometry.margin, y: 330, width: geometry.inner, height: 90))
                    ]))
        }
        return elements + scrollBar
    }

    private func tab(_ place: PageGeometry.Place) -> ScreenElement? {
        guard case .list(let list) = place.item else { return nil }
        let ink = ink(place.item, .neutral)
        let text = words[list.phrase]
        let isShown = list == screen.list
        let isFocused = place.item == screen.focus
        var drawings: [Drawing] = isShown || isFocused ? ground(place.item, place.rect, radius: 48, .neutral) : []
        let colour = isShown || isFocused ? ink.text : theme.soft
        drawings.append(
            .text(
                text, fitted(text, bold(46, colour), within: place.rect.width - 48), place.rect.inset(6), .centre))
        if isShown {
            let bar = Rect(x: place.rect.x + 60, y: place.rect.bottom - 16, width: place.rect.width - 120, height: 6)
            drawings.append(.box(bar, radius: 3, isFocused ? ink.text : theme.accent))
        }
        return ScreenElement(.item(place.item), drawings)
    }

    private var scrollBar: [ScreenElement] {
        scrollBar(
            first: screen.entries.startIndex, shown: PageGeometry.shownEntries, total: screen.entryCount, top: 290,
            bottom: 982)
    }

    /// At the end of the page; nothing where all is shown.
    func scrollBar(first: Int, shown: Int, total: Int, top: Int, bottom: Int) -> [ScreenElement] {
        guard total > shown else { return [] }
        let track = Rect(x: geometry.width - PageGeometry.margin - 12, y: top, width: 12, height: bottom - top)
        let size = max(track.height * shown / total, 48)
        let top = track.y + (track.height - size) * first / max(total - shown, 1)
        return [
            ScreenElement(
                .scrollBar,
                [
                    .box(track, radius: 6, theme.card),
                    .box(Rect(x: track.x, y: top, width: 12, height: size), radius: 6, theme.soft),
                ])
        ]
    }
}
