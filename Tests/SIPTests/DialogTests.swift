import Testing

@testable import SIP

@Suite("Dialogs")
struct DialogTests {
    private let invite: SIPRequest
    private let success: SIPResponse

    init() throws {
        invite = try Samples.parsedRequest(
            Samples.request(more: ["Record-Route: <sip:p2;lr>, <sip:p1;lr>"]))
        success = try Samples.parsedResponse(
            Samples.response(more: ["Record-Route: <sip:p2;lr>, <sip:p1;lr>"]))
    }

    @Test("The caller's requests go along the reversed route to the callee's contact")
    func caller() throws {
        var dialog = try Dialog(callerOf: invite, response: success)
        #expect(dialog.isConfirmed)
        #expect(dialog.id == DialogID(callID: "c1@192.0.2.1", localTag: "a1", remoteTag: "b1"))
        let bye = dialog.request(.bye)
        #expect(bye.uri.description == "sip:room@192.0.2.9")
        #expect(bye.headers.values(.route) == ["<sip:p1;lr>", "<sip:p2;lr>"])
        #expect(bye.headers[.cseq] == "8 BYE")
        #expect(bye.headers[.from] == "\"Anna\" <sip:anna@192.0.2.1>;tag=a1")
        #expect(bye.headers[.to] == "<sip:room@192.0.2.9>;tag=b1")
        #expect(dialog.nextHop.description == "sip:p1;lr")
        #expect(dialog.ack(sequence: 7).headers[.cseq] == "7 ACK")
        #expect(dialog.request(.invite).headers[.cseq] == "9 INVITE")
    }

    @Test("The callee's requests go along the route as it stands")
    func callee() throws {
        var dialog = try Dialog(calleeOf: invite, localTag: "b1")
        #expect(!dialog.isConfirmed)
        let bye = dialog.request(.bye)
        #expect(bye.uri.description == "sip:anna@192.0.2.1")
        #expect(bye.headers.values(.route) == ["<sip:p2;lr>", "<sip:p1;lr>"])
        #expect(bye.headers[.from] == "<sip:room@192.0.2.9>;tag=b1")
        #expect(bye.headers[.cseq] == "1 BYE")
    }

    @Test("A strict router stands in the request line, the target at the end of the route")
    func strictRouter() throws {
        let strict = try Samples.parsedResponse(Samples.response(more: ["Record-Route: <sip:p2;lr>, <sip:p1>"]))
        var dialog = try Dialog(callerOf: invite, response: strict)
        let bye = dialog.request(.bye)
        #expect(bye.uri.description == "sip:p1")
        #expect(bye.headers.values(.route) == ["<sip:p2;lr>", "<sip:room@192.0.2.9>"])
        #expect(dialog.nextHop.description == "sip:p1")
    }

    @Test("An early dialog takes route and target of its 2xx")
    func confirmation() throws {
        let ringing = try Samples.parsedResponse(Samples.response("SIP/2.0 180 Ringing"))
        var dialog = try Dialog(callerOf: invite, response: ringing)
        #expect(!dialog.isConfirmed)
        #expect(dialog.routeSet.isEmpty)
        try dialog.confirm(by: success)
        #expect(dialog.isConfirmed)
        #expect(dialog.routeSet.count == 2)
    }

    @Test("Numbers of the peer must rise")
    func sequences() throws {
        var dialog = try Dialog(calleeOf: invite, localTag: "b1")
        let outcomes = [7, 9, 8, 9, 10].map { dialog.accept(remoteSequence: $0) }
        #expect(outcomes == [false, true, false, false, true])
        var own = try Dialog(callerOf: invite, response: success)
        let isFirstTaken = own.accept(remoteSequence: 0)
        #expect(isFirstTaken)
    }

    @Test("A re-INVITE moves the target")
    func targetRefresh() throws {
        var dialog = try Dialog(calleeOf: invite, localTag: "b1")
        try dialog.refreshTarget(Headers([Headers.Field(.contact, "<sip:anna@198.51.100.7:5070;transport=tcp>")]))
        #expect(dialog.remoteTarget.description == "sip:anna@198.51.100.7:5070;transport=tcp")
        try dialog.refreshTarget(Headers())
        #expect(dialog.remoteTarget.port == 5070)
    }

    @Test("Without a contact that can be called there is no dialog")
    func noContact() throws {
        var bare = invite
        bare.headers[.contact] = nil
        #expect(throws: SIPSyntaxError("Contact", "is missing")) { try Dialog(calleeOf: bare, localTag: "b1") }
        bare.headers[.contact] = "<tel:+123>"
        #expect(throws: SIPSyntaxError("Contact", "is no SIP URI")) { try Dialog(calleeOf: bare, localTag: "b1") }
    }
}
