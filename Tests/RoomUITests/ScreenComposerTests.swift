import MediaTypes
import RoomUI
import Testing

@Suite("What the screen shows")
struct ScreenComposerTests {
    private static let modes = [
        DisplayMode(width: 1280, height: 720, refreshMillihertz: 60000),
        DisplayMode(width: 1920, height: 1080, refreshMillihertz: 60000),
        DisplayMode(width: 3840, height: 2160, refreshMillihertz: 30000),
        DisplayMode(width: 1366, height: 768, refreshMillihertz: 60000),
        DisplayMode(width: 1024, height: 768, refreshMillihertz: 60000),
    ]
    private static let berlin = RoomScreen.Party(name: "Berlin", address: "sip:berlin@example.net")
    private static let calls: [RoomScreen.Call] = [
        .idle, .dialling(berlin, isRinging: false), .dialling(berlin, isRinging: true), .incoming(berlin),
        .inCall([berlin], seconds: 5, showsDetails: true), .inCall([berlin], seconds: 5, showsDetails: false),
        .ended(berlin, reason: "Nobody answered."),
    ]

    private static func room(_ call: RoomScreen.Call) -> RoomScreen {
        RoomScreen(
            roomName: "Lindau", clock: "14:05", date: "Sunday, 22 November", addresses: ["sip:lindau@192.0.2.17"],
            call: call)
    }

    /// Letters are a little more than half as wide as they are high.
    private static func composer(_ mode: DisplayMode) -> ScreenComposer {
        ScreenComposer(mode: mode) { text, style in text.count * style.size * 11 / 20 }
    }

    private static func texts(_ elements: [ScreenElement]) -> [String] {
        elements.flatMap(\.drawings).compactMap { drawing in
            if case .text(let words, _, _, _) = drawing { return words }
            return nil
        }
    }

    @Test("Everything lies on the screen and no element covers another", arguments: modes)
    func layout(mode: DisplayMode) {
        for call in Self.calls {
            var room = Self.room(call)
            room.isMuted = true
            room.isCameraOff = true
            room.volume = 40
            room.troubles = [
                .init(.warning, "The camera is unplugged."),
                .init(.failure, "The screen is too small for the picture."),
                .init(.notice, String(repeating: "An update is ready. ", count: 9)),
            ]
            var quiet = room
            quiet.volume = nil
            let shown = Self.composer(mode).elements(for: quiet)
            #expect(shown.contains { $0.id == .trouble(0) }, "the worst trouble in \(call)")
            for elements in [Self.composer(mode).elements(for: room), shown] {
                check(elements, mode, call)
            }
        }
    }

    private func check(_ elements: [ScreenElement], _ mode: DisplayMode, _ call: RoomScreen.Call) {
        for (index, element) in elements.enumerated() {
            #expect(mode.bounds.contains(element.bounds), "\(element.id) in \(call)")
            for other in elements[(index + 1)...] {
                #expect(!element.bounds.intersects(other.bounds), "\(element.id) and \(other.id) in \(call)")
            }
        }
    }

    @Test("Letters are large enough to be read from four metres", arguments: modes)
    func readable(mode: DisplayMode) {
        for call in Self.calls {
            var room = Self.room(call)
            room.troubles = [.init(.failure, String(repeating: "A long sentence. ", count: 10))]
            for drawing in Self.composer(mode).elements(for: room).flatMap(\.drawings) {
                if case .text(let words, let style, _, _) = drawing {
                    // A fiftieth of the distance in height means 36 lines of capitals on a common 55-inch screen.
                    #expect(style.size * 1080 >= 39 * mode.height, "\(words)")
                }
            }
        }
    }

    @Test("The idle screen says who this room is, what time it is, and how to call it")
    func idle() {
        let elements = Self.composer(Self.modes[1]).elements(for: Self.room(.idle))
        let words = Self.texts(elements)
        for expected in ["Lindau", "14:05", "Sunday, 22 November", "lindau@192.0.2.17"] {
            #expect(words.contains(expected))
        }
    }

    @Test("Each state of a call names the other party and what can be done")
    func calls() {
        func words(_ call: RoomScreen.Call) -> [String] {
            Self.texts(Self.composer(Self.modes[1]).elements(for: Self.room(call)))
        }
        #expect(words(.incoming(Self.berlin)).contains("Berlin"))
        #expect(words(.incoming(Self.berlin)).contains("Answer") && words(.incoming(Self.berlin)).contains("Decline"))
        #expect(words(.dialling(Self.berlin, isRinging: false)).contains("Calling"))
        #expect(words(.dialling(Self.berlin, isRinging: true)).contains("Ringing"))
        #expect(words(.ended(Self.berlin, reason: "Nobody answered.")).contains("Nobody answered."))
        #expect(words(.inCall([Self.berlin], seconds: 3725, showsDetails: true)) == ["Berlin", "1:02:05"])
        #expect(words(.inCall([Self.berlin], seconds: 65, showsDetails: false)).isEmpty)
        let unnamed = RoomScreen.Party(name: "", address: "sips:room.7@example.net")
        #expect(words(.incoming(unnamed)).contains("room.7"))
        #expect(words(.incoming(unnamed)).contains("room.7@example.net"))
        let rome = RoomScreen.Party(name: "Rome", address: "sip:rome@example.net")
        #expect(words(.inCall([Self.berlin, rome], seconds: 0, showsDetails: true)).first == "Berlin and Rome")
        #expect(
            words(.inCall([Self.berlin, rome, rome, rome], seconds: 0, showsDetails: true)).first
                == "Berlin, Rome and 2 more")
    }

    @Test("The call's bar does not grow while it counts")
    func steadyBar() {
        func bounds(_ seconds: Int) -> Rect? {
            Self.composer(Self.modes[1]).elements(
                for: Self.room(.inCall([Self.berlin], seconds: seconds, showsDetails: true))
            ).first?.bounds
        }
        #expect(bounds(1) == bounds(9 * 60 + 59))
        #expect(bounds(600) == bounds(3599))
    }

    @Test("Of many troubles the three worst are shown, the worst lowest, and a long one wraps")
    func troubles() throws {
        var room = Self.room(.idle)
        room.troubles = [
            .init(.notice, "One."), .init(.warning, "Two."), .init(.failure, "Three."), .init(.notice, "Four."),
        ]
        let shown = Self.composer(Self.modes[1]).elements(for: room).filter {
            if case .trouble = $0.id { return true }
            return false
        }
        #expect(Self.texts(shown) == ["Three.", "Two.", "One."])
        #expect(shown[0].bounds.y > shown[1].bounds.y && shown[1].bounds.y > shown[2].bounds.y)
        room.troubles = [.init(.failure, String(repeating: "word ", count: 16))]
        let long = Self.composer(Self.modes[1]).elements(for: room)
        let tall = try #require(long.last?.bounds)
        #expect(tall.height > shown[0].bounds.height)
    }

    @Test("The volume's bar is as long as the level, and silence has a sign of its own")
    func volume() {
        func drawings(_ level: Int) -> [Drawing] {
            var room = Self.room(.idle)
            room.volume = level
            return Self.composer(Self.modes[1]).elements(for: room).last?.drawings ?? []
        }
        func boxes(_ level: Int) -> [Rect] {
            drawings(level).compactMap { drawing in
                if case .box(let rect, _, _) = drawing { return rect }
                return nil
            }
        }
        #expect(boxes(50)[2].width * 2 == boxes(100)[2].width)
        #expect(boxes(0).count == 2 && boxes(250)[2] == boxes(100)[2])
        func signs(_ level: Int) -> [Icon] {
            drawings(level).compactMap { drawing in
                if case .icon(let icon, _, _) = drawing { return icon }
                return nil
            }
        }
        #expect(signs(0) == [.speakerOff] && signs(1) == [.speaker])
    }
}
