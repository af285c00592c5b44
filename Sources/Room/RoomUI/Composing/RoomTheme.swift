package import Composition

/// Colours, made to be read from four metres away: each text has at least 4.5 to 1 against its ground (WCAG 2.1 AA),
/// which the tests compute.
package struct RoomTheme: Sendable, Hashable {
    /// Behind everything, when no video covers it.
    package let backdrop: Backdrop
    package let text: InkColour
    package let soft: InkColour
    /// The ground of what can be chosen.
    package let card: InkColour
    /// The same over pictures.
    package let raised: InkColour
    package let accent: InkColour
    package let onAccent: InkColour
    /// Around what has the focus.
    package let ring: InkColour
    package let green: InkColour
    package let red: InkColour
    /// On green and red.
    package let onColour: InkColour
    package let amber: InkColour
    package let track: InkColour

    package static let dark = RoomTheme(
        backdrop: Backdrop(
            top: ScreenColour(red: 24, green: 34, blue: 54), bottom: ScreenColour(red: 8, green: 11, blue: 20)),
        text: InkColour(244, 247, 252), soft: InkColour(176, 188, 210), card: InkColour(36, 48, 73),
        raised: InkColour(52, 67, 97), accent: InkColour(99, 170, 255), onAccent: InkColour(6, 18, 38),
        ring: InkColour(255, 255, 255), green: InkColour(22, 128, 72), red: InkColour(200, 44, 52),
        onColour: InkColour(255, 255, 255), amber: InkColour(255, 194, 82), track: InkColour(74, 90, 122))

    package static let light = RoomTheme(
        backdrop: Backdrop(
            top: ScreenColour(red: 247, green: 249, blue: 252), bottom: ScreenColour(red: 224, green: 230, blue: 240)),
        text: InkColour(17, 26, 43), soft: InkColour(72, 85, 107), card: InkColour(255, 255, 255),
        raised: InkColour(233, 238, 246), accent: InkColour(11, 92, 200), onAccent: InkColour(255, 255, 255),
        ring: InkColour(17, 26, 43), green: InkColour(20, 122, 68), red: InkColour(190, 36, 46),
        onColour: InkColour(255, 255, 255), amber: InkColour(146, 84, 0), track: InkColour(190, 200, 216))

    /// Over pictures, in both themes: nothing is known about what lies below, so cards are almost opaque.
    package static let overVideo = RoomTheme(
        backdrop: dark.backdrop, text: dark.text, soft: dark.soft, card: InkColour(22, 30, 48, 242),
        raised: InkColour(46, 60, 88), accent: dark.accent, onAccent: dark.onAccent, ring: dark.ring,
        green: dark.green, red: dark.red, onColour: dark.onColour, amber: dark.amber, track: dark.track)

    /// In standby nothing shall light the room.
    package static let standby = RoomTheme(
        backdrop: .black, text: InkColour(150, 160, 178), soft: InkColour(122, 132, 150), card: dark.card,
        raised: dark.raised, accent: dark.accent, onAccent: dark.onAccent, ring: dark.ring, green: dark.green,
        red: dark.red, onColour: dark.onColour, amber: dark.amber, track: dark.track)

    /// The one for a state of the room.
    package static func fitting(_ facts: RoomFacts) -> RoomTheme {
        if facts.isStandby { return .standby }
        if facts.isOverVideo { return .overVideo }
        return facts.isDark ? .dark : .light
    }
}
