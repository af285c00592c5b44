import LinuxSystem
import Testing

@testable import Supervisor

@Suite("What the screen shows of a call that begins")
struct ScreenHoldTests {
    private let begun = MonotonicTime(nanoseconds: 5_000_000_000)

    private func marks(_ change: (inout SetupMarks) -> Void = { _ in }) -> SetupMarks {
        var marks = SetupMarks()
        marks.begun = begun
        change(&marks)
        return marks
    }

    @Test("Dialling is shown a moment later: a far end that takes the call at once has sent its picture by then")
    func dialling() {
        #expect(ScreenHold.end(of: .dialling, marks()) == begun + .milliseconds(60))
    }

    @Test("Ringing is shown at once, at either end", arguments: [CallPhase.ringingOut, .ringingIn, .ended])
    func ringing(_ phase: CallPhase) {
        #expect(ScreenHold.end(of: phase, marks()) == nil)
    }

    @Test(
        "From the answer on the first picture is waited for, but not for long",
        arguments: [
            CallPhase.connecting, .established,
        ])
    func answered(_ phase: CallPhase) {
        let answered = begun + .seconds(3)
        #expect(ScreenHold.end(of: phase, marks { $0.answered = answered }) == answered + .milliseconds(250))
        #expect(ScreenHold.end(of: phase, marks()) == begun + .milliseconds(250))
        let decoded = marks {
            $0.answered = answered
            $0.firstVideoDecoded = answered + .milliseconds(20)
        }
        #expect(ScreenHold.end(of: phase, decoded) == nil)
    }
}
