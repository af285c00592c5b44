import MediaTypes

/// Moves the focus among places by arrows. Pure.
enum FocusMover {
    enum Direction {
        case up, down, left, right
    }

    /// The item that an arrow leads to: the nearest one in its direction that stands in line, else (up and down) the
    /// nearest at all. Past the last one it begins again at the other end, unless the key is only held.
    static func next(
        from item: FocusItem, _ direction: Direction, among places: [PageGeometry.Place], isRepeat: Bool
    ) -> FocusItem {
        guard let start = places.first(where: { $0.item == item })?.rect else { return places.first?.item ?? item }
        let others = places.filter { $0.item != item }
        let isVertical = direction == .up || direction == .down
        let ahead = others.filter { distance(from: start, to: $0.rect, direction) > 0 }
        let inLine = ahead.filter { isInLine(start, $0.rect, direction) }
        for candidates in [inLine, isVertical ? ahead : []] {
            if let nearest = candidates.min(by: { cost(start, $0.rect, direction) < cost(start, $1.rect, direction) }) {
                return nearest.item
            }
        }
        guard !isRepeat else { return item }
        let behind = others.filter { distance(from: start, to: $0.rect, direction) < 0 }
        for candidates in [behind.filter { isInLine(start, $0.rect, direction) }, isVertical ? behind : []] {
            let farthest = candidates.min {
                distance(from: start, to: $0.rect, direction) < distance(from: start, to: $1.rect, direction)
            }
            if let farthest { return farthest.item }
        }
        return item
    }

    /// How far ahead `rect` begins behind the edge of `start`; negative when it lies behind, 0 when beside.
    private static func distance(from start: Rect, to rect: Rect, _ direction: Direction) -> Int {
        let (gap, offset) =
            switch direction {
            case .up: (start.y - rect.bottom, middleY(start) - middleY(rect))
            case .down: (rect.y - start.bottom, middleY(rect) - middleY(start))
            case .left: (start.x - rect.right, middleX(start) - middleX(rect))
            case .right: (rect.x - start.right, middleX(rect) - middleX(start))
            }
        return gap >= 0 ? gap + 1 : min(offset, 0)
    }

    private static func isInLine(_ start: Rect, _ rect: Rect, _ direction: Direction) -> Bool {
        switch direction {
        case .up, .down: rect.x < start.right && rect.right > start.x
        case .left, .right: rect.y < start.bottom && rect.bottom > start.y
        }
    }

    /// Along the arrow, and twice as dear aside of it.
    private static func cost(_ start: Rect, _ rect: Rect, _ direction: Direction) -> Int {
        let along = distance(from: start, to: rect, direction)
        let aside =
            switch direction {
            case .up, .down: abs(middleX(start) - middleX(rect))
            case .left, .right: abs(middleY(start) - middleY(rect))
            }
        return along * 4 + aside
    }

    private static func middleX(_ rect: Rect) -> Int { rect.x + rect.width / 2 }
    private static func middleY(_ rect: Rect) -> Int { rect.y + rect.height / 2 }
}
