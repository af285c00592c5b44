import ControlProtocol
import Testing

@testable import ConvenectlProgram

@Suite("Following a call")
struct CallProgressTests {
    private func tree(_ state: String, reason: JSONValue = nil) -> StatusTree {
        StatusTree(["calls": ["7": ["state": .string(state), "address": "sip:a@b", "reason": reason]]])
    }

    @Test("Each state is told once, and the call stands in the end")
    func success() {
        var progress = CallProgress(call: 7)
        #expect(progress.update(StatusTree(["calls": [:]])) == (nil, nil))
        #expect(progress.update(tree("dialling")) == ("Calling sip:a@b.", nil))
        #expect(progress.update(tree("dialling")) == (nil, nil))
        #expect(progress.update(tree("ringing_out")) == ("It rings over there.", nil))
        #expect(progress.update(tree("connecting")) == ("Answered.", nil))
        #expect(progress.update(tree("transferring")) == ("The call is transferring.", nil))
        #expect(progress.update(tree("established")) == ("Call 7 stands.", .established))
    }

    @Test("A call that ends or disappears has failed")
    func failure() {
        var progress = CallProgress(call: 7)
        #expect(progress.update(tree("ended", reason: "Busy.")) == (nil, .failed("Busy.")))
        var silent = CallProgress(call: 7)
        #expect(silent.update(tree("ended")).outcome == .failed("The call ended; the terminal does not say why."))
        var gone = CallProgress(call: 7)
        _ = gone.update(tree("dialling"))
        #expect(gone.update(StatusTree()).outcome == .failed("The call is gone; the terminal does not say why."))
    }
}
