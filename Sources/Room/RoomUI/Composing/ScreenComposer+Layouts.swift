import ControlProtocol
import MediaTypes

extension ScreenComposer {
    var layouts: [ScreenElement] {
        let sheet = geometry.layoutSheet
        let hasCorners = facts.layout == .pictureInPicture
        let places = geometry.layouts(withCorners: hasCorners)
        var ground = sheet
        if !hasCorners { ground = Rect(x: sheet.x, y: sheet.y, width: sheet.width, height: 344) }
        return callBar(bottom: sheet.y - 24) + [ScreenElement(.sheet, [.box(ground, radius: 44, theme.card)])]
            + places.map(choice)
    }

    private func choice(_ place: PageGeometry.Place) -> ScreenElement {
        let ink = ink(place.item, .raised)
        let rect = place.rect
        var drawings = ground(place.item, rect, radius: 26, .raised)
        let isChosen: Bool
        let layout: DisplayLayout
        var corner = facts.selfViewCorner
        var label: Phrase?
        switch place.item {
        case .layout(let shown):
            layout = shown
            isChosen = shown == facts.layout
            label = phrase(shown)
        case .corner(let shown):
            (layout, corner) = (.pictureInPicture, shown)
            isChosen = shown == facts.selfViewCorner
        default: return ScreenElement(.item(place.item), drawings)
        }
        let height = label == nil ? rect.height - 36 : rect.height - 104
        let thumb = Rect(
            x: rect.x + (rect.width - height * 16 / 9) / 2, y: rect.y + 20, width: height * 16 / 9, height: height)
        drawings += thumbnail(layout, corner, thumb, ink)
        if let label {
            let text = words[label]
            let room = Rect(x: rect.x + 12, y: rect.bottom - 76, width: rect.width - 24, height: 60)
            drawings.append(.text(text, fitted(text, bold(42, ink.text), within: room.width), room, .centre))
        }
        if isChosen {
            let sign = Rect(x: rect.right - 68, y: rect.y + 12, width: 56, height: 56)
            drawings += [.box(sign, radius: 28, theme.green), .icon(.check, sign.inset(10), theme.onColour)]
        }
        return ScreenElement(.item(place.item), drawings)
    }

    func phrase(_ layout: DisplayLayout) -> Phrase {
        switch layout {
        case .remote: .layoutRemote
        case .pictureInPicture: .layoutCorner
        case .sideBySide: .layoutSideBySide
        case .grid: .layoutGrid
        case .local: .layoutLocal
        }
    }

    /// The layout in small: the others filled, the own picture as a lighter box. Corners are those of the screen in
    /// every language, so what mirrors the page is taken back.
    private func thumbnail(
        _ layout: DisplayLayout, _ corner: SelfViewCorner, _ rect: Rect, _ ink: Ink
    ) -> [Drawing] {
        let other = ink.text.faded(90)
        let own = ink.text
        let gap = 8
        var drawings: [Drawing] = []
        func half(_ isRight: Bool) -> Rect {
            Rect(
                x: isRight ? rect.x + rect.width / 2 + gap / 2 : rect.x, y: rect.y + rect.height / 6,
                width: rect.width / 2 - gap / 2, height: rect.height * 2 / 3)
        }
        switch layout {
        case .remote: drawings = [.box(rect, radius: 10, other)]
        case .local: drawings = [.box(rect, radius: 10, own)]
        case .pictureInPicture:
            let size = (width: rect.width * 3 / 10, height: rect.height * 3 / 10)
            let isLeft = (corner == .topLeft || corner == .bottomLeft) != isMirrored
            let isTop = corner == .topLeft || corner == .topRight
            drawings = [
                .box(rect, radius: 10, other),
                .box(
                    Rect(
                        x: isLeft ? rect.x + gap : rect.right - gap - size.width,
                        y: isTop ? rect.y + gap : rect.bottom - gap - size.height, width: size.width,
                        height: size.height), radius: 6, own),
            ]
        case .sideBySide:
            drawings = [.box(half(isMirrored), radius: 8, other), .box(half(!isMirrored), radius: 8, own)]
        case .grid:
            let (wide, high) = ((rect.width - gap) / 2, (rect.height - gap) / 2)
            for number in 0..<4 {
                let isOwn = number == 3
                let column = (number % 2 == 1) != isMirrored ? 1 : 0
                drawings.append(
                    .box(
                        Rect(
                            x: rect.x + column * (wide + gap), y: rect.y + number / 2 * (high + gap), width: wide,
                            height: high), radius: 6, isOwn ? own : other))
            }
        }
        return drawings
    }
}
