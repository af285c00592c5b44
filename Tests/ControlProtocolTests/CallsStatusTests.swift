import ControlProtocol
import Testing

@Suite struct CallsStatusTests {
    @Test("A call that has ended is none that goes on") func aCallThatHasEnded() {
        #expect(!CallsStatus.isAnyLiving(["1": ["state": "ended"], "2": ["state": "ended"]]))
        #expect(!CallsStatus.isAnyLiving([:]))
        #expect(!CallsStatus.isAnyLiving(nil))
        #expect(!CallsStatus.isAnyLiving("ended"))
    }

    @Test(
        "Every other call goes on", arguments: ["dialling", "ringing_out", "ringing_in", "connecting", "established"])
    func everyOtherCall(state: String) {
        #expect(CallsStatus.isAnyLiving(["1": ["state": "ended"], "2": ["state": .string(state)]]))
    }
}
