import MediaTypes

extension ScreenComposer {
    // MARK: - Ringing

    var incoming: [ScreenElement] {
        guard let incoming = facts.incoming else { return [] }
        let headline = incoming.secondsToAnswer.map(words.answeredIn) ?? words[.incomingCall]
        return card(
            incoming.party, .phone, theme.green, headline: headline,
            detail: ForeignText.address(incoming.party.shownAddress))
            + zip(
                geometry.cardButtons([.answer, .decline]),
                [(Icon.phone, Phrase.answer, Look.go), (.hangUp, .decline, .stop)]
            )
            .map { place, face in button(place.item, face.0, words[face.1], place.rect, face.2) }
    }

    var dialling: [ScreenElement] {
        guard let dialling = facts.dialling else { return [] }
        return card(
            dialling.party, .phone, theme.accent, headline: words[dialling.isRinging ? .ringing : .calling],
            detail: ForeignText.address(dialling.party.shownAddress))
            + geometry.cardButtons([.cancel]).map { button($0.item, .hangUp, words[.cancel], $0.rect, .stop) }
    }

    var ended: [ScreenElement] {
        guard let ended = facts.ended else { return [] }
        return card(ended.party, .hangUp, theme.soft, headline: words[.callEnded], detail: sentence(ended.reason))
            + zip(
                geometry.cardButtons([.close, .callAgain]), [(Icon.check, Phrase.close), (.phone, .callAgain)]
            ).map { place, face in button(place.item, face.0, words[face.1], place.rect, .raised) }
    }

    private func card(
        _ party: RoomFacts.Party, _ icon: Icon, _ colour: InkColour, headline: String, detail: String
    ) -> [ScreenElement] {
        let card = geometry.card
        let inside = card.inset(56)
        let sign = Rect(x: card.x + card.width / 2 - 62, y: card.y + 48, width: 124, height: 124)
        func row(_ top: Int, _ height: Int) -> Rect {
            Rect(x: inside.x, y: card.y + top, width: inside.width, height: height)
        }
        let title = party.title
        var detailStyle = plain(44, theme.soft)
        detailStyle.maximumLines = width(detail, detailStyle) > inside.width ? 2 : 1
        if detailStyle.maximumLines > 1 { detailStyle.size = Self.smallestText }
        return [
            ScreenElement(
                .card,
                [
                    .box(card, radius: 44, theme.card),
                    .box(sign, radius: 62, colour),
                    .icon(icon, sign.inset(30), colour == theme.green ? theme.onColour : theme.onAccentOn(colour)),
                    .text(
                        headline, fitted(headline, bold(46, theme.soft), within: inside.width), row(210, 64), .centre),
                    .text(
                        ForeignText.isolated(title), fitted(title, bold(84, theme.text), within: inside.width),
                        row(270, 120), .centre),
                    .text(
                        detail, detailStyle, row(388, 76 + (detailStyle.maximumLines - 1) * 8),
                        .centre),
                ])
        ] + pulse(sign, colour)
    }

    /// A ring that goes out from the sign while it rings: the one part that moves, in an element of its own so that
    /// nothing else is drawn for it.
    private func pulse(_ sign: Rect, _ colour: InkColour) -> [ScreenElement] {
        guard let phase = screen.phase else { return [] }
        // Half of the time it rests.
        let step = phase % RoomScreen.phases * 2
        guard step < RoomScreen.phases else { return [] }
        let reach = 6 + 24 * step / RoomScreen.phases
        let alpha = UInt8(clamping: 230 - 230 * step / RoomScreen.phases)
        return [
            ScreenElement(
                .pulse, [.frame(sign.inset(-reach), radius: 62 + reach, width: 6, colour.faded(alpha))])
        ]
    }

    private func sentence(_ reason: RoomFacts.CallEnd) -> String {
        switch reason {
        case .here: words[.endedHere]
        case .there: words[.endedThere]
        case .declined: words[.declined]
        case .busy: words[.busy]
        case .noAnswer: words[.noAnswer]
        case .notAvailable: words[.notAvailable]
        case .unreachable: words[.unreachable]
        case .unknownAddress: words[.unknownAddress]
        case .callerGaveUp: words[.callerGaveUp]
        case .noCommonMedia: words[.noCommonMedia]
        case .failed(let detail):
            // Only English has words for what is rare.
            facts.language == .english && !detail.isEmpty ? ForeignText.cleaned(detail) : words[.callFailed]
        }
    }

    // MARK: - In a call

    /// Names, time, padlock and how good the connection is.
    func callBar(bottom: Int) -> [ScreenElement] {
        guard let ongoing = facts.ongoing, screen.showsDetails else { return [] }
        let bar = Rect(x: 48, y: bottom - 112, width: 0, height: 112)
        let padding = 34
        let name = bold(50, theme.text)
        var time = plain(48, theme.soft)
        time.hasEvenDigits = true
        let names = words.names(ongoing.parties.map(\.title))
        let duration = words.duration(seconds: ongoing.seconds)
        // Wide enough for what follows, so that it does not grow each second.
        let timeWidth = width(ongoing.seconds < 3600 ? "00:00" : "0:00:00", time)
        let state = ongoing.isHeldHere ? words[.onHold] : ongoing.isHeldThere ? words[.heldByOther] : nil
        let stateStyle = bold(44, theme.amber)
        let stateWidth = state.map { width($0, stateStyle) + 36 } ?? 0
        let fixed = 2 * padding + 48 + 22 + 36 + timeWidth + 30 + 60
        let most = geometry.width - 96 - fixed
        let shownState = min(stateWidth, most / 2)
        let nameWidth = min(width(names, name), most - shownState)
        var drawings: [Drawing] = [
            .box(
                Rect(x: bar.x, y: bar.y, width: fixed + nameWidth + shownState, height: bar.height), radius: 34,
                theme.card)
        ]
        var left = bar.x + padding
        func next(_ width: Int, _ gap: Int) -> Rect {
            defer { left += width + gap }
            return Rect(x: left, y: bar.y, width: width, height: bar.height)
        }
        func square(_ rect: Rect) -> Rect {
            Rect(x: rect.x, y: rect.y + (rect.height - rect.width) / 2, width: rect.width, height: rect.width)
        }
        drawings.append(
            .icon(
                ongoing.isEncrypted ? .lock : .lockOpen, square(next(48, 22)),
                ongoing.isEncrypted ? theme.text : theme.soft))
        drawings.append(.text(names, name, next(nameWidth, 36), .left))
        if let state { drawings.append(.text(state, stateStyle, next(shownState - 36, 36), .left)) }
        drawings.append(.text(duration, time, next(timeWidth, 30), .right))
        let quality = ongoing.quality
        drawings.append(
            .icon(
                Icon.bars(quality ?? 0), square(next(60, 0)),
                quality.map { $0 <= 1 ? theme.amber : theme.text } ?? theme.track))
        return [ScreenElement(.callBar, drawings)]
    }

    /// Who is there, in place of the pictures that do not flow.
    var soundOnly: [ScreenElement] {
        guard let ongoing = facts.ongoing, ongoing.isSoundOnly else { return [] }
        let room = Rect(x: PageGeometry.margin, y: 150, width: geometry.inner, height: 340)
        let names = words.names(ongoing.parties.map(\.title))
        let icon = 150
        let words = words[.soundOnly] + (facts.isSafeMode ? " · " + words[.safeMode] : "")
        return [
            ScreenElement(
                .soundOnly,
                [
                    .icon(
                        .speaker, Rect(x: (geometry.width - icon) / 2, y: room.y, width: icon, height: icon), theme.soft
                    ),
                    .text(
                        names, fitted(names, bold(84, theme.text), within: room.width),
                        Rect(x: room.x, y: room.y + icon + 20, width: room.width, height: 110), .centre),
                    .text(
                        words, plain(48, theme.soft),
                        Rect(x: room.x, y: room.y + icon + 130, width: room.width, height: 70), .centre),
                ])
        ]
    }

    var menu: [ScreenElement] {
        let sheet = geometry.sheet
        return callBar(bottom: sheet.y - 24) + [ScreenElement(.sheet, [.box(sheet, radius: 44, theme.card)])]
            + geometry.buttons.compactMap { place in
                guard case .button(let button) = place.item else { return nil }
                let (icon, phrase, look) = face(button)
                return face(place, icon, words[phrase], look)
            }
    }

    private func face(_ button: FocusItem.Button) -> (Icon, Phrase, Look) {
        let isHeld = facts.ongoing?.isHeldHere == true
        return switch button {
        case .selfView: (.selfView, facts.layout.showsSelf ? .selfViewHide : .selfViewShow, .raised)
        case .camera:
            facts.isCameraOff ? (.cameraOff, .cameraTurnOn, .stop) : (.camera, .cameraTurnOff, .raised)
        case .microphone: facts.isMuted ? (.microphoneOff, .unmute, .stop) : (.microphone, .mute, .raised)
        case .addCall: (.addCall, .addCall, .raised)
        case .hangUp: (.hangUp, .hangUp, .stop)
        case .softer: (.softer, .softer, .raised)
        case .louder: (.louder, .louder, .raised)
        case .hold: isHeld ? (.play, .resume, .raised) : (.pause, .hold, .raised)
        case .layout: (.layout, .layout, .raised)
        case .keypad: (.keypad, .keypad, .raised)
        }
    }

    /// A sign over a word.
    private func face(_ place: PageGeometry.Place, _ icon: Icon, _ text: String, _ look: Look) -> ScreenElement {
        var ink = ink(place.item, look)
        let rect = place.rect
        if place.item == .button(.addCall), facts.ongoing?.hasRoomForMore != true {
            ink.text = ink.text.faded(110)
        }
        let size = 64
        let room = Rect(x: rect.x + 16, y: rect.bottom - 70, width: rect.width - 32, height: 58)
        return ScreenElement(
            .item(place.item),
            ground(place.item, rect, radius: 26, look) + [
                .icon(
                    icon, Rect(x: rect.x + (rect.width - size) / 2, y: rect.y + 16, width: size, height: size), ink.text
                ),
                .text(text, fitted(text, bold(42, ink.text), within: room.width), room, .centre),
            ])
    }

    var keypad: [ScreenElement] {
        let card = geometry.keypadCard
        let inside = card.inset(36)
        let text = screen.tones.isEmpty ? words[.tonesPrompt] : screen.tones
        var style = screen.tones.isEmpty ? plain(42, theme.soft) : bold(60, theme.text)
        style.isCutAtStart = !screen.tones.isEmpty
        return [
            ScreenElement(.sheet, [.box(card, radius: 44, theme.card)]),
            ScreenElement(
                .tones,
                [
                    .text(
                        text, screen.tones.isEmpty ? fitted(text, style, within: inside.width) : style,
                        Rect(x: inside.x, y: inside.y + 10, width: inside.width, height: 110), .centre)
                ]),
        ] + keys(geometry.keypad, look: .raised)
    }
}

extension RoomTheme {
    /// What is read on a coloured sign.
    func onAccentOn(_ colour: InkColour) -> InkColour { colour == accent ? onAccent : card.faded(255) }
}
