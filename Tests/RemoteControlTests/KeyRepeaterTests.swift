import ControlProtocol
import LinuxSystem
import RemoteControl
import Testing

@Suite("Repeats of a held key")
struct KeyRepeaterTests {
    private func at(_ milliseconds: Int) -> MonotonicTime { .zero + .milliseconds(milliseconds) }
    private let up = RemoteMeaning.key(.volumeUp)

    /// The times at which a loop that keeps every deadline sends a repeat, until `end`.
    private func repeats(_ repeater: inout KeyRepeater, until end: Int) -> [Int] {
        var times: [Int] = []
        while let deadline = repeater.deadline, deadline <= at(end) {
            for press in repeater.due(at: deadline) {
                #expect(press.isRepeat)
                times.append(Int((deadline - .zero) / 1_000_000))
            }
        }
        return times
    }

    @Test("The first repeat comes after 500 ms, then 10 a second, and none after the release")
    func pace() {
        var repeater = KeyRepeater()
        #expect(repeater.press(up, code: 115, device: "a", at: at(0)) == RemotePress(up))
        #expect(repeats(&repeater, until: 850) == [500, 600, 700, 800])
        repeater.release(code: 115, device: "a")
        #expect(repeater.deadline == nil)
        #expect(repeater.due(at: at(2000)).isEmpty)
    }

    @Test("A key that is held for minutes repeats for one, and a fresh press begins anew")
    func heldForMinutes() {
        var repeater = KeyRepeater()
        _ = repeater.press(up, code: 115, device: "a", at: at(0))
        let times = repeats(&repeater, until: 600_000)
        #expect(times.count == 596)
        #expect(times.last == 60_000)
        #expect(repeater.deadline == nil)
        #expect(repeater.press(up, code: 115, device: "a", at: at(700_000)) == nil, "it is down already")
        repeater.release(code: 115, device: "a")
        #expect(repeater.press(up, code: 115, device: "a", at: at(700_100)) != nil)
    }

    @Test("A loop that comes late makes one repeat of what it missed")
    func late() {
        var repeater = KeyRepeater()
        _ = repeater.press(up, code: 115, device: "a", at: at(0))
        #expect(repeater.due(at: at(5000)).count == 1)
        #expect(repeater.due(at: at(5050)).isEmpty)
        #expect(repeater.due(at: at(5100)).count == 1)
    }

    @Test("Of one device the key pressed last repeats; two devices do not hinder each other")
    func severalKeys() {
        var repeater = KeyRepeater()
        _ = repeater.press(up, code: 115, device: "a", at: at(0))
        _ = repeater.press(.key(.down), code: 108, device: "a", at: at(100))
        _ = repeater.press(.text("x"), code: 45, device: "b", at: at(100))
        repeater.release(code: 115, device: "a")
        #expect(
            repeater.due(at: at(600)) == [
                RemotePress(.key(.down), isRepeat: true), RemotePress(.text("x"), isRepeat: true),
            ])
        repeater.releaseAll(device: "a")
        #expect(repeater.due(at: at(700)) == [RemotePress(.text("x"), isRepeat: true)])
    }

    @Test("A key that may only have been tapped repeats once the device says that it is held")
    func unsure() {
        var repeater = KeyRepeater()
        _ = repeater.press(up, code: 0x41, device: "tv", at: at(0), isSure: false)
        #expect(repeater.deadline == nil)
        #expect(repeater.due(at: at(540)).isEmpty)
        repeater.confirm(device: "tv")
        #expect(repeater.due(at: at(541)).count == 1)
    }
}

@Suite("Connecting again")
struct ReconnectDelayTests {
    @Test("The pause doubles up to five seconds, and begins small again after a success")
    func pauses() {
        var now = MonotonicTime.zero
        var delay = ReconnectDelay(at: now)
        #expect(delay.due == now)
        var pauses: [Int64] = []
        for _ in 0..<8 {
            delay.failed(at: now)
            guard let due = delay.due else { return }
            pauses.append((due - now) / 1_000_000)
            now = due
        }
        #expect(pauses == [100, 200, 400, 800, 1600, 3200, 5000, 5000])
        delay.succeeded()
        #expect(delay.due == nil)
        delay.lost(at: now)
        #expect(delay.due == now + .milliseconds(100))
    }
}

@Suite("Presses without a meaning")
struct UnknownKeysTests {
    @Test("They are counted, and told once a minute at most")
    func told() {
        var unknown = UnknownKeys()
        #expect(unknown.count(at: .zero) == 1)
        for second in 1...59 { #expect(unknown.count(at: .zero + .seconds(second)) == nil) }
        #expect(unknown.count(at: .zero + .seconds(61)) == 60)
        #expect(unknown.total == 61)
    }
}
