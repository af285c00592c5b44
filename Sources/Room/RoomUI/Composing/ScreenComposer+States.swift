import MediaTypes

extension ScreenComposer {
    // MARK: - States

    /// Signs at the top: what others cannot hear or see, and what this room does not hear.
    var states: [ScreenElement] {
        var pills: [(Icon, String, isWarning: Bool)] = []
        if facts.isMuted { pills.append((.microphoneOff, words[.microphoneOff], true)) }
        if facts.isCameraOff { pills.append((.cameraOff, words[.cameraOff], true)) }
        if facts.doNotDisturb == true, !facts.isOverVideo { pills.append((.bellOff, words[.doNotDisturb], false)) }
        if facts.missedCalls > 0, screen.page == .home {
            pills.append((.missed, words.missedCalls(facts.missedCalls), false))
        }
        let (height, gap) = (84, 16)
        let isInCall = facts.isOverVideo
        // On pages with a title and a clock they stand between both.
        var right = geometry.width - (isInCall ? 48 : PageGeometry.margin)
        if !isInCall, screen.page != .home, screen.page != .incoming, screen.page != .ended { right -= 220 }
        var top = 44
        let first = right
        return pills.enumerated().map { number, pill in
            let style = bold(42, pill.isWarning ? theme.onColour : theme.text)
            let wide = width(pill.1, style) + 48 + 14 + 2 * 30
            if isInCall || right - wide < geometry.width / 3, number > 0 {
                right = first
                top += height + gap
            }
            let rect = Rect(x: right - wide, y: top, width: wide, height: height)
            right = rect.x - gap
            return ScreenElement(
                .pill(number),
                [
                    .box(rect, radius: height / 2, pill.isWarning ? theme.red : theme.card),
                    .icon(pill.0, Rect(x: rect.x + 30, y: rect.y + 18, width: 48, height: 48), style.colour),
                    .text(
                        pill.1, style,
                        Rect(x: rect.x + 30 + 48 + 14, y: rect.y, width: wide - 122, height: height), .left),
                ])
        }
    }

    // MARK: - Troubles

    /// What is wrong, in plain sentences at the lower edge: side by side, as many as there is room for.
    var troubles: [ScreenElement] {
        let isOnlyHome = facts.ongoing == nil && facts.incoming == nil
        let shown =
            (facts.isUnregistered && isOnlyHome ? [words[.notRegistered]] : []) + facts.troubles.map(sentence)
        guard !shown.isEmpty else { return [] }
        let style = plain(42, theme.text)
        let (icon, padding, height) = (48, 28, 80)
        let isInCall = facts.isOverVideo || facts.incoming != nil
        let lowest = facts.isOverVideo ? troubleBottom : 1064
        var (left, right, bottom) = (PageGeometry.margin, geometry.width - 48, lowest)
        var elements: [ScreenElement] = []
        for (number, text) in shown.enumerated() {
            let most = geometry.width - 2 * (isInCall ? 48 : PageGeometry.margin)
            let wide = min(width(text, style) + icon + 18 + 2 * padding, most)
            let rect: Rect
            if isInCall {
                guard number < 3 else { break }
                rect = Rect(x: right - wide, y: bottom - height, width: wide, height: height)
                bottom = rect.y - 14
            } else {
                guard left + wide <= geometry.width - PageGeometry.margin else { break }
                rect = Rect(x: left, y: 984, width: wide, height: height)
                left = rect.right + 18
            }
            right = geometry.width - 48
            elements.append(
                ScreenElement(
                    .trouble(number),
                    [
                        .box(rect, radius: height / 2, theme.card),
                        .icon(
                            .warning,
                            Rect(x: rect.x + padding, y: rect.y + (height - icon) / 2, width: icon, height: icon),
                            theme.amber),
                        .text(
                            text, fitted(text, style, within: wide - icon - 18 - 2 * padding),
                            Rect(
                                x: rect.x + padding + icon + 18, y: rect.y, width: wide - icon - 18 - 2 * padding,
                                height: height), .left),
                    ]))
        }
        return elements
    }

    private var troubleBottom: Int {
        switch screen.page {
        case .menu: geometry.sheet.y - 24 - 112 - 16
        case .layouts: geometry.layoutSheet.y - 24 - 112 - 16
        case .keypad: geometry.keypadCard.y - 24
        case .call: 1032 - (screen.showsDetails ? 112 + 16 : 0)
        default: 1032
        }
    }

    private func sentence(_ trouble: RoomFacts.Trouble) -> String {
        let (phrase, inCall): (Phrase, Phrase) =
            switch (trouble.device, trouble.fault) {
            case (.camera, .missing): (.cameraMissing, .soundGoesOn)
            case (.camera, .unplugged): (.cameraUnplugged, .soundGoesOn)
            case (.camera, .busy): (.cameraBusy, .soundGoesOn)
            case (.camera, .failed): (.cameraFailed, .soundGoesOn)
            case (.microphone, .missing): (.microphoneMissing, .othersHearNothing)
            case (.microphone, .unplugged): (.microphoneUnplugged, .othersHearNothing)
            case (.microphone, .busy): (.microphoneBusy, .othersHearNothing)
            case (.microphone, .failed): (.microphoneFailed, .othersHearNothing)
            case (.speaker, .missing): (.speakerMissing, .youHearNothing)
            case (.speaker, .unplugged): (.speakerUnplugged, .youHearNothing)
            case (.speaker, .busy): (.speakerBusy, .youHearNothing)
            case (.speaker, .failed): (.speakerFailed, .youHearNothing)
            case (.screen, _): (.screenFailed, .soundGoesOn)
            }
        guard facts.ongoing != nil else { return words[phrase] }
        return words[phrase] + (facts.language == .chinese ? "" : " ") + words[inCall]
    }

    // MARK: - Overlays

    /// What comes for some seconds and goes by itself.
    var overlays: [ScreenElement] {
        var elements: [ScreenElement] = []
        if screen.showsVolume {
            elements.append(volumeBar)
        } else if screen.showsLayout {
            elements.append(toast(.layoutName, .layout, words[phrase(facts.layout)]))
        } else if let notice = screen.notice {
            elements.append(toast(.notice, .notice, words[notice]))
        }
        if let code = facts.pairingCode { elements.append(pairing(code)) }
        if let message = facts.message, facts.pairingCode == nil { elements.append(messageCard(message)) }
        return elements
    }

    private var overlayTop: Int { geometry.width < 1700 ? 244 : 40 }

    private var volumeBar: ScreenElement {
        let level = min(max(facts.volume, 0), 100)
        let size = min(820, geometry.width - 160)
        let bar = Rect(x: (geometry.width - size) / 2, y: overlayTop, width: size, height: 104)
        let icon = 60
        let track = Rect(x: bar.x + 128, y: bar.y + bar.height / 2 - 10, width: bar.width - 310, height: 20)
        var drawings: [Drawing] = [
            .box(bar, radius: bar.height / 2, theme.card),
            .frame(bar, radius: bar.height / 2, width: 3, theme.track),
            .icon(
                level == 0 ? .speakerOff : .speaker,
                Rect(x: bar.x + 42, y: bar.y + (bar.height - icon) / 2, width: icon, height: icon), theme.text),
            .box(track, radius: 10, theme.track),
        ]
        if level > 0 {
            drawings.append(
                .box(
                    Rect(
                        x: track.x, y: track.y, width: max(track.width * level / 100, track.height),
                        height: track.height),
                    radius: 10, theme.accent))
        }
        var style = bold(48, theme.text)
        style.hasEvenDigits = true
        drawings.append(
            .text(
                "\(level)", style, Rect(x: track.right + 16, y: bar.y, width: 116, height: bar.height), .right))
        return ScreenElement(.volume, drawings)
    }

    private func toast(_ id: ScreenElementID, _ icon: Icon, _ text: String) -> ScreenElement {
        let style = bold(46, theme.text)
        let wide = min(width(text, style) + 56 + 22 + 2 * 42, geometry.width - 160)
        let rect = Rect(x: (geometry.width - wide) / 2, y: overlayTop, width: wide, height: 104)
        return ScreenElement(
            id,
            [
                .box(rect, radius: 52, theme.card), .frame(rect, radius: 52, width: 3, theme.track),
                .icon(icon, Rect(x: rect.x + 42, y: rect.y + 24, width: 56, height: 56), theme.text),
                .text(text, style, Rect(x: rect.x + 120, y: rect.y, width: wide - 162, height: 104), .left),
            ])
    }

    private func pairing(_ code: String) -> ScreenElement {
        let size = min(1000, geometry.width - 160)
        let card = Rect(x: (geometry.width - size) / 2, y: 270, width: size, height: 480)
        let inside = card.inset(50)
        let shown = ForeignText.cleaned(code)
        var digits = bold(150, theme.text)
        digits.hasEvenDigits = true
        return ScreenElement(
            .pairing,
            [
                .box(card, radius: 44, theme.card), .frame(card, radius: 44, width: 4, theme.accent),
                .text(
                    words[.pairing], bold(54, theme.text),
                    Rect(x: inside.x, y: card.y + 40, width: inside.width, height: 80), .centre),
                .text(
                    shown, fitted(shown, digits, within: inside.width),
                    Rect(x: inside.x, y: card.y + 140, width: inside.width, height: 200), .centre),
                .text(
                    words[.pairingHelp], fitted(words[.pairingHelp], plain(44, theme.soft), within: inside.width),
                    Rect(x: inside.x, y: card.y + 360, width: inside.width, height: 70), .centre),
            ])
    }
}
