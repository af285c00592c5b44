import ControlProtocol
import RemoteControl
import Testing

@Suite("Events of an input device")
struct InputInterpreterTests {
    // linux/input-event-codes.h
    private static let keys = ["ok": 0x160, "a": 30, "3": 4, "shift": 42, "unknown": 240, "brightness": 224]

    private func key(_ name: String, _ value: Int32) -> InputEvent {
        InputEvent(type: 1, code: UInt16(Self.keys[name] ?? 0), value: value)
    }
    private let report = InputEvent(type: 0, code: 0, value: 0)
    private func scan(_ code: Int32) -> InputEvent { InputEvent(type: 4, code: 4, value: code) }

    private func outputs(_ events: [InputEvent]) -> [InputInterpreter.Output] {
        var interpreter = InputInterpreter()
        return events.compactMap { interpreter.handle($0) }
    }

    @Test("A press and a release arrive, the kernel's repeats do not")
    func press() {
        #expect(
            outputs([scan(0x408), key("ok", 1), report, key("ok", 2), report, key("ok", 0), report])
                == [.down(.key(.ok), code: 0x160), .up(code: 0x160)])
    }

    @Test("Letters are text, shift makes them capitals, digits are keys of the room")
    func keyboard() {
        #expect(
            outputs([
                key("a", 1), report, key("shift", 1), key("a", 1), key("3", 1), key("shift", 0), key("3", 1), report,
            ]) == [
                .down(.text("a"), code: 30), .down(.text("A"), code: 30), .down(.key(.pound), code: 4),
                .down(.key(.three), code: 4),
            ])
    }

    @Test("A scancode without a key, and a key without a use, are told as such")
    func unknown() {
        #expect(outputs([scan(0x1234), report]) == [.unknownScancode(0x1234)])
        #expect(outputs([scan(0x77), key("unknown", 1), report]) == [.unknownScancode(0x77)])
        #expect(outputs([key("brightness", 1), report]) == [.unused(LinuxKey(code: 224))])
    }

    @Test("After lost events nothing is believed until the next report, and then the state is to be asked for")
    func lost() {
        let dropped = InputEvent(type: 0, code: 3, value: 0)
        #expect(
            outputs([dropped, key("ok", 1), key("ok", 0), report, key("ok", 1), report])
                == [.lost, .down(.key(.ok), code: 0x160)])
    }
}
