package import MediaTypes

/// The width of a text in a style, in pixels.
package typealias TextMeasure = (String, TextStyle) -> Int

/// Turns a room's state into the elements of a screen. Pure, but for asking how wide texts are.
///
/// All sizes are parts of the screen's height: one unit is a pixel of a screen with 1080 lines.
package struct ScreenComposer {
    private let width: Int
    private let height: Int
    private let measure: TextMeasure

    package init(mode: DisplayMode, measure: @escaping TextMeasure) {
        width = mode.width
        height = mode.height
        self.measure = measure
    }

    /// From the lowest to the highest.
    package func elements(for screen: RoomScreen) -> [ScreenElement] {
        var elements: [ScreenElement] = []
        switch screen.call {
        case .idle:
            elements += idle(screen)
        case .dialling(let party, let isRinging):
            elements.append(roomName(screen))
            elements.append(
                callCard(
                    party, headline: isRinging ? RoomPhrases.ringing : RoomPhrases.calling, colour: RoomTheme.blue,
                    keys: [(.hangUp, RoomPhrases.cancel, RoomTheme.red)]))
        case .incoming(let party):
            elements.append(
                callCard(
                    party, headline: RoomPhrases.incoming, colour: RoomTheme.brightGreen,
                    keys: [
                        (.phone, RoomPhrases.answer, RoomTheme.green), (.hangUp, RoomPhrases.decline, RoomTheme.red),
                    ]))
        case .inCall(let parties, let seconds, let showsDetails):
            if showsDetails { elements.append(callBar(parties, seconds: seconds)) }
        case .ended(let party, let reason):
            elements.append(roomName(screen))
            elements.append(endedCard(party, reason: reason))
        }
        elements += states(screen)
        if let volume = screen.volume {
            // For the few seconds in which somebody changes it, the lower edge is the volume's.
            elements.removeAll { $0.id == .address }
            elements.append(volumeBar(volume))
        } else {
            elements += troubles(screen.troubles, from: roomForTroubles(screen.call))
        }
        return elements
    }

    // MARK: - Idle

    private func idle(_ screen: RoomScreen) -> [ScreenElement] {
        var elements = [roomName(screen)]
        if !screen.clock.isEmpty {
            let time = TextStyle(size: unit(250), isBold: true, colour: RoomTheme.white, hasEvenDigits: true)
            let date = TextStyle(size: unit(58), colour: RoomTheme.soft)
            elements.append(
                ScreenElement(
                    .clock,
                    [
                        line(screen.clock, time, rect(margin, 330, inner, 290)),
                        line(screen.date, date, rect(margin + 8, 610, inner, 84)),
                    ]))
        }
        if let address = screen.addresses.first {
            let label = TextStyle(size: unit(40), colour: RoomTheme.soft)
            let value = TextStyle(size: unit(60), isBold: true, colour: RoomTheme.white)
            elements.append(
                ScreenElement(
                    .address,
                    [
                        line(RoomPhrases.reachThisRoom, label, rect(margin, 868, inner, 58)),
                        line(RoomPhrases.withoutScheme(address), value, rect(margin, 922, inner, 84)),
                    ]))
        }
        return elements
    }

    private func roomName(_ screen: RoomScreen) -> ScreenElement {
        let style = TextStyle(size: unit(64), isBold: true, colour: RoomTheme.white)
        return ScreenElement(.roomName, [line(screen.roomName, style, rect(margin, 72, inner, 90))])
    }

    // MARK: - Calls

    private func callCard(
        _ party: RoomScreen.Party, headline: String, colour: InkColour, keys: [(Icon, String, InkColour)]
    ) -> ScreenElement {
        let card = centredRect(y: 280, width: 1240, height: 520)
        var drawings: [Drawing] = [.box(card, radius: unit(36), RoomTheme.card)]
        let inside = card.inset(unit(60))
        func row(_ top: Int, _ rows: Int) -> Rect {
            Rect(x: inside.x, y: card.y + unit(top), width: inside.width, height: unit(rows))
        }
        drawings.append(
            .text(headline, TextStyle(size: unit(50), isBold: true, colour: colour), row(56, 70), .centre))
        drawings.append(
            .text(party.title, titleStyle(party.title, within: inside.width), row(138, 130), .centre))
        drawings.append(
            .text(
                RoomPhrases.withoutScheme(party.address), TextStyle(size: unit(44), colour: RoomTheme.soft),
                row(268, 64), .centre))
        drawings += keyRow(keys, in: row(376, 96))
        return ScreenElement(.call, drawings)
    }

    /// As large as lets the whole title be read, down to half.
    private func titleStyle(_ title: String, within width: Int) -> TextStyle {
        var style = TextStyle(size: unit(92), isBold: true, colour: RoomTheme.white)
        let wanted = measure(title, style)
        if wanted > width { style.size = max(style.size * width * 98 / 100 / wanted, unit(50)) }
        return style
    }

    /// Keys of the remote side by side, in the middle of `row`.
    private func keyRow(_ keys: [(Icon, String, InkColour)], in row: Rect) -> [Drawing] {
        let style = TextStyle(size: unit(46), isBold: true, colour: RoomTheme.white)
        let icon = unit(50)
        let gap = unit(36)
        let widths = keys.map { measure($0.1, style) + icon + unit(20) + 2 * unit(46) }
        var left = row.x + (row.width - widths.reduce(0, +) - gap * (keys.count - 1)) / 2
        var drawings: [Drawing] = []
        for ((sign, words, colour), width) in zip(keys, widths) {
            let button = Rect(x: left, y: row.y, width: width, height: row.height)
            drawings.append(.box(button, radius: row.height / 2, colour))
            let start = left + unit(46)
            drawings.append(
                .icon(sign, Rect(x: start, y: row.y + (row.height - icon) / 2, width: icon, height: icon), style.colour)
            )
            drawings.append(
                .text(
                    words, style,
                    Rect(
                        x: start + icon + unit(20), y: row.y, width: button.right - start - icon - unit(40),
                        height: row.height), .left))
            left += width + gap
        }
        return drawings
    }

    private func endedCard(_ party: RoomScreen.Party, reason: String) -> ScreenElement {
        let card = centredRect(y: 350, width: 1240, height: 380)
        func row(_ top: Int, _ rows: Int) -> Rect {
            Rect(x: card.x + unit(60), y: card.y + unit(top), width: card.width - unit(120), height: unit(rows))
        }
        return ScreenElement(
            .call,
            [
                .box(card, radius: unit(36), RoomTheme.card),
                .text(
                    RoomPhrases.callEnded, TextStyle(size: unit(50), isBold: true, colour: RoomTheme.soft), row(50, 70),
                    .centre),
                .text(party.title, titleStyle(party.title, within: card.width - unit(120)), row(128, 120), .centre),
                .text(
                    reason, TextStyle(size: unit(46), colour: RoomTheme.soft, maximumLines: 2), row(250, 90), .centre),
            ])
    }

    private func callBar(_ parties: [RoomScreen.Party], seconds: Int) -> ScreenElement {
        let names = RoomPhrases.names(parties)
        let duration = RoomPhrases.duration(seconds: seconds)
        let nameStyle = TextStyle(size: unit(50), isBold: true, colour: RoomTheme.white)
        let timeStyle = TextStyle(size: unit(50), colour: RoomTheme.soft, hasEvenDigits: true)
        let padding = unit(40)
        let gap = unit(36)
        // Room for the digits to come, so that the bar does not grow each second.
        let timeWidth = measure(String(duration.map { $0 == ":" ? ":" : "0" }), timeStyle) + unit(4)
        let room = scaled(inner) / 2 + unit(200) - 2 * padding - gap - timeWidth
        let nameWidth = min(measure(names, nameStyle) + unit(4), room)
        let bar = Rect(
            x: unit(48), y: unit(48), width: nameWidth + timeWidth + gap + 2 * padding, height: unit(104))
        return ScreenElement(
            .callBar,
            [
                .box(bar, radius: bar.height / 2, RoomTheme.card),
                .text(
                    names, nameStyle, Rect(x: bar.x + padding, y: bar.y, width: nameWidth, height: bar.height), .left),
                .text(
                    duration, timeStyle,
                    Rect(
                        x: bar.x + padding + nameWidth + gap, y: bar.y, width: timeWidth, height: bar.height), .right),
            ])
    }

    // MARK: - States and troubles

    /// Signs at the top right: what others cannot hear or see.
    private func states(_ screen: RoomScreen) -> [ScreenElement] {
        var pills: [(ScreenElementID, Icon, String)] = []
        if screen.isMuted { pills.append((.microphone, .microphoneOff, RoomPhrases.microphoneOff)) }
        if screen.isCameraOff { pills.append((.camera, .cameraOff, RoomPhrases.cameraOff)) }
        let style = TextStyle(size: unit(46), isBold: true, colour: RoomTheme.white)
        let icon = unit(56)
        var top = unit(48)
        return pills.map { id, sign, words in
            let pillWidth = measure(words, style) + icon + unit(18) + 2 * unit(36)
            let pill = Rect(x: width - unit(48) - pillWidth, y: top, width: pillWidth, height: unit(104))
            top += pill.height + unit(24)
            return ScreenElement(
                id,
                [
                    .box(pill, radius: pill.height / 2, RoomTheme.red),
                    .icon(
                        sign,
                        Rect(
                            x: pill.x + unit(36), y: pill.y + (pill.height - icon) / 2, width: icon, height: icon),
                        RoomTheme.white),
                    .text(
                        words, style,
                        Rect(
                            x: pill.x + unit(36) + icon + unit(18), y: pill.y,
                            width: pillWidth - icon - unit(18) - unit(60), height: pill.height), .left),
                ])
        }
    }

    /// The highest line that sentences at the right may reach.
    private func roomForTroubles(_ call: RoomScreen.Call) -> Int {
        switch call {
        case .inCall: unit(320)
        case .idle: width * 9 >= height * 15 ? unit(200) : unit(710)
        case .dialling, .incoming: unit(815)
        case .ended: unit(745)
        }
    }

    /// At most three sentences above the lower right corner, as many as there is room for, the worst at the bottom.
    private func troubles(_ troubles: [RoomScreen.Trouble], from top: Int) -> [ScreenElement] {
        let shown = troubles.enumerated().sorted {
            ($1.element.severity, $0.offset) < ($0.element.severity, $1.offset)
        }.prefix(3).map(\.element)
        let icon = unit(60)
        let padding = unit(36)
        let largest = width * 19 / 40
        let line = unit(60)
        var bottom = height - unit(60)
        return shown.enumerated().compactMap { number, trouble in
            var style = TextStyle(size: unit(44), colour: RoomTheme.white)
            let single = measure(trouble.sentence, style) + unit(8)
            let room = largest - icon - unit(24) - 2 * padding
            let textWidth = min(single, room)
            // Words do not fill their lines: a tenth more is allowed for.
            let wanted = single > room ? min(single * 11 / 10 / max(room, 1) + 1, 3) : 1
            let lines = min(wanted, (bottom - top - unit(48)) / line)
            if lines < 1 { return nil }
            style.maximumLines = lines
            let cardWidth = textWidth + icon + unit(24) + 2 * padding
            let cardHeight = lines * line + unit(48)
            let card = Rect(
                x: width - unit(48) - cardWidth, y: bottom - cardHeight, width: cardWidth, height: cardHeight)
            bottom = card.y - unit(20)
            let isNotice = trouble.severity == .notice
            let colour =
                switch trouble.severity {
                case .notice: RoomTheme.blue
                case .warning: RoomTheme.amber
                case .failure: RoomTheme.brightRed
                }
            return ScreenElement(
                .trouble(number),
                [
                    .box(card, radius: unit(28), RoomTheme.card),
                    .icon(
                        isNotice ? .notice : .warning,
                        Rect(
                            x: card.x + padding, y: card.y + (card.height - icon) / 2, width: icon, height: icon),
                        colour),
                    .text(
                        trouble.sentence, style,
                        Rect(
                            x: card.x + padding + icon + unit(24), y: card.y, width: textWidth, height: card.height),
                        .left),
                ])
        }
    }

    private func volumeBar(_ level: Int) -> ScreenElement {
        let level = min(max(level, 0), 100)
        let bar = centredRect(y: 860, width: 900, height: 120)
        let icon = unit(64)
        let track = Rect(
            x: bar.x + unit(140), y: bar.y + bar.height / 2 - unit(11), width: bar.width - unit(320), height: unit(22))
        var drawings: [Drawing] = [
            .box(bar, radius: bar.height / 2, RoomTheme.card),
            .icon(
                level == 0 ? .speakerOff : .speaker,
                Rect(x: bar.x + unit(48), y: bar.y + (bar.height - icon) / 2, width: icon, height: icon),
                RoomTheme.white),
            .box(track, radius: unit(11), RoomTheme.raised),
        ]
        if level > 0 {
            let filled = Rect(
                x: track.x, y: track.y, width: max(track.width * level / 100, track.height), height: track.height)
            drawings.append(.box(filled, radius: unit(11), RoomTheme.white))
        }
        drawings.append(
            .text(
                "\(level)", TextStyle(size: unit(50), isBold: true, colour: RoomTheme.white, hasEvenDigits: true),
                Rect(x: track.right + unit(20), y: bar.y, width: unit(110), height: bar.height), .right))
        return ScreenElement(.volume, drawings)
    }

    /// A text from the left in a box that is no wider than it: what is occupied is blended and takes memory.
    private func line(_ text: String, _ style: TextStyle, _ room: Rect) -> Drawing {
        let width = min(measure(text, style) + unit(8), room.width)
        return .text(text, style, Rect(x: room.x, y: room.y, width: width, height: room.height), .left)
    }

    // MARK: - Sizes

    private var margin: Int { 96 }
    /// The width between the margins, in units.
    private var inner: Int { width * 1080 / max(height, 1) - 2 * margin }

    private func unit(_ units: Int) -> Int { max(units * height / 1080, 1) }
    private func scaled(_ units: Int) -> Int { units * height / 1080 }

    private func rect(_ x: Int, _ y: Int, _ width: Int, _ height: Int) -> Rect {
        Rect(x: scaled(x), y: scaled(y), width: scaled(width), height: scaled(height))
    }

    private func centredRect(y: Int, width wanted: Int, height: Int) -> Rect {
        let fitting = min(scaled(wanted), width - 2 * unit(40))
        return Rect(x: (width - fitting) / 2, y: scaled(y), width: fitting, height: scaled(height))
    }
}
