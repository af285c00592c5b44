import ControlProtocol
import MediaTypes
import Supervisor
import Testing

@testable import CallSignaling

@Suite("What a room does")
struct RoomStateMachineTests {
    private func room(
        autoAnswer: Bool = false, muteOnAnswer: Bool = false, maximumCalls: Int = 2
    ) -> RoomStateMachine {
        RoomStateMachine(
            policy: .init(maximumCalls: maximumCalls, autoAnswer: autoAnswer, muteOnAnswer: muteOnAnswer), volume: 60,
            layout: .pictureInPicture)
    }

    @Test("Dialling places the call and wakes camera, microphone and speaker")
    func dials() {
        var room = room()
        let actions = room.handle(.dial(address: "sip:b@host"), at: 1)
        #expect(actions.contains(.place(number: 1, address: "sip:b@host")))
        for kind in [DeviceKind.camera, .microphone, .speaker] { #expect(actions.contains(.stream(kind, true))) }
        #expect(room.call(1)?.phase == .dialling)
    }

    @Test("A call that could not be placed ends with its sentence and lets the devices rest")
    func placingFails() {
        var room = room()
        _ = room.handle(.dial(address: "sip:nobody"), at: 1)
        let actions = room.handle(.placingFailed(number: 1, sentence: "The address is not known."), at: 2)
        #expect(room.call(1)?.phase == .ended)
        #expect(room.call(1)?.endSentence == "The address is not known.")
        #expect(actions.contains(.stream(.camera, false)))
    }

    @Test("A call that is hung up here is over once, however often that is told")
    func endsOnce() {
        var room = room()
        _ = room.handle(.dial(address: "sip:b@host"), at: 1)
        _ = room.handle(.placed(number: 1, CallID(rawValue: 7)), at: 2)
        #expect(room.handle(.hangUp(number: 1), at: 3).contains(.hangUp(number: 1)))
        #expect(room.handle(.ended(CallID(rawValue: 7), .localHangup), at: 4).contains(.endMedia(number: 1)))
        #expect(room.handle(.ended(CallID(rawValue: 7), .timeout), at: 5) == [.publish])
        #expect(room.call(1)?.endReason == .localHangup)
    }

    @Test(
        "A call that is hung up while its address is looked up is over at once, and told to signalling when it is known"
    )
    func givenUp() {
        var room = room()
        _ = room.handle(.dial(address: "sip:b@host"), at: 1)
        let actions = room.handle(.hangUp(number: 1), at: 2)
        #expect(room.call(1)?.phase == .ended && room.call(1)?.endReason == .localHangup)
        #expect(actions.contains(.stream(.camera, false)))
        #expect(room.handle(.placed(number: 1, CallID(rawValue: 7)), at: 3).contains(.hangUp(number: 1)))
    }

    private func incoming(_ call: CallID) -> RoomEvent {
        .incoming(
            IncomingCall(
                call: call, displayName: "Blue", uri: "sip:blue@example.com", calledUser: nil, offer: nil,
                localAddress: "192.0.2.1", remoteAddress: "192.0.2.7:5060", userAgent: nil))
    }

    @Test("A call begins with the microphone off where the room wants that, whoever called, and ends with it on")
    func mutedAtBeginning() {
        for isIncoming in [true, false] {
            var room = room(muteOnAnswer: true)
            let call = CallID(rawValue: 7)
            let begun: [RoomAction]
            if isIncoming {
                _ = room.handle(incoming(call), at: 1)
                begun = room.handle(.answer(number: 1), at: 2)
            } else {
                _ = room.handle(.dial(address: "sip:b@host"), at: 1)
                _ = room.handle(.placed(number: 1, call), at: 2)
                begun = room.handle(.answered(call), at: 3)
            }
            #expect(room.isMuted && begun.contains(.setMuted(true)), "incoming: \(isIncoming)")
            _ = room.handle(.ended(call, .remoteHangup(explanation: nil)), at: 4)
            #expect(!room.isMuted)
        }
    }

    @Test("A second call leaves the microphone as somebody chose it in the first")
    func secondCallKeepsMicrophone() {
        var room = room(muteOnAnswer: true)
        _ = room.handle(.dial(address: "sip:b@host"), at: 1)
        _ = room.handle(.placed(number: 1, CallID(rawValue: 7)), at: 2)
        _ = room.handle(.answered(CallID(rawValue: 7)), at: 3)
        _ = room.handle(.mute(false), at: 4)
        _ = room.handle(incoming(CallID(rawValue: 8)), at: 5)
        _ = room.handle(.answer(number: 2), at: 6)
        #expect(!room.isMuted)
    }

    @Test("Volume keeps to 0 to 100")
    func volume() {
        var room = room()
        _ = room.handle(.volume(400), at: 1)
        #expect(room.volume == 100)
        _ = room.handle(.volume(-3), at: 1)
        #expect(room.volume == 0)
    }

    @Test("Standby gives way to a call")
    func standby() {
        var room = room()
        #expect(room.handle(.standby(true), at: 1).contains(.setScreenActive(false)))
        #expect(room.isStandby)
        #expect(room.handle(.dial(address: "sip:b@host"), at: 2).contains(.setScreenActive(true)))
        #expect(!room.isStandby)
    }

    @Test("What is missing is said in plain sentences, with what it means for the call")
    func troubles() {
        var room = room()
        #expect(room.troubles.contains("No camera found."))
        let camera = DeviceCandidate(identifier: "cam", name: "cam")
        _ = room.handle(.device(.camera, .appeared(camera)), at: 1)
        _ = room.handle(.device(.camera, .opened), at: 1)
        #expect(!room.troubles.contains { $0.hasPrefix("No camera") })
        _ = room.handle(.device(.camera, .disappeared(identifier: "cam")), at: 2)
        #expect(room.troubles.contains("Camera unplugged."))
    }
}
