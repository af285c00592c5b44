import CallSignaling
import ControlProtocol
import MediaTypes
import Supervisor
import Testing

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
