import ControlProtocol
import MediaTypes
import RoomUI
import Testing

@Suite("The interface's pages, focus and keys")
struct RoomInterfaceTests {
    private static let second: Int64 = 1_000_000_000

    /// A room that does what its interface asks, as far as facts go.
    private struct Room {
        var facts = ScreenState.idle()
        var interface = ScreenState.fresh()
        var now: Int64 = 10 * RoomInterfaceTests.second
        var done: [InterfaceAction] = []

        init(_ facts: RoomFacts = ScreenState.idle()) {
            self.facts = facts
            _ = interface.update(facts, at: now)
            now += 2 * RoomInterfaceTests.second
        }

        @discardableResult
        mutating func press(_ keys: ControlKey..., isRepeat: Bool = false) -> [InterfaceAction] {
            var all: [InterfaceAction] = []
            for key in keys {
                let actions = interface.press(key, isRepeat: isRepeat, facts, at: now)
                all += actions
                now += 150_000_000
            }
            done += all
            return all
        }

        mutating func become(_ facts: RoomFacts, after seconds: Int64 = 0) {
            now += seconds * RoomInterfaceTests.second
            self.facts = facts
            _ = interface.update(facts, at: now)
        }

        var focus: FocusItem? { interface.focus(facts) }
    }

    private static let pages: [(String, RoomFacts, [ControlKey])] = [
        ("home", ScreenState.idle(), []), ("dial", ScreenState.idle(), [.ok]),
        ("contacts", ScreenState.idle(), [.phoneBook]), ("settings", ScreenState.idle(), [.f4]),
        ("menu", ScreenState.inCall(ScreenState.idle()), [.ok]),
        ("keypad", ScreenState.inCall(ScreenState.idle()), [.one]),
        ("layouts", ScreenState.inCall(ScreenState.idle()), [.ok, .right, .ok]),
    ]

    @Test(
        "On every page each item can be reached by arrows, and something always has the focus",
        arguments: [false, true])
    func reachable(isMirrored: Bool) {
        for (name, facts, keys) in Self.pages {
            var facts = facts
            if isMirrored { facts.language = .arabic }
            var room = Room(facts)
            for key in keys { room.press(isMirrored && key == .right ? .left : key) }
            #expect(room.interface.page.rawValue == name)
            var seen: [FocusItem: Room] = [:]
            var open = [room]
            while let next = open.popLast() {
                guard let focus = next.focus else {
                    Issue.record("nothing has the focus on \(name)")
                    return
                }
                if seen.updateValue(next, forKey: focus) != nil { continue }
                for arrow in [ControlKey.up, .down, .left, .right] {
                    var moved = next
                    moved.press(arrow)
                    open.append(moved)
                }
            }
            // A list that the focus rests on brings its own entries, so lists are not looked into here.
            let places = Set(room.interface.places(room.facts).map(\.item))
            #expect(
                places.subtracting(seen.keys).filter { if case .entry = $0 { false } else { true } } == [], "\(name)")
        }
    }

    /// What each function of a terminal comes down to.
    private static let functions: [(String, isInCall: Bool, @Sendable (InterfaceAction, RoomInterface) -> Bool)] = [
        ("a favourite is called", false, { action, _ in action == .dial("sip:berlin@example.net") }),
        ("a contact is looked up", false, { _, room in room.page == .contacts && room.list == .favourites }),
        ("a call of the past is looked up", false, { _, room in room.page == .contacts && room.list == .recents }),
        ("a number is typed", false, { action, _ in if case .search = action { true } else { false } }),
        ("standby", false, { action, _ in action == .setStandby(true) }),
        ("the language", false, { action, _ in if case .setLanguage = action { true } else { false } }),
        ("the colours", false, { action, _ in if case .setDark = action { true } else { false } }),
        ("do not disturb", false, { action, _ in if case .setDoNotDisturb = action { true } else { false } }),
        ("the volume", false, { action, _ in action == .changeVolume(5) }),
        ("mute", true, { action, _ in action == .setMuted(true) }),
        ("the camera", true, { action, _ in action == .setCameraEnabled(false) }),
        ("the layout", true, { action, _ in action == .setLayout(.remote) }),
        ("the own picture", true, { action, _ in action == .setLayout(.remote) }),
        ("tones", true, { action, _ in action == .sendTones("7") }),
        ("hold", true, { action, _ in action == .setHeld(true) }),
        ("a second call", true, { _, room in room.page == .dial }),
        ("the corner of the own picture", true, { _, room in room.page == .layouts }),
        ("hanging up", true, { action, _ in action == .hangUp }),
    ]

    @Test("Every function takes at most three presses, from home and from a call")
    func threePresses() {
        for (name, isInCall, isDone) in Self.functions {
            let start = Room(isInCall ? ScreenState.inCall(ScreenState.idle()) : ScreenState.idle())
            var rooms = [start]
            var fewest: Int?
            search: for presses in 1...3 {
                var next: [Room] = []
                for room in rooms {
                    for key in ControlKey.allCases {
                        var after = room
                        let actions = after.press(key)
                        if actions.contains(where: { isDone($0, after.interface) })
                            || isDone(.dismissEnd, after.interface)
                        {
                            fewest = presses
                            break search
                        }
                        next.append(after)
                    }
                }
                rooms = next
            }
            if fewest == nil { Issue.record("\(name) takes more than three presses") }
        }
    }

    @Test("Arrows and OK alone reach what has no key of its own within three presses in a call")
    func arrowsInCall() {
        let call = ScreenState.inCall(ScreenState.idle())
        var room = Room(call)
        #expect(room.press(.ok, .left, .ok).contains(.setCameraEnabled(false)))
        room = Room(call)
        #expect(room.press(.ok, .down, .ok).contains(.setHeld(true)))
        room = Room(call)
        room.press(.ok, .right, .ok)
        #expect(room.interface.page == .layouts)
        room = Room(call)
        #expect(room.press(.ok, .ok).contains(.setMuted(true)))
    }

    @Test(
        "A held key moves the focus and the volume, and chooses, calls and switches nothing",
        arguments: ControlKey.allCases)
    func held(key: ControlKey) {
        for (name, facts, keys) in Self.pages + [("incoming", Self.ringing, []), ("call", Self.pages[4].1, [])] {
            var room = Room(facts)
            for key in keys { room.press(key) }
            room.done = []
            // A minute of a held key, ten a second.
            for _ in 0..<600 { room.press(key, isRepeat: true) }
            for action in room.done {
                switch action {
                case .changeVolume, .zoom, .load, .search, .sawMissedCalls: continue
                case .sendTones where name == "keypad": continue
                default: Issue.record("\(key) held on \(name): \(action)")
                }
            }
            #expect(room.interface.page.rawValue == name, "\(key)")
        }
    }

    private static var ringing: RoomFacts {
        var facts = ScreenState.idle()
        facts.incoming = .init(ScreenState.berlin)
        return facts
    }

    @Test("Two remotes that press OK at once make one call and do not cancel it")
    func twoRemotes() {
        var room = Room()
        room.press(.down)
        let first = room.interface.press(.ok, room.facts, at: room.now)
        #expect(first == [.dial("sip:berlin@example.net")])
        var dialling = room.facts
        dialling.dialling = .init(ScreenState.berlin, isRinging: false)
        room.become(dialling)
        #expect(room.focus == .cancel)
        #expect(room.interface.press(.ok, room.facts, at: room.now + 40_000_000) == [])
        // Somebody who has seen the page means it.
        #expect(room.interface.press(.ok, room.facts, at: room.now + Self.second) == [.hangUp])
    }

    @Test("A press that two receivers heard switches once")
    func twoReceivers() {
        var room = Room(ScreenState.inCall(ScreenState.idle()))
        let now = room.now
        #expect(room.interface.press(.muteMic, room.facts, at: now) == [.setMuted(true)])
        room.facts.isMuted = true
        #expect(room.interface.press(.muteMic, room.facts, at: now + 60_000_000) == [])
        #expect(room.interface.press(.muteMic, room.facts, at: now + 300_000_000) == [.setMuted(false)])
    }

    @Test("A call that rings while somebody presses OK is not answered by that press, and by the next it is")
    func surprise() {
        var room = Room()
        room.press(.left)
        room.become(Self.ringing)
        #expect(room.interface.page == .incoming)
        #expect(room.interface.press(.ok, room.facts, at: room.now + 100_000_000) == [])
        #expect(room.interface.press(.ok, room.facts, at: room.now + Self.second) == [.answer])
        // Without a key before, the first press counts at once.
        var calm = Room()
        calm.become(Self.ringing, after: 60)
        #expect(calm.press(.ok) == [.answer])
    }

    @Test("Green answers and calls, red refuses, gives up and hangs up")
    func greenAndRed() {
        var room = Room(Self.ringing)
        #expect(room.press(.call) == [.answer])
        #expect(room.press(.disconnect) == [.hangUp])
        #expect(room.press(.right, .ok).last == .hangUp)
        room = Room()
        room.press(.one, .two)
        #expect(room.press(.call) == [.dial("12")])
        var ended = ScreenState.idle()
        ended.ended = .init(ScreenState.rome, .noAnswer)
        room.become(ended, after: 2)
        #expect(room.press(.call) == [.dial("sip:rome@example.net")])
        #expect(room.press(.back).contains(.dismissEnd))
    }

    @Test("Digits open the field, letters look people up, Back takes letters away and then leaves")
    func field() {
        var room = Room()
        #expect(room.press(.four) == [.search("4")])
        #expect(room.interface.page == .dial)
        room.press(.star, .pound)
        #expect(room.interface.text == "4*#")
        room.press(.back, .back, .back)
        #expect(room.interface.text.isEmpty && room.interface.page == .dial)
        room.press(.back)
        #expect(room.interface.page == .home && room.focus == .tile(.call))
        #expect(room.interface.type("Ber", room.facts, at: room.now) == [.search("Ber")])
        room.interface.show(results: [ScreenState.favourites[0]], for: "Be")
        #expect(room.interface.results.isEmpty, "an answer to an older text is not shown")
        room.interface.show(results: [ScreenState.favourites[0]], for: "Ber")
        #expect(room.interface.results.count == 1)
        #expect(room.press(.call) == [.dial("sip:berlin@example.net")])
        room = Room()
        _ = room.interface.type("room@192.0.2.9", room.facts, at: room.now)
        room.interface.show(results: [ScreenState.favourites[0]], for: "room@192.0.2.9")
        #expect(room.press(.call) == [.dial("room@192.0.2.9")], "an address is called as it was typed")
    }

    @Test("A text of ten thousand letters and signs of control leaves a field that fits")
    func longText() {
        var room = Room()
        _ = room.interface.type(String(repeating: "ab\u{202E}\u{7}", count: 5000), room.facts, at: room.now)
        #expect(room.interface.text.count <= 200)
        #expect(room.interface.text.allSatisfy { "ab…".contains($0) })
    }

    @Test("A list scrolls with the focus and stops at its ends")
    func list() {
        var room = Room()
        room.press(.f3)
        let many = (0..<40).map { ContactEntry(.incoming, name: "Caller \($0)", address: "sip:\($0)@example.net") }
        room.interface.show(many, of: .recents)
        for _ in 0..<60 { room.press(.down, isRepeat: true) }
        #expect(room.focus == .entry(39))
        let shown = room.interface.screen(room.facts, at: room.now).entries
        #expect(shown.indices == 35..<40)
        for _ in 0..<60 { room.press(.up, isRepeat: true) }
        #expect(room.focus == .list(.recents))
        #expect(room.interface.screen(room.facts, at: room.now).entries.indices == 0..<5)
        room.press(.down)
        #expect(room.press(.ok) == [.dial("sip:0@example.net")])
    }

    @Test("A list that shrank under the focus leaves a focus")
    func shrunk() {
        var room = Room()
        room.press(.f3)
        room.interface.show(ScreenState.recents, of: .recents)
        for _ in 0..<6 { room.press(.down) }
        room.interface.show([], of: .recents)
        #expect(room.focus == .list(.recents))
        #expect(room.interface.screen(room.facts, at: room.now).entries.isEmpty)
        #expect(room.press(.ok).contains(.load(.recents)))
    }

    @Test("Pages that nobody uses are left, and a menu closes by itself")
    func timeouts() {
        var room = Room()
        room.press(.f4)
        #expect(room.interface.nextChange(after: room.now) != nil)
        room.become(room.facts, after: 130)
        #expect(room.interface.page == .home)
        room = Room(ScreenState.inCall(ScreenState.idle()))
        room.press(.ok)
        room.become(room.facts, after: 25)
        #expect(room.interface.page == .call)
    }

    @Test("In standby the first key only wakes")
    func standby() {
        var facts = ScreenState.idle()
        facts.isStandby = true
        var room = Room(facts)
        #expect(room.press(.disconnect) == [.setStandby(false)])
        #expect(room.press(.volumeUp, isRepeat: true) == [])
        #expect(room.interface.type("x", facts, at: room.now) == [.setStandby(false)])
    }

    @Test("Names of pages and items in status are all different")
    func names() {
        var names: [String] = []
        for (_, facts, keys) in Self.pages {
            var room = Room(facts)
            for key in keys { room.press(key) }
            names += Set(room.interface.places(room.facts).map(\.item.name)).map { "\(room.interface.page).\($0)" }
            #expect(
                Set(room.interface.places(room.facts).map(\.item.name)).count == room.interface.places(room.facts).count
            )
        }
        #expect(Set(names).count == names.count)
    }

    @Test("Keys in any order never trap, and always leave a focus where there is something to choose")
    func anyKeys() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<40 {
            var room = Room(
                [ScreenState.idle(), ScreenState.inCall(ScreenState.idle()), Self.ringing].randomElement(
                    using: &generator) ?? ScreenState.idle())
            room.facts.language = Language.allCases.randomElement(using: &generator) ?? .english
            for _ in 0..<200 {
                room.press(ControlKey.allCases.randomElement(using: &generator) ?? .ok, isRepeat: Bool.random())
                if Int.random(in: 0..<20) == 0 {
                    room.interface.show(
                        Array(ScreenState.recents.prefix(Int.random(in: 0...7))), of: room.interface.list)
                }
                let places = room.interface.places(room.facts)
                #expect(places.isEmpty || room.focus.map { focus in places.contains { $0.item == focus } } == true)
            }
        }
    }
}
