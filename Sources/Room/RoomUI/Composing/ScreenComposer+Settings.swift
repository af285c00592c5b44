import MediaTypes

extension ScreenComposer {
    var settings: [ScreenElement] {
        let places = geometry.settings(
            hasDoNotDisturb: facts.doNotDisturb != nil, hasMaintenance: facts.maintenance != nil)
        return [title(words[.settings]), smallClock] + places.compactMap(setting) + facts(of: thisRoom)
    }

    private func setting(_ place: PageGeometry.Place) -> ScreenElement? {
        if place.item == .maintenance { return door(place, .wrench, words[.maintenance]) }
        guard case .setting(let setting) = place.item else { return nil }
        let ink = ink(place.item, .neutral)
        let rect = place.rect
        let (icon, label): (Icon, Phrase) =
            switch setting {
            case .language: (.globe, .language)
            case .theme: (.theme, .theme)
            case .volume: (facts.volume == 0 ? .speakerOff : .speaker, .volume)
            case .doNotDisturb: (.bellOff, .doNotDisturb)
            }
        let value: String =
            switch setting {
            case .language: facts.language.ownName
            case .theme: words[facts.isDark ? .dark : .light]
            case .volume: words.percent(facts.volume)
            case .doNotDisturb: words[facts.doNotDisturb == true ? .on : .off]
            }
        let style = plain(46, place.item == screen.focus ? ink.text : theme.soft)
        let valueWidth = width(value, style)
        let end = Rect(x: rect.x, y: rect.y, width: rect.width - 84, height: rect.height)
        let isFocused = place.item == screen.focus
        var drawings =
            ground(place.item, rect, radius: 28, .neutral) + [
                .icon(icon, Rect(x: rect.x + 34, y: rect.y + (rect.height - 56) / 2, width: 56, height: 56), ink.soft),
                lineAtEnd(value, style, end),
            ]
        let room = rect.width - 84 - 122 - valueWidth - (isFocused ? 84 : 24)
        drawings.append(
            line(
                words[label], fitted(words[label], bold(46, ink.text), within: room),
                Rect(x: rect.x + 122, y: rect.y, width: room, height: rect.height)))
        if isFocused {
            let (y, size) = (rect.y + (rect.height - 44) / 2, 44)
            drawings += [
                .icon(.before, Rect(x: end.right - valueWidth - 60, y: y, width: size, height: size), ink.text),
                .icon(.after, Rect(x: end.right + 16, y: y, width: size, height: size), ink.text),
            ]
        }
        return ScreenElement(.item(place.item), drawings)
    }

    private struct Line {
        var icon: Icon
        var label: Phrase
        var value: String
        var isWrong = false
    }

    private var thisRoom: [Line] {
        let address = facts.addresses.first.map { ForeignText.address(RoomFacts.withoutScheme($0)) }
        var lines = [
            Line(
                icon: .network, label: .address, value: address ?? words[.noNetwork], isWrong: address == nil)
        ]
        for device in RoomFacts.Device.allCases {
            let (icon, label): (Icon, Phrase) =
                switch device {
                case .camera: (.camera, .camera)
                case .microphone: (.microphone, .microphone)
                case .speaker: (.speaker, .speaker)
                case .screen: (.screen, .screen)
                }
            let name = facts.deviceNames[device].map(ForeignText.cleaned)
            let trouble = facts.troubles.first { $0.device == device }
            let isWrong = trouble != nil
            lines.append(
                Line(
                    icon: isWrong ? .warning : icon, label: label,
                    value: trouble.map { words[$0.fault == .missing || $0.fault == .unplugged ? .missing : .faulty] }
                        ?? name
                        ?? words[.working], isWrong: isWrong))
        }
        lines.append(
            Line(
                icon: .notice, label: .version,
                value: [facts.version, facts.boardName].filter { !$0.isEmpty }.joined(separator: ", ")))
        return lines
    }

    private func facts(of lines: [Line]) -> [ScreenElement] {
        let left = PageGeometry.margin + geometry.settingsWidth + 48
        let card = Rect(
            x: left, y: 190, width: geometry.width - PageGeometry.margin - left, height: 122 + lines.count * 88)
        let inside = Rect(x: card.x + 44, y: card.y, width: card.width - 88, height: card.height)
        var elements = [
            ScreenElement(
                .card,
                [
                    .box(card, radius: 36, theme.card),
                    line(
                        facts.roomName, bold(48, theme.text),
                        Rect(x: inside.x, y: card.y + 22, width: inside.width, height: 76)),
                ])
        ]
        for (number, fact) in lines.enumerated() {
            let rect = Rect(x: inside.x, y: card.y + 106 + number * 88, width: inside.width, height: 80)
            let label = plain(42, theme.soft)
            let labelWidth = width(words[fact.label], label)
            let room = rect.width - 70 - labelWidth - 30
            elements.append(
                ScreenElement(
                    .fact(number),
                    [
                        .icon(
                            fact.icon, Rect(x: rect.x, y: rect.y + 17, width: 46, height: 46),
                            fact.isWrong ? theme.amber : theme.soft),
                        line(
                            words[fact.label], label,
                            Rect(x: rect.x + 70, y: rect.y, width: labelWidth, height: rect.height)),
                        lineAtEnd(
                            fact.value,
                            fitted(fact.value, bold(42, fact.isWrong ? theme.amber : theme.text), within: room),
                            Rect(x: rect.right - room, y: rect.y, width: room, height: rect.height)),
                    ]))
        }
        return elements
    }
}
