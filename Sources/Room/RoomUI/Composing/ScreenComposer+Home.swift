import MediaTypes

extension ScreenComposer {
    var home: [ScreenElement] {
        let margin = PageGeometry.margin
        let left = geometry.inner - geometry.favouritesHeading.width - 60
        var elements = [
            ScreenElement(
                .roomName,
                [line(facts.roomName, bold(56, theme.text), Rect(x: margin, y: 44, width: left, height: 84))]),
            ScreenElement(.clock, clock(left)),
        ]
        if let address = facts.addresses.first {
            let shown = ForeignText.address(RoomFacts.withoutScheme(address))
            elements.append(
                ScreenElement(
                    .address,
                    [
                        line(
                            words[.reachThisRoom], plain(40, theme.soft),
                            Rect(x: margin, y: 574, width: left, height: 56)),
                        line(
                            shown, fitted(shown, bold(52, theme.text), within: left),
                            Rect(x: margin, y: 630, width: left, height: 76)),
                    ]))
        }
        elements += facts.isSafeMode ? safeMode : facts.setup.map { [setupCard($0)] } ?? favourites
        return elements + geometry.tiles.compactMap(tile)
    }

    private func clock(_ room: Int) -> [Drawing] {
        let time = TextStyle(size: 236, isBold: true, colour: theme.text, hasEvenDigits: true)
        let date = words.date(facts.now)
        return [
            line(words.time(facts.now), time, Rect(x: PageGeometry.margin - 8, y: 164, width: room + 8, height: 290)),
            line(
                date, fitted(date, plain(56, theme.soft), within: room),
                Rect(x: PageGeometry.margin, y: 446, width: room, height: 84)),
        ]
    }

    private var favourites: [ScreenElement] {
        guard !screen.favourites.isEmpty else { return [] }
        let heading = geometry.favouritesHeading
        var elements = [
            ScreenElement(.heading, [line(words[.favourites], bold(42, theme.soft), heading)])
        ]
        for (place, entry) in zip(geometry.favourites(screen.favourites.count), screen.favourites) {
            elements.append(row(place, entry, .phone, detail: nil))
        }
        return elements
    }

    private func tile(_ place: PageGeometry.Place) -> ScreenElement? {
        guard case .tile(let tile) = place.item else { return nil }
        let (icon, phrase): (Icon, Phrase) =
            switch tile {
            case .call: (.keypad, .call)
            case .contacts: (.people, .contacts)
            case .recents: (.clock, .recents)
            case .settings: (.gear, .settings)
            case .standby: (.moon, .standby)
            }
        let look: Look = tile == .call ? .go : .neutral
        let ink = ink(place.item, look)
        let rect = place.rect
        let (size, padding) = (76, 20)
        let text = words[phrase]
        var drawings = ground(place.item, rect, radius: 30, look)
        drawings.append(
            .icon(
                tile == .call ? .phone : icon, Rect(x: rect.x + padding, y: rect.y + 28, width: size, height: size),
                ink.text))
        if tile == .recents, facts.missedCalls > 0 {
            let count = facts.missedCalls > 99 ? "99+" : "\(facts.missedCalls)"
            let style = bold(42, theme.onColour)
            let wide = max(width(count, style) + 32, 64)
            let badge = Rect(x: rect.right - 28 - wide, y: rect.y + 32, width: wide, height: 64)
            drawings += [
                .box(badge, radius: 32, theme.red), .text(count, style, badge, .centre),
            ]
        }
        let room = Rect(x: rect.x + padding, y: rect.bottom - 84, width: rect.width - 36, height: 66)
        drawings.append(line(text, fitted(text, bold(46, ink.text), within: room.width), room))
        return ScreenElement(.item(place.item), drawings)
    }

    /// What has happened, what works, what to do, and the way out.
    private var safeMode: [ScreenElement] {
        let card = geometry.safeModeCard
        let inside = card.inset(40)
        var help = plain(42, theme.text)
        help.maximumLines = 5
        let button = geometry.safeModeButton
        return [
            ScreenElement(
                .safeMode,
                [
                    .box(card, radius: 36, theme.card),
                    .icon(.warning, Rect(x: inside.x, y: inside.y, width: 72, height: 72), theme.amber),
                    .text(
                        words[.safeMode], fitted(words[.safeMode], bold(54, theme.text), within: inside.width - 100),
                        Rect(x: inside.x + 96, y: inside.y, width: inside.width - 96, height: 72), .left),
                    .text(
                        words[.safeModeHelp], help,
                        Rect(x: inside.x, y: inside.y + 84, width: inside.width, height: 310), .left),
                ]),
            self.button(button.item, .check, words[.safeModeLeave], button.rect, .raised),
        ]
    }

    /// A line of a list: sign, name, address, and what stands at its end.
    func row(
        _ place: PageGeometry.Place, _ entry: ContactEntry, _ icon: Icon, detail: String?, end: String? = nil,
        iconColour: InkColour? = nil
    ) -> ScreenElement {
        let ink = ink(place.item, .neutral)
        let rect = place.rect
        let size = 56
        let isFocused = place.item == screen.focus
        var drawings = ground(place.item, rect, radius: 26, .neutral)
        drawings.append(
            .icon(
                icon, Rect(x: rect.x + 34, y: rect.y + (rect.height - size) / 2, width: size, height: size),
                isFocused ? ink.text : iconColour ?? ink.soft))
        var room = Rect(x: rect.x + 122, y: rect.y, width: rect.width - 122 - 34, height: rect.height)
        if let end {
            let style = plain(42, isFocused ? ink.text : iconColour ?? ink.soft)
            drawings.append(lineAtEnd(end, style, room))
            room.width -= min(width(end, style), room.width / 2) + 30
        }
        let name = bold(48, ink.text)
        if let detail, detail != entry.title {
            drawings += [
                line(
                    entry.title, name, Rect(x: room.x, y: rect.y + 8, width: room.width, height: rect.height / 2)),
                line(
                    ForeignText.address(detail), plain(40, ink.soft),
                    Rect(
                        x: room.x, y: rect.y + rect.height / 2, width: room.width,
                        height: rect.height / 2 - 8)),
            ]
        } else {
            drawings.append(line(entry.title, fitted(entry.title, name, within: room.width), room))
        }
        return ScreenElement(.item(place.item), drawings)
    }

    // MARK: - Standby

    var standby: [ScreenElement] {
        // A little elsewhere each minute, so that nothing burns in.
        let step = facts.now.minute % 10
        let rect = Rect(x: geometry.width / 2 - 420, y: 330 + step * 14, width: 840, height: 260)
        let time = TextStyle(size: 216, isBold: true, colour: theme.text, hasEvenDigits: true)
        return [
            ScreenElement(
                .clock,
                [
                    .text(words.time(facts.now), time, rect, .centre),
                    .text(
                        words.date(facts.now), plain(52, theme.soft),
                        Rect(x: rect.x, y: rect.bottom - 6, width: rect.width, height: 80), .centre),
                ])
        ]
    }
}
