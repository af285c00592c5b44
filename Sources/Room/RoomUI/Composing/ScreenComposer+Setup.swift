import MediaTypes

extension ScreenComposer {
    /// What a room that nobody has set up yet shows in place of its favourites: where it is reached, as text and as a
    /// code for a phone, and the way without a network.
    func setupCard(_ setup: RoomFacts.Setup) -> ScreenElement {
        let size = geometry.favouritesHeading
        let card = Rect(x: size.x, y: 150, width: size.width, height: 560)
        let inside = card.inset(44)
        var drawings: [Drawing] = [
            .box(card, radius: 36, theme.card),
            line(
                words[.setUp], fitted(words[.setUp], bold(54, theme.text), within: inside.width),
                Rect(x: inside.x, y: inside.y, width: inside.width, height: 72)),
        ]
        let code = QRCode(setup.code)
        let side = code == nil ? 0 : 300
        if let code {
            drawings.append(.code(code, Rect(x: inside.x, y: inside.y + 88, width: side, height: side)))
        }
        let left = side == 0 ? 0 : side + 36
        var help = plain(44, theme.text)
        help.maximumLines = 5
        drawings.append(
            line(
                words[.setUpHelp], help,
                Rect(x: inside.x + left, y: inside.y + 88, width: inside.width - left, height: 300)))
        let command = ForeignText.cleaned(setup.command)
        drawings.append(
            line(
                command, fitted(command, bold(44, theme.text), within: inside.width - 24),
                Rect(x: inside.x, y: inside.bottom - 72, width: inside.width, height: 72)))
        return ScreenElement(.setup, drawings)
    }

    /// A sentence that somebody who may has the room show for a while, such as what became of a USB stick.
    func messageCard(_ text: String) -> ScreenElement {
        let size = min(1200, geometry.width - 160)
        let card = Rect(x: (geometry.width - size) / 2, y: 300, width: size, height: 400)
        let inside = card.inset(50)
        var style = plain(48, theme.text)
        style.maximumLines = 5
        return ScreenElement(
            .message,
            [
                .box(card, radius: 44, theme.card), .frame(card, radius: 44, width: 4, theme.accent),
                line(ForeignText.cleaned(text), style, inside),
            ])
    }
}
