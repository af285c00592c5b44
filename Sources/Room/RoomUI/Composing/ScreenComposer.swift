package import MediaTypes

/// The width of a text in a style, in pixels.
package typealias TextMeasure = (String, TextStyle) -> Int

/// Turns what is shown into the elements of a screen. Pure, but for asking how wide texts are.
///
/// It writes in units (1080 to the screen's height) and from left to right; the last step scales that to pixels and
/// mirrors it for languages from right to left.
package struct ScreenComposer {
    let screen: RoomScreen
    let theme: RoomTheme
    let words: Catalogue
    let geometry: PageGeometry
    private let mode: DisplayMode
    private let measure: TextMeasure

    package init(_ screen: RoomScreen, mode: DisplayMode, measure: @escaping TextMeasure) {
        self.screen = screen
        self.mode = mode
        self.measure = measure
        theme = RoomTheme.fitting(screen.facts)
        words = Catalogue(screen.facts.language)
        geometry = PageGeometry(width: mode.width * PageGeometry.height / max(mode.height, 1))
    }

    var facts: RoomFacts { screen.facts }

    /// From the lowest to the highest.
    package var elements: [ScreenElement] {
        var elements: [ScreenElement] =
            switch screen.page {
            case .home: home
            case .dial: dial
            case .contacts: contacts
            case .settings: settings
            case .maintenance: maintenance
            case .logs: logs
            case .code: code
            case .incoming: incoming
            case .dialling: dialling
            case .ended: ended
            case .call: soundOnly + callBar(bottom: 1032)
            case .menu: soundOnly + menu
            case .keypad: soundOnly + callBar(bottom: 1032) + keypad
            case .layouts: soundOnly + layouts
            case .standby: standby
            }
        if screen.page != .standby {
            elements += states + troubles + overlays
        }
        return elements.map(finished)
    }

    // MARK: - From units to pixels

    private func finished(_ element: ScreenElement) -> ScreenElement {
        ScreenElement(element.id, element.drawings.map(finished))
    }

    private func finished(_ drawing: Drawing) -> Drawing {
        switch drawing {
        case .box(let rect, let radius, let colour): .box(placed(rect), radius: scaled(radius), colour)
        case .frame(let rect, let radius, let width, let colour):
            .frame(placed(rect), radius: scaled(radius), width: max(scaled(width), 1), colour)
        case .text(let text, let style, let rect, let alignment):
            .text(text, scaled(style), placed(rect), isMirrored ? alignment.mirrored : alignment)
        case .icon(let icon, let rect, let colour): .icon(icon, placed(rect), colour)
        case .code(let code, let rect): .code(code, placed(rect))
        }
    }

    var isMirrored: Bool { facts.language.isRightToLeft }

    private func placed(_ rect: Rect) -> Rect {
        let left = isMirrored ? geometry.width - rect.right : rect.x
        // Edges, not sizes, so that neighbours stay neighbours.
        let (x, right) = (scaled(left), scaled(left + rect.width))
        let (y, bottom) = (scaled(rect.y), scaled(rect.bottom))
        return Rect(x: x, y: y, width: right - x, height: bottom - y)
    }

    private func scaled(_ units: Int) -> Int {
        Int((Double(units * mode.height) / Double(PageGeometry.height)).rounded())
    }

    private func scaled(_ style: TextStyle) -> TextStyle {
        var style = style
        style.size = max(scaled(style.size), 1)
        return style
    }

    // MARK: - Texts

    /// The smallest letters that are read from four metres, in units.
    package static let smallestText = 40

    /// In units. Measured at the size that is drawn: sizes in pixels are whole, and so are a little larger or smaller.
    func width(_ text: String, _ style: TextStyle) -> Int {
        let height = max(mode.height, 1)
        return (measure(text, scaled(style)) * PageGeometry.height + height - 1) / height + 6
    }

    func bold(_ size: Int, _ colour: InkColour) -> TextStyle { TextStyle(size: size, isBold: true, colour: colour) }
    func plain(_ size: Int, _ colour: InkColour) -> TextStyle { TextStyle(size: size, colour: colour) }

    /// The style as large as lets the whole text be read, down to the smallest letters.
    func fitted(_ text: String, _ style: TextStyle, within room: Int) -> TextStyle {
        let wanted = width(text, style)
        guard wanted > room else { return style }
        var style = style
        style.size = max(style.size * room * 98 / 100 / max(wanted, 1), Self.smallestText)
        return style
    }

    /// A text from the left in a box that is no wider than it: what is occupied is blended and takes memory.
    func line(_ text: String, _ style: TextStyle, _ room: Rect) -> Drawing {
        let wanted = width(text, style)
        let width = min(wanted, room.width)
        var style = style
        // It fits in one line: a pixel that measure and layout differ by must not break it.
        if wanted <= room.width { style.maximumLines = 1 }
        return .text(text, style, Rect(x: room.x, y: room.y, width: width, height: room.height), .left)
    }

    /// The same at the end of the room.
    func lineAtEnd(_ text: String, _ style: TextStyle, _ room: Rect) -> Drawing {
        let width = min(width(text, style), room.width)
        return .text(text, style, Rect(x: room.right - width, y: room.y, width: width, height: room.height), .right)
    }

    // MARK: - Items

    /// How an item looks.
    enum Look {
        case neutral
        /// Answering and calling.
        case go
        /// Hanging up, and what is off although people expect it on.
        case stop
        /// On something that is raised already.
        case raised
    }

    struct Ink {
        var ground: InkColour
        var text: InkColour
        var soft: InkColour
    }

    func ink(_ item: FocusItem, _ look: Look) -> Ink {
        switch look {
        case .go: Ink(ground: theme.green, text: theme.onColour, soft: theme.onColour)
        case .stop: Ink(ground: theme.red, text: theme.onColour, soft: theme.onColour)
        case .neutral, .raised:
            if item == screen.focus {
                Ink(ground: theme.accent, text: theme.onAccent, soft: theme.onAccent)
            } else {
                Ink(ground: look == .raised ? theme.raised : theme.card, text: theme.text, soft: theme.soft)
            }
        }
    }

    /// The ground of an item, with the ring when it has the focus.
    func ground(_ item: FocusItem, _ rect: Rect, radius: Int, _ look: Look) -> [Drawing] {
        var drawings: [Drawing] = [.box(rect, radius: radius, ink(item, look).ground)]
        if item == screen.focus {
            drawings.append(.frame(rect.inset(-10), radius: radius + 10, width: 5, theme.ring))
        }
        return drawings
    }

    /// Icon and word side by side in the middle.
    func button(_ item: FocusItem, _ icon: Icon, _ text: String, _ rect: Rect, _ look: Look) -> ScreenElement {
        let ink = ink(item, look)
        let (size, gap) = (52, 20)
        let room = rect.width - 56 - size - gap
        let style = fitted(text, bold(48, ink.text), within: room)
        let wide = min(width(text, style), room)
        let left = rect.x + (rect.width - size - gap - wide) / 2
        return ScreenElement(
            .item(item),
            ground(item, rect, radius: rect.height / 2, look) + [
                .icon(icon, Rect(x: left, y: rect.y + (rect.height - size) / 2, width: size, height: size), ink.text),
                .text(
                    text, style, Rect(x: left + size + gap, y: rect.y, width: wide, height: rect.height), .left),
            ])
    }

    func title(_ text: String) -> ScreenElement {
        ScreenElement(
            .title,
            [
                line(
                    text, bold(58, theme.text),
                    Rect(x: PageGeometry.margin, y: 44, width: geometry.inner - 240, height: 84))
            ])
    }

    /// The time at the end of the first line.
    var smallClock: ScreenElement {
        var style = bold(50, theme.soft)
        style.hasEvenDigits = true
        return ScreenElement(
            .clock,
            [
                lineAtEnd(
                    words.time(facts.now), style,
                    Rect(x: geometry.width - PageGeometry.margin - 220, y: 44, width: 220, height: 84))
            ])
    }
}
