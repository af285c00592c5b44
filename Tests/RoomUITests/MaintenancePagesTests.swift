import ControlProtocol
import FuzzSupport
import RoomUI
import Testing

@Suite("The maintenance pages")
struct MaintenancePagesTests {
    private struct Room {
        var facts = ScreenState.idle()
        var interface = ScreenState.fresh()
        var now: Int64 = 10_000_000_000

        init(isLocked: Bool = false) {
            facts.maintenance = .init(isLocked: isLocked)
            _ = interface.update(facts, at: now)
            now += 2_000_000_000
        }

        @discardableResult
        mutating func press(_ keys: ControlKey...) -> [InterfaceAction] {
            keys.flatMap { key in
                now += 150_000_000
                return interface.press(key, facts, at: now)
            }
        }

        var focus: FocusItem? { interface.focus(facts) }
        var shown: RoomScreen { interface.screen(facts, at: now) }
    }

    @Test("A PIN opens the page, a wrong one does not, and the digits are not on the screen")
    func pin() {
        var room = Room(isLocked: true)
        room.press(.f4, .up, .up, .ok)
        #expect(room.interface.page == .code && room.interface.isAskingPIN)
        #expect(room.press(.one, .two, .three, .four) == [])
        #expect(room.shown.code?.typed == "\u{2022}\u{2022}\u{2022}\u{2022}" && room.shown.code?.number == nil)
        #expect(room.focus == .confirm)
        #expect(room.press(.ok) == [.unlockMaintenance("1234")])
        // While it is looked at nothing is asked again.
        #expect(room.press(.ok, .five, .ok) == [])
        room.interface.refused(.wrong, at: room.now)
        #expect(room.interface.page == .code && room.shown.code?.refusal == .wrong && room.shown.code?.typed == "")
        #expect(room.press(.nine, .ok) == [.unlockMaintenance("9")])
        room.interface.unlocked(at: room.now)
        #expect(room.interface.page == .maintenance && !room.interface.isAskingPIN)
        room.press(.back)
        #expect(room.interface.page == .settings && room.focus == .maintenance)
        // Outside, the door is shut again.
        room.press(.ok)
        #expect(room.interface.page == .code)
    }

    @Test("Keys of the screen type a PIN as well, with the last digit taken back")
    func screenKeys() {
        var room = Room(isLocked: true)
        room.press(.f4, .up, .up, .ok, .ok, .up, .ok)
        #expect(room.shown.code?.typed.count == 2)
        room.press(.back)
        #expect(room.shown.code?.typed.count == 1 && room.interface.page == .code)
        #expect(room.press(.down, .down, .down, .right, .ok) == [.unlockMaintenance("5")] && room.focus == .confirm)
    }

    @Test("An answer that comes when the page has gone opens nothing")
    func tooLate() {
        var room = Room(isLocked: true)
        room.press(.f4, .up, .up, .ok, .one, .ok, .home)
        room.interface.unlocked(at: room.now)
        #expect(room.interface.page == .home)
        room.press(.f4, .up, .up, .ok)
        room.interface.show(logs: [LogLine(journal: "x")])
        #expect(room.interface.logs == nil)
    }

    @Test("Erasing needs the number on the screen")
    func erase() throws {
        var room = Room()
        room.press(.f4, .up, .up, .ok)
        #expect(room.interface.page == .maintenance)
        #expect(room.press(.up, .ok) == [])
        let number = try #require(room.shown.code?.number)
        #expect(number.count == 4 && room.focus == .key("5"))
        #expect(room.press(.ok, .ok, .ok, .ok) == [], "OK alone erases nothing")
        room.press(.down, .down, .right, .ok)
        #expect(room.shown.code?.refusal == (number == "5555" ? nil : .wrong))
        #expect(room.interface.type(number, room.facts, at: room.now) == [])
        #expect(room.press(.ok) == [.eraseRoom])
        #expect(room.interface.page == .maintenance && room.focus == .task(.erase))
    }

    @Test("Without a PIN in the settings of a room that is set up nothing is erased")
    func eraseNeedsPIN() {
        var room = Room()
        room.facts.maintenance?.canErase = false
        room.press(.f4, .up, .up, .ok)
        #expect(room.press(.up, .ok) == [] && room.interface.page == .maintenance)
    }

    @Test("While something goes on nothing else is begun")
    func oneAtATime() {
        var room = Room()
        room.press(.f4, .up, .up, .ok, .down)
        #expect(room.press(.ok) == [.writeDiagnostics])
        room.facts.maintenance?.work = .writingDiagnostics
        #expect(room.press(.ok, .down, .ok) == [] && room.interface.page == .maintenance)
    }

    @Test("Logs begin at their end and scroll by lines and pages")
    func logs() {
        var room = Room()
        room.press(.f4, .up, .up, .ok)
        #expect(room.press(.ok) == [.readLogs] && room.shown.logLines == nil)
        room.interface.show(logs: (0..<30).map { LogLine(journal: "line \($0)") })
        #expect(room.shown.logLines?.last?.text == "line 29" && room.shown.logLines?.count == 7)
        room.press(.up)
        #expect(room.shown.logLines?.last?.text == "line 28")
        room.press(.left, .left, .left, .left)
        #expect(room.shown.logLines?.first?.text == "line 0")
        room.press(.right, .down)
        #expect(room.shown.logLines?.first?.text == "line 8")
        room.press(.back)
        #expect(room.interface.page == .maintenance)
        room.press(.ok)
        room.interface.show(logs: [])
        #expect(room.shown.logLines?.isEmpty == true && room.press(.down, .up, .ok) == [])
    }

    @Test("A call, and time, lead out of it")
    func leaving() {
        var room = Room(isLocked: true)
        room.press(.f4, .up, .up, .ok, .one)
        var ringing = room.facts
        ringing.incoming = .init(ScreenState.berlin)
        _ = room.interface.update(ringing, at: room.now)
        #expect(room.interface.page == .incoming)
        _ = room.interface.update(room.facts, at: room.now)
        #expect(room.interface.page == .home && room.shown.code == nil)
        room.press(.f4, .up, .up, .ok, .one)
        _ = room.interface.update(room.facts, at: room.now + 121_000_000_000)
        #expect(room.interface.page == .home)
    }

    @Test("Without the page the settings do not lead to it")
    func notOffered() {
        var room = Room()
        room.facts.maintenance = nil
        room.press(.f4, .up, .up)
        #expect(room.focus == .setting(.volume))
    }

    @Test("Lines of the journal are taken apart; what has another form is shown whole")
    func lines() {
        let line = LogLine(journal: "2026-11-24T14:05:33+00:00 room convened[412]: info room: it is up")
        #expect(line.time == "14:05:33" && line.text == "convened: info room: it is up")
        #expect(LogLine(journal: "2026-11-24T14:05:33+00:00 room systemd[1]: Started convened.service").isRoutine)
        #expect(!LogLine(journal: "2026-11-24T14:05:33+00:00 room systemd[1]: a.service: Failed with 1").isRoutine)
        #expect(!line.isRoutine)
        let other = LogLine(journal: "-- Boot 3f6c --")
        #expect(other.time.isEmpty && other.text == "-- Boot 3f6c --")
        #expect(LogLine(journal: "").text.isEmpty)
        #expect(LogLine(journal: "2026-11-24T14:05:33+00:00 room a: \u{1B}[31m\u{202E}red").text == "a: [31mred")
    }

    @Test("No line of the journal breaks it")
    func fuzz() {
        var fuzzer = MutationFuzzer(
            corpus: [Array("2026-11-24T14:05:33+00:00 room convened[412]: info".utf8), Array("T T T T".utf8)], seed: 29)
        fuzzer.run(count: 20_000) { raw in
            let line = LogLine(journal: String(decoding: raw, as: UTF8.self))
            #expect(line.time.count <= 9 && line.text.unicodeScalars.allSatisfy { $0.value >= 0x20 })
        }
    }
}
