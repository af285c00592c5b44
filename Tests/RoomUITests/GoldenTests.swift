import Glibc
import MediaTypes
import RoomUI
import Testing

/// Pictures of every screen, held against those in `Fixtures/Golden`, which people have looked at.
///
/// `make goldens` paints them anew, and the contact sheet of the README with them. They are kept at 640 by 360, each
/// pixel the mean of 4, 9 or 36, so that a hair's breadth in a font's release makes no difference and a thing in the
/// wrong place does.
@Suite("Golden pictures of the screens")
struct GoldenTests {
    struct Size: Sendable, CustomTestStringConvertible {
        let name: String
        let mode: DisplayMode
        let factor: Int

        var testDescription: String { name }
    }

    static let sizes = [
        Size(name: "720p", mode: DisplayMode(width: 1280, height: 720, refreshMillihertz: 60000), factor: 2),
        Size(name: "1080p", mode: DisplayMode(width: 1920, height: 1080, refreshMillihertz: 60000), factor: 3),
        Size(name: "2160p", mode: DisplayMode(width: 3840, height: 2160, refreshMillihertz: 30000), factor: 6),
    ]

    static let folder =
        #filePath.split(separator: "/").dropLast().reduce(into: "") { $0 += "/\($1)" } + "/Fixtures/Golden"
    static var isPainting: Bool { getenv("CONVENE_PAINT_GOLDENS") != nil }

    @Test("Every screen looks as it did when somebody last looked at it", arguments: sizes, [true, false])
    func screens(size: Size, isDark: Bool) throws {
        let renderer = try RoomRenderer(mode: size.mode)
        for state in ScreenState.all(isDark: isDark) {
            let picture = try ScreenPicture.painted(state.screen, size.mode, with: renderer, isFlat: true)
            try compare(picture.reduced(by: size.factor), "\(state.name)-\(isDark ? "dark" : "light")-\(size.name)")
        }
    }

    @Test("So it does in the other languages", arguments: Language.allCases.filter { $0 != .english })
    func languages(language: Language) throws {
        let size = Self.sizes[1]
        let renderer = try RoomRenderer(mode: size.mode)
        // What has words or a direction of its own; the others differ in nothing that English does not show.
        let shown = [
            "home-troubles", "safe-mode", "setup", "dial-results", "recents", "settings", "incoming-countdown", "menu",
            "layouts",
            "keypad", "maintenance-no-pin", "maintenance-written", "code-wrong-pin", "code-erase", "logs",
        ]
        for state in ScreenState.all(language) where shown.contains(state.name) {
            let picture = try ScreenPicture.painted(state.screen, size.mode, with: renderer, isFlat: true)
            try compare(picture.reduced(by: size.factor), "\(state.name)-\(language.rawValue)")
        }
    }

    @Test("A contact sheet of them, for people who want to see them at a glance")
    func contactSheet() throws {
        let size = Self.sizes[0]
        let renderer = try RoomRenderer(mode: size.mode)
        let dark = ["home", "dial-results", "recents", "incoming", "menu", "layouts", "settings", "call-trouble"]
        let light = ["home-troubles", "contacts", "settings", "keypad"]
        var states = ScreenState.all().filter { dark.contains($0.name) }
        states += ScreenState.all(isDark: false).filter { light.contains($0.name) }
        for language in Language.allCases where language != .english {
            states += ScreenState.all(language).filter { $0.name == (language == .german ? "menu-muted" : "home") }
        }
        let (columns, gap) = (3, 12)
        let (wide, high) = (size.mode.width / 2, size.mode.height / 2)
        let rows = (states.count + columns - 1) / columns
        var sheet = ScreenPicture(
            width: columns * (wide + gap) + gap, height: rows * (high + gap) + gap,
            pixels: Array(repeating: 0xFF80_8890, count: (columns * (wide + gap) + gap) * (rows * (high + gap) + gap)))
        for (number, state) in states.enumerated() {
            let picture = try ScreenPicture.painted(state.screen, size.mode, with: renderer, isFlat: true)
            sheet.place(
                picture.reduced(by: 2), x: gap + number % columns * (wide + gap),
                y: gap + number / columns * (high + gap))
        }
        #expect(states.count == dark.count + light.count + Language.allCases.count - 1)
        guard Self.isPainting else { return }
        try sheet.write(to: "\(Self.folder)/../screens.png")
    }

    private func compare(_ picture: ScreenPicture, _ name: String) throws {
        let path = "\(Self.folder)/\(name).png"
        if Self.isPainting {
            try picture.write(to: path)
            return
        }
        guard let golden = ScreenPicture(png: path) else {
            Issue.record("\(name): there is no golden picture; make goldens paints it.")
            return
        }
        guard golden.width == picture.width, golden.height == picture.height else {
            Issue.record("\(name): the golden picture has another size.")
            return
        }
        var (sum, far) = (0, 0)
        for (left, right) in zip(golden.pixels, picture.pixels) where left != right {
            var most = 0
            for shift: UInt32 in [0, 8, 16] {
                most = max(most, abs(Int(left >> shift & 255) - Int(right >> shift & 255)))
            }
            sum += most
            if most > 64 { far += 1 }
        }
        let mean = Double(sum) / Double(golden.pixels.count)
        let share = Double(far) / Double(golden.pixels.count)
        if mean > 0.8 || share > 0.004 {
            let seen = "\(Self.folder)/\(name)-seen.png"
            try? picture.write(to: seen)
            Issue.record(
                "\(name): differs by \(mean) of 255 in the mean, \(share * 100) % of it far; what is seen now is in \(seen)."
            )
        }
    }
}
