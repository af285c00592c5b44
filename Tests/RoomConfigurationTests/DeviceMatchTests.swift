import Testing

@testable import RoomConfiguration

@Suite("Which device is meant")
struct DeviceMatchTests {
    @Test("Everything that is given has to match")
    func allParts() {
        let match = DeviceMatch(driver: "uvcvideo", card: "Brio*", udevProperties: ["ID_BUS": "usb"])
        #expect(match.matches(driver: "uvcvideo", card: "Brio 500", udevProperties: ["ID_BUS": "usb", "X": "y"]))
        #expect(!match.matches(driver: "uvcvideo", card: "C920", udevProperties: ["ID_BUS": "usb"]))
        #expect(!match.matches(driver: "vivid", card: "Brio 500", udevProperties: ["ID_BUS": "usb"]))
        #expect(!match.matches(driver: "uvcvideo", card: "Brio 500"))
    }

    @Test(
        "A star stands for any letters",
        arguments: [
            ("vivid", "vivid", true), ("vivid*", "vivid-000-vid-cap", true), ("*vid-cap", "vivid-000-vid-cap", true),
            ("v*0*p", "vivid-000-vid-cap", true), ("*", "", true), ("", "", true), ("", "a", false),
            ("a*", "ba", false), ("a*b*c", "aXbXbc", true), ("a*b*c", "aXbX", false), ("**", "x", true),
        ])
    func star(pattern: String, text: String, matches: Bool) {
        #expect(DeviceMatch.matches(pattern: pattern, text) == matches)
    }

    @Test("Many stars on a long name end soon")
    func manyStars() {
        let pattern = String(repeating: "a*", count: 30) + "b"
        #expect(!DeviceMatch.matches(pattern: pattern, String(repeating: "a", count: 5000)))
    }

    @Test("What the program makes itself is no device")
    func synthetic() {
        #expect(!DeviceMatch(synthetic: "test_pattern").matches(driver: "vivid", card: "vivid"))
    }

    @Test(
        "Modes of the screen",
        arguments: [
            ("preferred", DisplayModePreference.preferred),
            ("1920x1080", .mode(width: 1920, height: 1080, rate: nil)),
            ("1280x720@50", .mode(width: 1280, height: 720, rate: 50)),
        ])
    func modes(text: String, mode: DisplayModePreference) {
        #expect(DisplayModePreference(parsing: text) == mode)
    }

    @Test("No modes", arguments: ["", "big", "1920", "1920x", "x1080", "1920x1080@", "1920x1080@0", "9x9", "1x2x3@4"])
    func noModes(text: String) {
        #expect(DisplayModePreference(parsing: text) == nil)
    }
}
