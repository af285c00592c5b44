import ControlProtocol
import MediaTypes
import Testing

@testable import CallSignaling
@testable import Supervisor

@Suite("What happened between two states")
struct RoomEventsTests {
    private var room = RoomStateMachine(
        policy: .init(maximumCalls: 2, autoAnswer: false, muteOnAnswer: false), volume: 60, layout: .pictureInPicture)

    /// The events of one step.
    private mutating func step(_ event: RoomEvent) -> [ControlEvent] {
        let before = room
        _ = room.handle(event, at: 1)
        return RoomEvents.between(before, room)
    }

    @Test("A call tells each step of its way, and every event holds the members that the table has")
    mutating func call() {
        let incoming = IncomingCall(
            call: CallID(rawValue: 7), displayName: "Blue", uri: "sip:blue@example.com", calledUser: nil, offer: nil,
            localAddress: "192.0.2.1", remoteAddress: "192.0.2.7:5060", userAgent: nil)
        var events = step(.incoming(incoming))
        #expect(
            events == [
                ControlEvent(
                    .callRinging,
                    ["call": 1, "direction": "incoming", "address": "sip:blue@example.com", "name": "Blue"])
            ])
        events += step(.nameKnown(number: 1, "Blue room"))
        events += step(.answer(number: 1))
        events += step(.established(CallID(rawValue: 7)))
        events += step(.remoteHold(CallID(rawValue: 7), true))
        events += step(.mute(true))
        events += step(.ended(CallID(rawValue: 7), .remoteHangup(explanation: nil)))
        events += step(.dial(address: "sip:green@example.com"))
        events += step(.volume(70))
        events += step(.layout(.remote))
        events += step(.cameraEnabled(false))
        events += step(.doNotDisturb(true))
        #expect(
            events.map(\.name) == [
                .callRinging, .callNamed, .callAnswered, .callHeld, .audioMuted, .callEnded, .audioMuted, .callDialling,
                .audioVolume, .displayLayout, .cameraEnabled, .roomDoNotDisturb,
            ])
        for event in events {
            for (name, value) in event.data {
                let field = event.name.fields.first { $0.name == name }
                #expect(field?.type.normalized(value) == value, "\(event.name.rawValue) \(name)")
            }
        }
        #expect(events[5].data["reason"] == "The other side ended the call.")
        #expect(step(.volume(70)).isEmpty)
    }

    @Test("A device is found and lost")
    mutating func devices() {
        let camera = DeviceCandidate(identifier: "cam", name: "Studio cam")
        var events = step(.device(.camera, .appeared(camera)))
        events += step(.device(.camera, .opened))
        events += step(.device(.camera, .disappeared(identifier: "cam")))
        #expect(events.map(\.name) == [.deviceFound, .deviceLost])
        #expect(events.first?.data["name"] == "Studio cam")
        #expect(events.last?.data["trouble"] == "Camera unplugged.")
    }

    @Test("Groups and names choose events, no words choose all")
    func choice() {
        #expect(ControlEventName.chosen(by: []) == Set(ControlEventName.allCases))
        #expect(ControlEventName.chosen(by: ["device", "key.pressed"]) == [.deviceFound, .deviceLost, .keyPressed])
        #expect(ControlEventName.groups.contains("call"))
    }
}
