/// A part of the screen as up to 16 rectangles that do not overlap; kept in place, without allocation.
///
/// When more would be needed the region grows to cover more than asked, never less: it says what is to be painted,
/// and painting too much is only slower.
package struct Region: Sendable {
    package static let capacity = 16

    private var storage: InlineArray<16, Rect>
    package private(set) var count: Int

    /// The empty region.
    package init() {
        storage = InlineArray(repeating: .zero)
        count = 0
    }

    package init(_ rect: Rect) {
        self.init()
        add(rect)
    }

    package var isEmpty: Bool { count == 0 }

    /// The rectangle at `index`, 0 to `count` − 1.
    package subscript(index: Int) -> Rect {
        precondition(index >= 0 && index < count, "Region index")
        return storage[index]
    }

    /// The smallest rectangle around all.
    package var bounds: Rect {
        var result = Rect.zero
        for index in 0..<count { result = result.union(storage[index]) }
        return result
    }

    /// How many pixels are covered.
    package var area: Int {
        var sum = 0
        for index in 0..<count { sum += storage[index].area }
        return sum
    }

    package mutating func removeAll() { count = 0 }

    /// Adds a rectangle; what is covered already is not counted twice.
    package mutating func add(_ rect: Rect) {
        if rect.isEmpty { return }
        for index in 0..<count where storage[index].contains(rect) { return }
        var index = 0
        while index < count {
            if rect.contains(storage[index]) { remove(at: index) } else { index += 1 }
        }
        var rest = Region(single: rect)
        for index in 0..<count where storage[index].intersects(rect) { rest.subtract(storage[index]) }
        // A rest that had to give up exactness may overlap what is here: then one rectangle stands for all.
        if count + rest.count > Self.capacity || overlaps(rest) {
            let all = bounds.union(rect)
            count = 1
            storage[0] = all
            return
        }
        for index in 0..<rest.count {
            storage[count] = rest.storage[index]
            count += 1
        }
    }

    /// Adds all of another region.
    package mutating func add(_ other: borrowing Region) {
        for index in 0..<other.count { add(other.storage[index]) }
    }

    /// Cuts a rectangle out; a piece for whose remains there is no room stays whole.
    package mutating func subtract(_ rect: Rect) {
        var result = Region()
        for index in 0..<count {
            let piece = storage[index]
            let common = piece.intersection(rect)
            // Up to four remains; room must be left for all pieces that follow.
            if common.isEmpty || result.count + 4 + (count - index - 1) > Self.capacity {
                if !common.isEmpty && common == piece { continue }
                result.append(piece)
                continue
            }
            result.append(Rect(x: piece.x, y: piece.y, width: piece.width, height: common.y - piece.y))
            result.append(
                Rect(x: piece.x, y: common.bottom, width: piece.width, height: piece.bottom - common.bottom))
            result.append(Rect(x: piece.x, y: common.y, width: common.x - piece.x, height: common.height))
            result.append(
                Rect(x: common.right, y: common.y, width: piece.right - common.right, height: common.height))
        }
        self = result
    }

    /// Keeps only what lies inside `rect`.
    package mutating func clip(to rect: Rect) {
        var kept = 0
        for index in 0..<count {
            let common = storage[index].intersection(rect)
            if common.isEmpty { continue }
            storage[kept] = common
            kept += 1
        }
        count = kept
    }

    /// The part that lies inside `rect`.
    package func clipped(to rect: Rect) -> Region {
        var result = self
        result.clip(to: rect)
        return result
    }

    package func intersects(_ rect: Rect) -> Bool {
        for index in 0..<count where storage[index].intersects(rect) { return true }
        return false
    }

    /// Whether the pixel at x, y is covered.
    package func contains(x: Int, y: Int) -> Bool { intersects(Rect(x: x, y: y, width: 1, height: 1)) }

    private init(single rect: Rect) {
        self.init()
        storage[0] = rect
        count = 1
    }

    private func overlaps(_ other: borrowing Region) -> Bool {
        for index in 0..<other.count where intersects(other.storage[index]) { return true }
        return false
    }

    private mutating func append(_ rect: Rect) {
        if rect.isEmpty || count == Self.capacity { return }
        storage[count] = rect
        count += 1
    }

    private mutating func remove(at index: Int) {
        count -= 1
        storage[index] = storage[count]
    }
}
