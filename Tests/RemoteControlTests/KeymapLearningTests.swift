import ControlProtocol
import LinuxSystem
import RemoteControl
import Testing

@Suite("Learning a remote")
struct KeymapLearningTests {
    private func at(_ seconds: Int) -> MonotonicTime { .zero + .seconds(seconds) }
    private func nec(_ code: UInt64) -> ReceivedScancode {
        ReceivedScancode(transmission: .nec, variant: "nec", scancode: code)
    }

    @Test("Each key is learnt after the same scancode has come twice, and the keymap has it")
    func learns() throws {
        var learning = KeymapLearning(keys: [.ok, .up], at: at(0))
        #expect(learning.start == .ask(.ok))
        #expect(learning.handle(.scancode(nec(0x408), isRepeat: false), at: at(1)) == [.again(.ok)])
        #expect(learning.handle(.scancode(nec(0x408), isRepeat: true), at: at(2)).isEmpty, "still held")
        #expect(
            learning.handle(.scancode(nec(0x408), isRepeat: false), at: at(3)) == [.learnt(.ok, nec(0x408)), .ask(.up)])
        #expect(learning.handle(.scancode(nec(0x408), isRepeat: false), at: at(5)) == [.taken(.up, by: .ok)])
        #expect(learning.handle(.scancode(nec(0x409), isRepeat: false), at: at(6)) == [.again(.up)])
        #expect(learning.handle(.scancode(nec(0x40A), isRepeat: false), at: at(7)) == [.differs(.up)])
        #expect(learning.handle(.scancode(nec(0x409), isRepeat: false), at: at(8)) == [.again(.up)])
        #expect(
            learning.handle(.scancode(nec(0x409), isRepeat: false), at: at(9)) == [.learnt(.up, nec(0x409)), .done])
        #expect(learning.deadline == nil)
        let keymap = learning.keymap(name: "mine")
        #expect(keymap.tables.count == 1)
        let read = try Keymap.parse(Array(keymap.text.utf8), file: "k")
        #expect(read == keymap)
        #expect(read.entries.map { KeyTable.key($0.key) } == [.ok, .up])
    }

    @Test("A key can be left out, and the learning ended early")
    func skips() {
        var learning = KeymapLearning(keys: [.ok, .up, .down], at: at(0))
        #expect(learning.handle(.skip, at: at(1)) == [.ask(.up)])
        #expect(learning.handle(.finish, at: at(2)) == [.done])
        #expect(learning.keymap(name: "").tables.isEmpty)
        #expect(learning.handle(.skip, at: at(3)).isEmpty)
    }

    @Test("Who goes away ends it after half a minute")
    func timesOut() {
        var learning = KeymapLearning(keys: [.ok], at: at(0))
        #expect(learning.due(at: at(29)).isEmpty)
        _ = learning.handle(.scancode(nec(1), isRepeat: false), at: at(29))
        #expect(learning.due(at: at(31)).isEmpty)
        #expect(learning.due(at: at(59)) == [.timedOut])
        #expect(learning.due(at: at(99)).isEmpty)
    }

    @Test("What a remote still sends of one press is no second press")
    func settles() {
        var learning = KeymapLearning(keys: [.ok], at: at(0))
        _ = learning.handle(.scancode(nec(1), isRepeat: false), at: at(1))
        #expect(learning.handle(.scancode(nec(1), isRepeat: false), at: at(1) + .milliseconds(110)).isEmpty)
        #expect(learning.handle(.scancode(nec(1), isRepeat: false), at: at(1) + .milliseconds(220)).isEmpty)
        #expect(learning.handle(.scancode(nec(1), isRepeat: false), at: at(3)).last == .done)
    }
}
