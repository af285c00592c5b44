import ControlProtocol
package import MediaTypes

/// Where the things that can have the focus stand, for composing and for moving the focus: one source for both.
///
/// In units: a thousand and eighty to the screen's height. Written from left to right; composing mirrors it.
package struct PageGeometry: Sendable {
    /// Of the screen, in units: 1920 for 16:9.
    package let width: Int
    package static let height = 1080
    static let margin = 96

    package init(width: Int = 1920) { self.width = max(width, 800) }

    /// Between the margins.
    var inner: Int { width - 2 * Self.margin }

    /// An item and its place.
    package struct Place: Sendable, Equatable {
        package var item: FocusItem
        package var rect: Rect

        package init(_ item: FocusItem, _ rect: Rect) {
            self.item = item
            self.rect = rect
        }
    }

    /// The places as they stand on a mirrored screen; the keys of keypads keep their order.
    func mirrored(_ places: [Place]) -> [Place] {
        let block = places.filter(\.item.isKey).reduce(Rect.zero) { $0.union($1.rect) }
        return places.map { place in
            var rect = place.rect
            rect.x = place.item.isKey ? width - block.right + rect.x - block.x : width - rect.right
            return Place(place.item, rect)
        }
    }

    /// Keys in the order that mirroring the page turns into their own.
    static func turned(_ places: [Place]) -> [Place] {
        let block = places.reduce(Rect.zero) { $0.union($1.rect) }
        return places.map { place in
            var rect = place.rect
            rect.x = block.x + block.right - rect.right
            return Place(place.item, rect)
        }
    }

    // MARK: - Home

    static let tileHeight = 196
    static let shownFavourites = 3

    var tiles: [Place] {
        zip(FocusItem.Tile.allCases, row(y: 764, height: Self.tileHeight, count: 5, gap: 20)).map {
            Place(.tile($0), $1)
        }
    }

    func favourites(_ count: Int) -> [Place] {
        let size = min(720, inner * 44 / 100)
        return (0..<min(count, Self.shownFavourites)).map {
            Place(.favourite($0), Rect(x: width - Self.margin - size, y: 262 + $0 * 136, width: size, height: 116))
        }
    }

    /// Of the heading above the favourites.
    var favouritesHeading: Rect {
        let size = min(720, inner * 44 / 100)
        return Rect(x: width - Self.margin - size, y: 186, width: size, height: 60)
    }

    /// What stands in the favourites' place while the room does less than it could.
    var safeModeCard: Rect {
        Rect(x: favouritesHeading.x, y: 146, width: favouritesHeading.width, height: 594)
    }

    var safeModeButton: Place {
        let card = safeModeCard
        return Place(
            .leaveSafeMode, Rect(x: card.x + 40, y: card.bottom - 40 - 104, width: card.width - 80, height: 104))
    }

    // MARK: - Dialling

    var field: Rect { Rect(x: Self.margin, y: 150, width: inner - dialButton.width - 28, height: 124) }
    var dialButton: Rect {
        let size = min(420, inner / 4)
        return Rect(x: width - Self.margin - size, y: 150, width: size, height: 124)
    }

    static let keyRows: [[Character]] = [
        ["1", "2", "3", "a", "b", "c", "d", "e", "f", "g"],
        ["4", "5", "6", "h", "i", "j", "k", "l", "m", "n"],
        ["7", "8", "9", "o", "p", "q", "r", "s", "t", "u"],
        ["*", "0", "#", "v", "w", "x", "y", "z", ".", "@"],
    ]

    /// Digits, letters and signs on the left of the page for dialling.
    var keyboardWidth: Int { min(1020, inner * 60 / 100) }
    static let keyGap = 12
    private static let keyHeight = 104
    static let keyboardTop = 322

    var keyboard: [Place] {
        // Thirteen parts: each digit is as wide as a letter, with a gap between the two blocks.
        let split = 32
        let key = (keyboardWidth - split - 9 * Self.keyGap) / 10
        var places: [Place] = []
        for (row, keys) in Self.keyRows.enumerated() {
            for (column, character) in keys.enumerated() {
                let left = Self.margin + column * (key + Self.keyGap) + (column > 2 ? split - Self.keyGap : 0)
                places.append(
                    Place(
                        .key(character),
                        Rect(
                            x: left, y: Self.keyboardTop + row * (Self.keyHeight + Self.keyGap), width: key,
                            height: Self.keyHeight)))
            }
        }
        let top = Self.keyboardTop + 4 * (Self.keyHeight + Self.keyGap)
        let edges = [0, 3, 6].map { Self.margin + $0 * (key + Self.keyGap) + ($0 > 2 ? split - Self.keyGap : 0) }
        places.append(Place(.key(":"), Rect(x: edges[0], y: top, width: key, height: Self.keyHeight)))
        places.append(
            Place(.key("-"), Rect(x: edges[0] + key + Self.keyGap, y: top, width: key, height: Self.keyHeight)))
        places.append(
            Place(.key("_"), Rect(x: edges[0] + 2 * (key + Self.keyGap), y: top, width: key, height: Self.keyHeight)))
        let space = 4 * key + 3 * Self.keyGap
        places.append(Place(.key(" "), Rect(x: edges[1], y: top, width: space, height: Self.keyHeight)))
        places.append(
            Place(
                .erase,
                Rect(
                    x: edges[1] + space + Self.keyGap, y: top, width: 3 * key + 2 * Self.keyGap,
                    height: Self.keyHeight)))
        return places
    }

    static let shownResults = 4

    func results(_ count: Int) -> [Place] {
        let left = Self.margin + keyboardWidth + 48
        return (0..<min(count, Self.shownResults)).map {
            Place(
                .result($0),
                Rect(x: left, y: Self.keyboardTop + $0 * 142, width: width - Self.margin - left, height: 126))
        }
    }

    // MARK: - Contacts

    static let shownEntries = 5

    var lists: [Place] {
        let size = min(360, (inner - 48) / 3)
        return ContactList.allCases.enumerated().map {
            Place(.list($1), Rect(x: Self.margin + $0 * (size + 24), y: 150, width: size, height: 96))
        }
    }

    /// The visible entries of a list, from number `first` on.
    func entries(first: Int, total: Int) -> [Place] {
        // A list that is longer than the page has a bar at its end.
        let size = total > Self.shownEntries ? inner - 40 : inner
        return (0..<max(min(total - first, Self.shownEntries), 0)).map {
            Place(.entry(first + $0), Rect(x: Self.margin, y: 290 + $0 * 142, width: size, height: 124))
        }
    }

    // MARK: - Calls

    /// Buttons side by side in the middle of a card.
    func cardButtons(_ items: [FocusItem]) -> [Place] {
        let gap = 36
        let size = min(400, (card.width - 120 - gap * (items.count - 1)) / max(items.count, 1))
        let left = (width - items.count * size - (items.count - 1) * gap) / 2
        return items.enumerated().map {
            Place(
                $1,
                Rect(x: left + $0 * (size + gap), y: card.bottom - 56 - 112, width: size, height: 112))
        }
    }

    var card: Rect {
        let size = min(1240, width - 80)
        return Rect(x: (width - size) / 2, y: 210, width: size, height: 660)
    }

    // MARK: - The menu in a call

    var sheet: Rect { Rect(x: 48, y: 1032 - 404, width: width - 96, height: 404) }

    var buttons: [Place] {
        let all = FocusItem.Button.allCases
        let inside = sheet.inset(40)
        let (gap, size) = (22, (sheet.height - 80 - 22) / 2)
        return all.enumerated().map { number, button in
            let cell = (inside.width - 4 * gap) / 5
            return Place(
                .button(button),
                Rect(
                    x: inside.x + number % 5 * (cell + gap), y: inside.y + number / 5 * (size + gap), width: cell,
                    height: size))
        }
    }

    /// Digits for tones, at the end of the screen.
    var keypadCard: Rect { Rect(x: width - 48 - 470, y: 240, width: 470, height: 720) }

    var keypad: [Place] {
        let inside = keypadCard.inset(36)
        let (gap, top) = (16, inside.y + 150)
        let key = (inside.width - 2 * gap) / 3
        let size = (inside.bottom - top - 3 * gap) / 4
        return Array("123456789*0#").enumerated().map {
            Place(
                .key($1),
                Rect(x: inside.x + $0 % 3 * (key + gap), y: top + $0 / 3 * (size + gap), width: key, height: size))
        }
    }

    var layoutSheet: Rect { Rect(x: 48, y: 1032 - 504, width: width - 96, height: 504) }

    func layouts(withCorners: Bool) -> [Place] {
        let all = DisplayLayout.allCases
        let inside = layoutSheet.inset(40)
        let gap = 22
        let cell = (inside.width - gap * (all.count - 1)) / all.count
        var places = all.enumerated().map {
            Place(.layout($1), Rect(x: inside.x + $0 * (cell + gap), y: inside.y, width: cell, height: 264))
        }
        guard withCorners else { return places }
        let corners: [SelfViewCorner] = [.topLeft, .topRight, .bottomLeft, .bottomRight]
        let size = (inside.width - 3 * gap) / 4
        places += corners.enumerated().map {
            Place(.corner($1), Rect(x: inside.x + $0 * (size + gap), y: inside.y + 286, width: size, height: 138))
        }
        return places
    }

    // MARK: - Settings

    var settingsWidth: Int { inner * 50 / 100 - 24 }

    func settings(hasDoNotDisturb: Bool, hasMaintenance: Bool) -> [Place] {
        let shown = FocusItem.Setting.allCases.filter { $0 != .doNotDisturb || hasDoNotDisturb }
        return column(shown.map { .setting($0) } + (hasMaintenance ? [.maintenance] : []))
    }

    /// Items one under the other at the beginning of a page, up to five.
    func column(_ items: [FocusItem]) -> [Place] {
        items.enumerated().map {
            Place($1, Rect(x: Self.margin, y: 190 + $0 * 146, width: settingsWidth, height: 122))
        }
    }

    /// What stands beside such a column, `height` high.
    func beside(_ height: Int) -> Rect {
        let left = Self.margin + settingsWidth + 48
        return Rect(x: left, y: 190, width: width - Self.margin - left, height: height)
    }

    private func row(y: Int, height: Int, count: Int, gap: Int) -> [Rect] {
        let cell = (inner - gap * (count - 1)) / count
        return (0..<count).map { Rect(x: Self.margin + $0 * (cell + gap), y: y, width: cell, height: height) }
    }
}
