import ControlProtocol

/// What has happened between two states of the room, as events for the control socket. Pure.
enum RoomEvents {
    static func between(_ before: RoomStateMachine, _ after: RoomStateMachine) -> [ControlEvent] {
        var events: [ControlEvent] = []
        for call in after.calls {
            let old = before.call(call.number)
            guard old != call else { continue }
            events += changes(from: old, to: call)
        }
        for kind in DeviceKind.allCases {
            guard let old = before.devices[kind], let new = after.devices[kind], old.isUsable != new.isUsable else {
                continue
            }
            events.append(device(kind, new))
        }
        if before.isMuted != after.isMuted {
            events.append(ControlEvent(.audioMuted, ["muted": JSONValue(after.isMuted)]))
        }
        if before.volume != after.volume {
            events.append(ControlEvent(.audioVolume, ["level": JSONValue(after.volume)]))
        }
        if before.layout != after.layout {
            events.append(ControlEvent(.displayLayout, ["layout": JSONValue(after.layout.rawValue)]))
        }
        for (name, old, new) in [
            (ControlEventName.cameraEnabled, before.isCameraEnabled, after.isCameraEnabled),
            (.roomStandby, before.isStandby, after.isStandby),
            (.roomDoNotDisturb, before.isDoNotDisturb, after.isDoNotDisturb),
            (.roomSafeMode, before.safeMode != nil, after.safeMode != nil),
        ] where old != new {
            events.append(ControlEvent(name, ["enabled": JSONValue(new)]))
        }
        return events
    }

    private static func changes(from old: CallRecord?, to call: CallRecord) -> [ControlEvent] {
        var data: [String: JSONValue] = [
            "call": JSONValue(call.number), "direction": JSONValue(call.isIncoming ? "incoming" : "outgoing"),
            "address": JSONValue(call.remoteAddress),
        ]
        data["name"] = call.shownName.map { JSONValue($0) }
        var events: [ControlEvent] = []
        if old?.phase != call.phase {
            let name: ControlEventName? =
                switch call.phase {
                case .dialling: .callDialling
                case .ringingIn: .callRinging
                case .ringingOut: .callRingingOut
                case .connecting: nil
                case .established: .callAnswered
                case .ended: .callEnded
                }
            if call.phase == .ended { data["reason"] = JSONValue(call.endSentence ?? "") }
            if let name { events.append(ControlEvent(name, data)) }
        }
        guard let old else { return events }
        if old.directoryName != call.directoryName { events.append(ControlEvent(.callNamed, data)) }
        if old.isHeldLocally != call.isHeldLocally || old.isHeldRemotely != call.isHeldRemotely {
            data["held_here"] = JSONValue(call.isHeldLocally)
            data["held_there"] = JSONValue(call.isHeldRemotely)
            events.append(ControlEvent(.callHeld, data))
        }
        return events
    }

    private static func device(_ kind: DeviceKind, _ device: DeviceStateMachine) -> ControlEvent {
        var data: [String: JSONValue] = ["device": JSONValue(kind.rawValue)]
        data["name"] = device.candidate.map { JSONValue($0.name) }
        guard !device.isUsable else { return ControlEvent(.deviceFound, data) }
        data["trouble"] = JSONValue(device.trouble ?? "No \(kind.rawValue) found.")
        return ControlEvent(.deviceLost, data)
    }
}
