import ControlProtocol
import Directory
import MediaPipelines
import Supervisor
import Testing

@testable import CallSignaling

@Suite("When somebody calls")
struct DoorbellTests {
    private func room(_ change: (inout RoomStateMachine.Policy) -> Void = { _ in }) -> RoomStateMachine {
        var policy = RoomStateMachine.Policy(maximumCalls: 2, autoAnswer: false, muteOnAnswer: false)
        policy.ringTone = .chime
        policy.ringVolume = 60
        change(&policy)
        return RoomStateMachine(policy: policy, volume: 60, layout: .pictureInPicture)
    }

    private func call(_ number: UInt64 = 7) -> RoomEvent {
        .incoming(
            IncomingCall(
                call: CallID(rawValue: number), displayName: "Blue", uri: "sip:blue@example.com", calledUser: nil,
                offer: nil, localAddress: "192.0.2.1", remoteAddress: "192.0.2.7:5060", userAgent: nil))
    }

    @Test("It rings with the chosen tone, and stops when the call is answered or gone")
    func rings() {
        var room = room()
        let ringing = room.handle(call(), at: 1)
        #expect(ringing.contains(.setTone(.chime, volume: 60)))
        #expect(ringing.contains(.stream(.speaker, true)))
        #expect(!ringing.contains(.stream(.camera, true)))
        let answered = room.handle(.answer(number: 1), at: 2)
        #expect(answered.contains(.setTone(.none, volume: 0)))
        #expect(!answered.contains { if case .stream(.speaker, _) = $0 { true } else { false } })
        // A second call rings into the first, softer.
        #expect(room.handle(call(8), at: 3).contains(.setTone(.chime, volume: 20)))
        #expect(room.handle(.ended(CallID(rawValue: 8), .cancelled), at: 4).contains(.setTone(.none, volume: 0)))
        #expect(room.handle(.ended(CallID(rawValue: 7), .localHangup), at: 5).contains(.stream(.speaker, false)))
    }

    @Test("Ring-back is heard while it rings over there")
    func ringback() {
        var room = room()
        _ = room.handle(.dial(address: "sip:b@host"), at: 1)
        _ = room.handle(.placed(number: 1, CallID(rawValue: 7)), at: 2)
        #expect(room.handle(.ringing(CallID(rawValue: 7)), at: 3).contains(.setTone(.ringback, volume: 60)))
        #expect(room.handle(.answered(CallID(rawValue: 7)), at: 4).contains(.setTone(.none, volume: 0)))
        var silent = self.room { $0.playsRingback = false }
        _ = silent.handle(.dial(address: "sip:b@host"), at: 1)
        _ = silent.handle(.placed(number: 1, CallID(rawValue: 7)), at: 2)
        #expect(!silent.handle(.ringing(CallID(rawValue: 7)), at: 3).contains(.setTone(.ringback, volume: 60)))
    }

    @Test("A room that does not want to be disturbed is busy, silent, and counts the call as missed")
    func doNotDisturb() {
        var room = room { $0.autoAnswer = true }
        _ = room.handle(.standby(true), at: 1)
        #expect(room.handle(.doNotDisturb(true), at: 2).contains(.publish))
        let actions = room.handle(call(), at: 3)
        #expect(actions.contains(.refuse(number: 1, status: 486)))
        #expect(!actions.contains { if case .setTone = $0 { true } else { false } })
        #expect(!actions.contains(.setScreenActive(true)))
        #expect(room.ringingCall == nil)
        #expect(actions.contains(.keepInHistory(number: 1, .missed)))
        #expect(room.livingCalls.isEmpty)
        let ended = room.handle(.ended(CallID(rawValue: 7), .localHangup), at: 4)
        #expect(!ended.contains(.keepInHistory(number: 1, .refused)))
        #expect(room.call(1)?.endSentence == "The room did not want to be disturbed.")
        _ = room.handle(.doNotDisturb(false), at: 5)
        #expect(room.handle(call(9), at: 6).contains(.accept(number: 2)))
    }

    @Test("In quiet hours a call neither sounds nor wakes the screen, and answering does")
    func quiet() {
        var room = room()
        _ = room.handle(.standby(true), at: 1)
        _ = room.handle(.quiet(true), at: 2)
        let actions = room.handle(call(), at: 3)
        #expect(actions.contains(.ring(number: 1)))
        #expect(!actions.contains(.setScreenActive(true)))
        #expect(!actions.contains { if case .setTone = $0 { true } else { false } })
        #expect(room.handle(.answer(number: 1), at: 4).contains(.setScreenActive(true)))
    }

    @Test("The answer comes by itself after the countdown, muted, unless somebody was quicker")
    func countdown() {
        var room = room {
            $0.autoAnswer = true
            $0.autoAnswerSeconds = 5
        }
        let actions = room.handle(call(), at: 1_000)
        #expect(actions.contains(.countDown(number: 1, seconds: 5)))
        #expect(actions.contains(.setTone(.chime, volume: 60)))
        #expect(room.call(1)?.autoAnswersAt == 5_000_001_000)
        let due = room.handle(.autoAnswerDue(number: 1), at: 5_000_001_000)
        #expect(due.contains(.accept(number: 1)))
        #expect(due.contains(.setMuted(true)))
        #expect(room.handle(.autoAnswerDue(number: 1), at: 5_000_001_001).isEmpty)

        _ = room.handle(call(8), at: 6_000_000_000)
        _ = room.handle(.hangUp(number: 2), at: 6_100_000_000)
        _ = room.handle(.ended(CallID(rawValue: 8), .localHangup), at: 6_200_000_000)
        #expect(room.handle(.autoAnswerDue(number: 2), at: 11_000_000_000).isEmpty)

        var open = self.room {
            $0.autoAnswer = true
            $0.autoAnswerSeconds = 5
            $0.mutesAutoAnswered = false
        }
        _ = open.handle(call(), at: 1)
        #expect(!open.handle(.autoAnswerDue(number: 1), at: 2).contains(.setMuted(true)))
    }

    @Test("Without a countdown a call is answered at once, as it always was")
    func atOnce() {
        var room = room { $0.autoAnswer = true }
        let actions = room.handle(call(), at: 1)
        #expect(actions.contains(.accept(number: 1)))
        #expect(!actions.contains(.setMuted(true)))
    }

    @Test(
        "Quiet hours hold from the first minute to before the last, over midnight too",
        arguments: [
            ("22:00", "07:00", 1, 22 * 60, true), ("22:00", "07:00", 1, 22 * 60 - 1, false),
            ("22:00", "07:00", 2, 6 * 60 + 59, true), ("22:00", "07:00", 2, 7 * 60, false),
            ("22:00", "07:00", 1, 60, false), ("22:00", "07:00", 3, 60, false),
            ("12:00", "13:30", 1, 13 * 60 + 29, true),
            ("12:00", "13:30", 1, 13 * 60 + 30, false), ("12:00", "13:30", 2, 12 * 60, false),
            ("00:00", "00:00", 1, 12 * 60, true), ("00:00", "00:00", 2, 12 * 60, false),
        ])
    func quietHours(from: String, to: String, weekday: Int, minute: Int, holds: Bool) throws {
        let hours = try #require(QuietHours(from: from, to: to, days: ["mon"]))
        #expect(hours.holds(weekday: weekday, minute: minute) == holds)
        #expect(QuietHours(from: "", to: to, days: ["mon"]) == nil)
        #expect(QuietHours(from: from, to: to, days: []) == nil)
        #expect(QuietHours(from: "25:00", to: to, days: ["mon"]) == nil)
    }
}
