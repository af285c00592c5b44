import CallSignaling
import ControlProtocol
import Directory
import Supervisor
import Testing

@Suite("What the history says of a call")
struct CallOutcomeTests {
    /// What each reason makes of an outgoing call that was placed, and was answered or not.
    @Test(
        "Of a call that we made",
        arguments: [
            (EndReason.rejected(status: 486, phrase: "Busy Here"), false, CallOutcome.busy),
            (.rejected(status: 600, phrase: "Busy Everywhere"), false, .busy),
            (.rejected(status: 603, phrase: "Decline"), false, .refused),
            (.rejected(status: 404, phrase: "Not Found"), false, .failed), (.noAnswer, false, .failed),
            (.localHangup, false, .failed), (.timeout, false, .failed), (.localHangup, true, .answered),
            (.remoteHangup(explanation: nil), true, .answered), (.transport("gone"), true, .answered),
        ])
    func outgoing(reason: EndReason, isAnswered: Bool, outcome: CallOutcome) {
        var room = RoomStateMachine(
            policy: .init(maximumCalls: 2, autoAnswer: false, muteOnAnswer: false), volume: 60,
            layout: .pictureInPicture)
        #expect(room.handle(.dial(address: "sip:b@host"), at: 1).contains(.lookUpName(number: 1)))
        _ = room.handle(.placed(number: 1, CallID(rawValue: 7)), at: 2)
        if isAnswered { _ = room.handle(.answered(CallID(rawValue: 7)), at: 3) }
        let actions = room.handle(.ended(CallID(rawValue: 7), reason), at: 4)
        #expect(actions.contains(.keepInHistory(number: 1, outcome)))
    }

    @Test("Of a call that could not be placed")
    func notPlaced() {
        var room = RoomStateMachine(
            policy: .init(maximumCalls: 2, autoAnswer: false, muteOnAnswer: false), volume: 60,
            layout: .pictureInPicture)
        _ = room.handle(.dial(address: "nowhere"), at: 1)
        let actions = room.handle(.placingFailed(number: 1, sentence: "No."), at: 2)
        #expect(actions.contains(.keepInHistory(number: 1, .failed)))
    }

    @Test("The directory's name goes before the far end's own")
    func names() {
        var room = RoomStateMachine(
            policy: .init(maximumCalls: 2, autoAnswer: false, muteOnAnswer: false), volume: 60,
            layout: .pictureInPicture)
        _ = room.handle(.dial(address: "sip:b@host"), at: 1)
        #expect(room.call(1)?.shownName == nil)
        #expect(room.handle(.nameKnown(number: 1, "Blue room"), at: 2).contains(.publish))
        #expect(room.call(1)?.shownName == "Blue room")
    }

    @Test("A store that cannot be used is a trouble like any other")
    func trouble() {
        var room = RoomStateMachine(
            policy: .init(maximumCalls: 2, autoAnswer: false, muteOnAnswer: false), volume: 60,
            layout: .pictureInPicture)
        #expect(room.handle(.contactsTrouble("It is full."), at: 1).contains(.publish))
        #expect(room.troubles.last == "It is full.")
        #expect(room.handle(.contactsTrouble("It is full."), at: 2).isEmpty)
        _ = room.handle(.contactsTrouble(nil), at: 3)
        #expect(!room.troubles.contains("It is full."))
    }
}
