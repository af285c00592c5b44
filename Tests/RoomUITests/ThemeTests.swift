import Composition
import MediaTypes
import RoomUI
import Testing

@Suite("Colours")
struct ThemeTests {
    /// Relative luminance (WCAG 2.1).
    private static func luminance(_ colour: InkColour) -> Double {
        func linear(_ channel: UInt8) -> Double {
            let value = Double(channel) / 255
            if value <= 0.03928 { return value / 12.92 }
            // ((v + 0.055) / 1.055)^2.4 by Newton's method for the fifth root: x^2.4 = x² · (x²)^(1/5).
            let base = (value + 0.055) / 1.055
            let square = base * base
            var root = 0.8
            for _ in 0..<60 { root -= (root * root * root * root * root - square) / (5 * root * root * root * root) }
            return square * root
        }
        return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue)
    }

    private static func contrast(_ left: InkColour, _ right: InkColour) -> Double {
        let (first, second) = (luminance(left), luminance(right))
        return (max(first, second) + 0.05) / (min(first, second) + 0.05)
    }

    private static func over(_ colour: InkColour, _ ground: UInt8) -> InkColour {
        func mix(_ value: UInt8) -> UInt8 {
            UInt8((Int(value) * Int(colour.alpha) + Int(ground) * (255 - Int(colour.alpha))) / 255)
        }
        return InkColour(mix(colour.red), mix(colour.green), mix(colour.blue))
    }

    private static func ink(_ colour: ScreenColour) -> InkColour { InkColour(colour.red, colour.green, colour.blue) }

    @Test("The reckoning is right: black on white is 21, and a grey that is known is what it is")
    func reckoning() {
        #expect(abs(Self.contrast(InkColour(0, 0, 0), InkColour(255, 255, 255)) - 21) < 0.01)
        // #767676 on white is the lightest grey that passes AA.
        #expect(abs(Self.contrast(InkColour(118, 118, 118), InkColour(255, 255, 255)) - 4.54) < 0.01)
    }

    @Test(
        "Every text has at least 4.5 to 1 against every ground that it stands on",
        arguments: [RoomTheme.dark, .light, .overVideo])
    func contrast(theme: RoomTheme) {
        // Over video the ground shines through: the worst pictures are black and white ones.
        var grounds = [Self.over(theme.card, 0), Self.over(theme.card, 255), theme.raised]
        if theme != .overVideo { grounds += [Self.ink(theme.backdrop.top), Self.ink(theme.backdrop.bottom)] }
        for ground in grounds {
            #expect(Self.contrast(theme.text, ground) >= 7)
            #expect(Self.contrast(theme.soft, ground) >= 4.5)
        }
        #expect(Self.contrast(theme.onAccent, theme.accent) >= 4.5)
        #expect(Self.contrast(theme.onColour, theme.green) >= 4.5)
        #expect(Self.contrast(theme.onColour, theme.red) >= 4.5)
        #expect(Self.contrast(theme.amber, Self.over(theme.card, 255)) >= 4.5)
        #expect(Self.contrast(theme.amber, Self.over(theme.card, 0)) >= 4.5)
    }

    @Test(
        "The ring around the focus stands out from all that it lies on",
        arguments: [RoomTheme.dark, .light, .overVideo])
    func ring(theme: RoomTheme) {
        var grounds = [Self.over(theme.card, 0), Self.over(theme.card, 255), theme.raised]
        if theme != .overVideo { grounds += [Self.ink(theme.backdrop.top), Self.ink(theme.backdrop.bottom)] }
        for ground in grounds { #expect(Self.contrast(theme.ring, ground) >= 4.5) }
        // WCAG 2.1 §1.4.11: what is not text needs 3 to 1.
        for ground in grounds { #expect(Self.contrast(theme.accent, ground) >= 3) }
    }

    @Test("The clock in standby is read, and lights nothing")
    func standby() {
        #expect(Self.contrast(RoomTheme.standby.text, InkColour(0, 0, 0)) >= 4.5)
        #expect(Self.contrast(RoomTheme.standby.text, InkColour(0, 0, 0)) <= 9)
    }
}
