package import Composition

/// Colours and sizes, made to be read from four metres away.
package enum RoomTheme {
    /// Behind everything, when no video covers it.
    package static let backdrop = Backdrop(
        top: ScreenColour(red: 24, green: 36, blue: 58), bottom: ScreenColour(red: 7, green: 10, blue: 18))

    static let white = InkColour(255, 255, 255)
    static let soft = InkColour(172, 184, 204)
    static let card = InkColour(30, 41, 63, 235)
    static let raised = InkColour(255, 255, 255, 40)
    static let green = InkColour(34, 158, 92)
    static let brightGreen = InkColour(84, 214, 144)
    static let red = InkColour(206, 54, 58)
    static let brightRed = InkColour(255, 112, 108)
    static let amber = InkColour(255, 190, 70)
    static let blue = InkColour(92, 160, 255)

    static let families = "Noto Sans, DejaVu Sans, sans-serif"
}
