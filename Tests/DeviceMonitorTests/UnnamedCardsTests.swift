import DeviceMonitor
import Testing

@Suite("Sound cards that are announced before they have a name")
struct UnnamedCardsTests {
    private func card(_ name: String, _ subsystem: DeviceSubsystem = .sound) -> DeviceDescription {
        DeviceDescription(
            subsystem: subsystem, sysname: "controlC0", node: "/dev/snd/controlC0", driver: "snd_aloop", card: name,
            busPath: "/devices/platform/snd_aloop.0")
    }

    @Test("a card without a name waits until it has one")
    func waits() {
        var cards = UnnamedCards()
        var told = [cards.isComplete(card(""), at: "/a")]
        #expect(cards.paths == ["/a"])
        told += [cards.isComplete(card(""), at: "/a"), cards.isComplete(card("Loopback"), at: "/a")]
        #expect(told == [false, false, true])
        #expect(cards.isEmpty)
    }

    @Test("what has a name, is no sound card, or has gone does not wait")
    func complete() {
        var cards = UnnamedCards()
        var told = [
            cards.isComplete(card("Loopback"), at: "/a"), cards.isComplete(card("", .video4linux), at: "/b"),
            cards.isComplete(card(""), at: "/c"),
        ]
        #expect(told == [true, true, false])
        cards.forget("/c")
        #expect(cards.isEmpty)
        told = [cards.isComplete(card(""), at: "/d"), cards.isComplete(nil, at: "/d")]
        #expect(told == [false, true])
        #expect(cards.isEmpty)
    }

    @Test("a card that never gets a name is told in the end")
    func bounded() {
        var cards = UnnamedCards()
        var looks = 1
        while !cards.isComplete(card(""), at: "/a") {
            looks += 1
            if looks > 1000 { break }
        }
        #expect(looks == 50)
        #expect(cards.isEmpty)
    }
}
