/// Where the own picture stands when it is small.
package enum SelfViewCorner: String, Sendable, CaseIterable {
    case topLeft = "top_left"
    case topRight = "top_right"
    case bottomLeft = "bottom_left"
    case bottomRight = "bottom_right"
}
