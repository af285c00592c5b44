import ControlProtocol
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
    private static let wide = modes[1]

    /// Letters are a little more than half as wide as they are high.
    private static func elements(_ screen: RoomScreen, _ mode: DisplayMode = wide) -> [ScreenElement] {
        ScreenComposer(screen, mode: mode) { text, style in text.count * style.size * 11 / 20 }.elements
    }

    private static func texts(_ screen: RoomScreen) -> [String] {
        elements(screen).flatMap(\.drawings).compactMap { drawing in
            if case .text(let words, _, _, _) = drawing { return words }
            return nil
        }
    }

    @Test("Everything lies on the screen, and no item covers another", arguments: modes, Language.allCases)
    func layout(mode: DisplayMode, language: Language) {
        for state in ScreenState.all(language) {
            let shown = Self.elements(state.screen, mode)
            for (number, element) in shown.enumerated() {
                #expect(mode.bounds.contains(element.bounds), "\(element.id) in \(state.name)")
                guard case .item = element.id, let own = element.drawings.first?.rect else { continue }
                for other in shown[(number + 1)...] {
                    guard case .item = other.id, let place = other.drawings.first?.rect else { continue }
                    #expect(!own.intersects(place), "\(element.id) and \(other.id) in \(state.name)")
                }
            }
        }
    }

    @Test(
        "What has the focus is drawn with a ring around it, exactly once, where the focus moves",
        arguments: Language.allCases)
    func ring(language: Language) {
        for state in ScreenState.all(language) {
            let rings = Self.elements(state.screen).filter { element in
                guard case .item = element.id else { return false }
                return element.drawings.contains { if case .frame = $0 { true } else { false } }
            }
            #expect(rings.count == (state.screen.focus == nil ? 0 : 1), "\(state.name)")
            guard let focus = state.screen.focus, let ring = rings.first else { continue }
            #expect(ring.id == .item(focus), "\(state.name)")
        }
    }

    @Test("Letters are large enough to be read from four metres", arguments: modes)
    func readable(mode: DisplayMode) {
        for state in ScreenState.all() {
            for drawing in Self.elements(state.screen, mode).flatMap(\.drawings) {
                if case .text(let words, let style, _, _) = drawing {
                    // Capitals of 29 lines of 1080 on a common 55-inch screen are 18 mm high: 16 minutes of arc.
                    #expect(style.size * 1080 >= 39 * mode.height, "\(words)")
                }
            }
        }
    }

    @Test("In Arabic everything stands mirrored, keypads excepted")
    func mirrored() {
        let english = Self.elements(ScreenState.state("", ScreenState.idle(.english)).screen)
        let arabic = Self.elements(ScreenState.state("", ScreenState.idle(.arabic)).screen)
        func item(_ elements: [ScreenElement], _ item: FocusItem) -> Rect? {
            elements.first { $0.id == .item(item) }?.drawings.first?.rect
        }
        for tile in FocusItem.Tile.allCases {
            guard let left = item(english, .tile(tile)), let right = item(arabic, .tile(tile)) else {
                Issue.record("\(tile) is missing")
                return
            }
            #expect(abs(left.x - (1920 - right.right)) <= 1)
        }
        let keys = Self.elements(ScreenState.state("", ScreenState.idle(.arabic), keys: [.ok]).screen)
        guard let one = item(keys, .key("1")), let three = item(keys, .key("3")) else {
            Issue.record("a key is missing")
            return
        }
        #expect(one.x < three.x)
    }

    @Test("The idle screen says who this room is, what time it is, and how to call it")
    func idle() {
        let words = Self.texts(ScreenState.state("", ScreenState.idle()).screen)
        for expected in [
            "Lindau", "14:05", "Tuesday, 24 November", ForeignText.address("room@192.0.2.17"), "Call", "Contacts",
        ] {
            #expect(words.contains(expected))
        }
    }

    @Test("Troubles are plain sentences, and in a call they say what goes on")
    func troubles() {
        var facts = ScreenState.idle()
        facts.troubles = [.init(.camera, .unplugged)]
        #expect(Self.texts(ScreenState.state("", facts).screen).contains("Camera unplugged."))
        let call = ScreenState.inCall(facts)
        #expect(Self.texts(ScreenState.state("", call).screen).contains("Camera unplugged. Audio goes on."))
    }

    @Test("An account that is not registered is told, but not in a call")
    func unregistered() {
        var facts = ScreenState.idle()
        let sentence = "Not registered: calls do not come in."
        #expect(!Self.texts(ScreenState.state("", facts).screen).contains(sentence))
        facts.isUnregistered = true
        #expect(Self.texts(ScreenState.state("", facts).screen).contains(sentence))
        #expect(!Self.texts(ScreenState.state("", ScreenState.inCall(facts)).screen).contains(sentence))
    }

    @Test("Each end of a call has its own sentence")
    func ends() {
        var seen: Set<String> = []
        let ends: [RoomFacts.CallEnd] = [
            .here, .there, .declined, .busy, .noAnswer, .notAvailable, .unreachable, .unknownAddress, .callerGaveUp,
            .noCommonMedia, .failed("It rained."),
        ]
        for end in ends {
            var facts = ScreenState.idle()
            facts.ended = .init(ScreenState.berlin, end)
            seen.formUnion(Self.texts(ScreenState.state("", facts).screen))
        }
        #expect(seen.contains { $0.contains("It rained.") })
        #expect(seen.count > ends.count)
    }

    @Test("The call's bar does not grow while it counts")
    func steadyBar() {
        func bounds(_ seconds: Int) -> Rect? {
            let facts = ScreenState.inCall(ScreenState.idle(), seconds: seconds)
            return Self.elements(ScreenState.state("", facts).screen).first { $0.id == .callBar }?.bounds
        }
        #expect(bounds(1) == bounds(9 * 60 + 59) && bounds(1) != nil)
        #expect(bounds(600) == bounds(3599))
    }

    @Test(
        "A caller's name of any length and with any characters stays in its place",
        arguments: [
            String(repeating: "W", count: 10_000), "\u{202E}gnol yrev\u{202E}", "a\u{0}b\u{7}c\nd\u{2028}e",
            "e" + String(repeating: "\u{301}", count: 500), "\u{2067}\u{2067}\u{2067}", "", "أحمد\u{200F} \u{202D}Bob",
        ])
    func foreignNames(name: String) {
        for mode in Self.modes {
            var facts = ScreenState.idle()
            facts.incoming = .init(.init(name: name, address: "sip:\(name)@example.net"))
            var call = ScreenState.inCall(ScreenState.idle())
            call.ongoing?.parties = [.init(name: name, address: "sip:a@b"), ScreenState.rome]
            for facts in [facts, call] {
                for element in Self.elements(ScreenState.state("", facts).screen, mode) {
                    #expect(mode.bounds.contains(element.bounds), "\(element.id)")
                    for case .text(let words, _, _, _) in element.drawings {
                        // Only the screen's own isolates are left, in pairs.
                        let controls = words.unicodeScalars.filter {
                            (0x202A...0x202E).contains($0.value) || $0.value < 0x20 || $0.value == 0x200F
                                || $0.value == 0x2028
                        }
                        #expect(controls.isEmpty, "\(element.id)")
                        let opened = words.unicodeScalars.filter { (0x2066...0x2068).contains($0.value) }.count
                        #expect(opened == words.unicodeScalars.filter { $0.value == 0x2069 }.count)
                        #expect(words.unicodeScalars.count < 600)
                    }
                }
            }
        }
    }
}
