import LinuxSystem
import MediaTypes
import RealtimeSupport
import RoomUI
import Testing

@Suite("Rendering of the screen")
struct RoomRendererTests {
    private let mode = DisplayMode(width: 1280, height: 720, refreshMillihertz: 60000)

    private static let party = RoomFacts.Party(name: "Berlin", address: "sip:berlin@example.net")

    private func room(minute: Int = 5) -> RoomScreen { room(minute: minute) { _ in } }

    private func room(minute: Int = 5, _ change: (inout RoomFacts) -> Void) -> RoomScreen {
        var facts = ScreenState.idle()
        facts.now.minute = minute
        change(&facts)
        return ScreenState.state("", facts).screen
    }

    private func ringing(_ party: RoomFacts.Party = party, minute: Int = 5) -> RoomScreen {
        room(minute: minute) { $0.incoming = .init(party) }
    }

    private func inCall(_ seconds: Int, showsDetails: Bool) -> RoomScreen {
        var screen = ScreenState.state("", ScreenState.inCall(ScreenState.idle(), seconds: seconds)).screen
        screen.showsDetails = showsDetails
        return screen
    }

    @Test("Ink lies in the occupied rectangles, all other pixels are clear")
    func occupied() throws {
        let renderer = try RoomRenderer(mode: mode)
        for var screen in [room(), ringing(), inCall(1, showsDetails: true)] {
            screen.facts.isMuted = true
            let picture = try Picture(renderer.render(screen))
            #expect(picture.inkOutside(picture.occupied) == 0)
            for index in 0..<picture.occupied.count {
                #expect(picture.ink(in: picture.occupied[index]) > 100)
            }
        }
    }

    @Test("A screen that looks as before is not rendered again")
    func unchanged() throws {
        let renderer = try RoomRenderer(mode: mode)
        #expect(try Picture(renderer.render(room())).occupied.count > 0)
        let again = renderer.render(room()) == nil
        #expect(again)
        renderer.invalidate()
        let whole = renderer.render(room()) == nil
        #expect(!whole)
    }

    @Test("The changes cover each pixel that differs, and not the whole screen")
    func changes() throws {
        let renderer = try RoomRenderer(mode: mode)
        let before = try Picture(renderer.render(room()))
        let after = try Picture(renderer.render(room(minute: 6)))
        #expect(before.differing(from: after, outside: after.changes) == 0)
        #expect(before.differing(from: after, outside: Region()) > 0)
        #expect(after.changes.area < mode.bounds.area / 4)
        // What was there and is not any more is a change too.
        let call = try Picture(renderer.render(ringing()))
        #expect(after.differing(from: call, outside: call.changes) == 0)
    }

    @Test("Surfaces are used in turn, and without a free one nothing is rendered")
    func surfaces() throws {
        let renderer = try RoomRenderer(mode: mode)
        do {
            let first = renderer.render(room(minute: 1))
            let second = renderer.render(room(minute: 2))
            let third = renderer.render(room(minute: 3))
            let none = renderer.render(room(minute: 4)) == nil
            #expect(none)
            #expect(renderer.isWaiting)
            #expect(try Picture(first).base != Picture(second).base)
            _ = consume third
        }
        let later = renderer.render(room(minute: 4)) == nil
        #expect(!later)
        #expect(!renderer.isWaiting)
    }

    @Test("On a display opened anew even a screen without anything takes the old one's place")
    func emptyAfterOpening() throws {
        let renderer = try RoomRenderer(mode: mode)
        _ = try Picture(renderer.render(ringing()))
        renderer.invalidate()
        let bare = try Picture(renderer.render(inCall(1, showsDetails: false)), mayBeEmpty: true)
        #expect(bare.changes.area == mode.bounds.area)
    }

    @Test("A surface that came back carries nothing of its old picture", arguments: [1, 2, 3, 4, 5])
    func emptied(round: Int) throws {
        let renderer = try RoomRenderer(mode: mode)
        for step in 0..<round { _ = renderer.render(ringing(minute: step)) }
        _ = renderer.render(inCall(round, showsDetails: true))
        let bare = try Picture(renderer.render(inCall(round, showsDetails: false)), mayBeEmpty: true)
        #expect(bare.inkOutside(Region()) == 0)
    }

    @Test(
        "Every script leaves ink, and a name that is no text does no harm",
        arguments: [
            "Grüße", "Ελληνικά", "Кириллица", "עברית", "العربية", "हिन्दी", "ไทย", "\u{0}\u{FFFD}\u{202E}x", "",
            String(repeating: "W", count: 5000),
        ])
    func scripts(name: String) throws {
        let renderer = try RoomRenderer(mode: mode)
        let empty = try Picture(
            renderer.render(ringing(.init(name: "|", address: "sip:a@b"))))
        let named = try Picture(
            renderer.render(ringing(.init(name: name, address: "sip:a@b"))))
        #expect(named.differing(from: empty, outside: Region()) > 50)
    }
}

/// A copy of a rendered surface.
private struct Picture {
    let pixels: [UInt32]
    let width: Int
    let height: Int
    let occupied: Region
    let changes: Region
    let base: UnsafeMutableRawPointer

    init(_ rendered: consuming RenderedInterface?, mayBeEmpty: Bool = false) throws {
        guard let rendered else { throw NothingRendered() }
        let surface = rendered.surface.value
        width = surface.width
        height = surface.height
        base = surface.base
        occupied = surface.occupied
        changes = rendered.changes
        pixels = (0..<surface.height).flatMap { y in
            (0..<surface.width).map { x in
                surface.base.load(fromByteOffset: y * surface.stride + x * 4, as: UInt32.self)
            }
        }
        if !mayBeEmpty { #expect(!occupied.isEmpty) }
    }

    func ink(in rect: Rect) -> Int {
        (rect.y..<rect.bottom).reduce(0) { sum, y in
            sum + (rect.x..<rect.right).count { pixels[y * width + $0] != 0 }
        }
    }

    func inkOutside(_ region: Region) -> Int { count(outside: region) { pixels[$0] != 0 } }

    func differing(from other: Picture, outside region: Region) -> Int {
        count(outside: region) { pixels[$0] != other.pixels[$0] }
    }

    private func count(outside region: Region, _ condition: (Int) -> Bool) -> Int {
        var found = 0
        for y in 0..<height {
            for x in 0..<width where condition(y * width + x) && !region.contains(x: x, y: y) { found += 1 }
        }
        return found
    }

    struct NothingRendered: Error {}
}
