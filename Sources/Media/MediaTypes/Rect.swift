/// A rectangle of pixels; the origin is the top left corner.
package struct Rect: Sendable, Hashable, BitwiseCopyable {
    package var x: Int
    package var y: Int
    /// Never negative.
    package var width: Int
    package var height: Int

    package init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = max(width, 0)
        self.height = max(height, 0)
    }

    /// From the origin.
    package init(width: Int, height: Int) { self.init(x: 0, y: 0, width: width, height: height) }

    package static let zero = Rect(width: 0, height: 0)

    package var isEmpty: Bool { width == 0 || height == 0 }
    package var right: Int { x + width }
    package var bottom: Int { y + height }
    package var area: Int { width * height }

    /// What both have in common; `.zero` when that is nothing.
    package func intersection(_ other: Rect) -> Rect {
        let left = max(x, other.x)
        let top = max(y, other.y)
        let result = Rect(
            x: left, y: top, width: min(right, other.right) - left, height: min(bottom, other.bottom) - top)
        return result.isEmpty ? .zero : result
    }

    package func intersects(_ other: Rect) -> Bool { !intersection(other).isEmpty }

    /// The smallest rectangle around both; an empty one adds nothing.
    package func union(_ other: Rect) -> Rect {
        if isEmpty { return other }
        if other.isEmpty { return self }
        let left = min(x, other.x)
        let top = min(y, other.y)
        return Rect(
            x: left, y: top, width: max(right, other.right) - left, height: max(bottom, other.bottom) - top)
    }

    /// Whether all of `other` lies inside; an empty one always does.
    package func contains(_ other: Rect) -> Bool {
        other.isEmpty || (other.x >= x && other.y >= y && other.right <= right && other.bottom <= bottom)
    }

    /// Moved.
    package func offset(x deltaX: Int, y deltaY: Int) -> Rect {
        Rect(x: x + deltaX, y: y + deltaY, width: width, height: height)
    }

    /// Smaller on each side by `margin` (larger when it is negative).
    package func inset(_ margin: Int) -> Rect {
        Rect(x: x + margin, y: y + margin, width: width - 2 * margin, height: height - 2 * margin)
    }

    /// Grown to even coordinates, as pictures with half-size chroma need it, and cut off at `bounds`.
    package func evened(within bounds: Rect) -> Rect {
        let left = x & ~1
        let top = y & ~1
        return Rect(x: left, y: top, width: ((right + 1) & ~1) - left, height: ((bottom + 1) & ~1) - top)
            .intersection(bounds)
    }
}
