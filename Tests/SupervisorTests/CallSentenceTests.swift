import CallSignaling
import Testing

@testable import Supervisor

@Suite("Why a command finds no call")
struct CallSentenceTests {
    private func call(_ phase: CallPhase, isIncoming: Bool = false, isHeld: Bool = false) -> CallRecord {
        var call = CallRecord(
            number: 3, phase: phase, isIncoming: isIncoming, remoteAddress: "sip:b@host", startedAt: 1)
        call.isHeldLocally = isHeld
        return call
    }

    @Test("What is said of the numbered call is true of it, whatever the others do")
    func misfit() {
        #expect(CallSentence.misfit(call(.ended), .goingOn) == "Call 3 is over already.")
        #expect(CallSentence.misfit(call(.ended), .ringing) == "Call 3 is over already.")
        #expect(CallSentence.misfit(call(.established, isIncoming: true), .ringing) == "Call 3 is answered already.")
        #expect(CallSentence.misfit(call(.ringingOut), .ringing) == "Call 3 was made here.")
        #expect(CallSentence.misfit(call(.ringingOut), .holdable) == "Call 3 is not answered yet.")
        #expect(CallSentence.misfit(call(.established, isHeld: true), .holdable) == "Call 3 is on hold already.")
        #expect(CallSentence.misfit(call(.established), .held) == "Call 3 is not on hold.")
    }

    @Test("Which call is meant can be said on the socket and in convenectl")
    func several() {
        #expect(
            CallSentence.several([1, 2])
                == "Several calls fit (1, 2); say which with \"call\", in convenectl with --call 2.")
    }

    @Test("One call is not called calls")
    func full() {
        #expect(CallSentence.full(living: 1) == "The room has one call already, which is its limit; hang it up first.")
        #expect(CallSentence.full(living: 2).hasPrefix("The room has 2 calls already"))
    }
}
