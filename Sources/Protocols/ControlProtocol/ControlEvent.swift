/// Something that happened in the room, for those who subscribed to events.
package struct ControlEvent: Sendable, Equatable {
    package let name: ControlEventName
    /// The members that `ControlEventName.fields` lists.
    package let data: [String: JSONValue]

    package init(_ name: ControlEventName, _ data: [String: JSONValue] = [:]) {
        self.name = name
        self.data = data
    }
}

/// The events of the room. The names are fixed: an event may gain members, never lose its name.
package enum ControlEventName: String, Sendable, CaseIterable {
    case callDialling = "call.dialling"
    case callRinging = "call.ringing"
    case callRingingOut = "call.ringing_out"
    case callAnswered = "call.answered"
    case callHeld = "call.held"
    case callNamed = "call.named"
    case callEnded = "call.ended"
    case deviceFound = "device.found"
    case deviceLost = "device.lost"
    case keyPressed = "key.pressed"
    case audioMuted = "audio.muted"
    case audioVolume = "audio.volume"
    case cameraEnabled = "camera.enabled"
    case displayLayout = "display.layout"
    case roomStandby = "room.standby"
    case roomDoNotDisturb = "room.do_not_disturb"
    case roomSafeMode = "room.safe_mode"
    case directoryChanged = "directory.changed"
    case historyChanged = "history.changed"
    case configChanged = "config.changed"

    /// The part before the point, which stands for all events that have it.
    package var group: String { String(rawValue.prefix { $0 != "." }) }

    /// The groups in the order of the names.
    package static let groups = allCases.map(\.group).reduce(into: [String]()) {
        if !$0.contains($1) { $0.append($1) }
    }

    /// One sentence.
    package var summary: String {
        switch self {
        case .callDialling: "A call is being made from here."
        case .callRinging: "Somebody calls, and it rings here."
        case .callRingingOut: "It rings over there."
        case .callAnswered: "A call stands: sound and pictures flow."
        case .callHeld: "A call was put on hold or taken back, here or over there."
        case .callNamed: "The directory knows who the other side is."
        case .callEnded: "A call is over, or was refused as it came."
        case .deviceFound: "A device can be used."
        case .deviceLost: "A device that was there cannot be used any more."
        case .keyPressed: "A key of the remote was pressed."
        case .audioMuted: "The microphone was muted or opened."
        case .audioVolume: "The speaker's volume was changed."
        case .cameraEnabled: "The camera's picture was switched off or on."
        case .displayLayout: "The pictures share the screen in another way."
        case .roomStandby: "The screen went dark, or came on again."
        case .roomDoNotDisturb: "Calls are let through no more, or again."
        case .roomSafeMode: "The room does without camera and pictures, or has them again."
        case .directoryChanged: "Entries of the directory were added, changed or removed."
        case .historyChanged: "A call was added to the history, or it was cleared or looked at."
        case .configChanged: "A setting was changed."
        }
    }

    /// The members of the event's data.
    package var fields: [ControlField] {
        switch self {
        case .callDialling, .callRinging, .callRingingOut, .callAnswered, .callNamed: Self.call
        case .callHeld:
            Self.call + [
                ControlField("held_here", .boolean, "Whether it is on hold here."),
                ControlField("held_there", .boolean, "Whether it is on hold over there."),
            ]
        case .callEnded: Self.call + [ControlField("reason", .string(maximumLength: 1024), "Why, in a sentence.")]
        case .deviceFound, .deviceLost:
            [
                ControlField("device", .choice(["camera", "microphone", "speaker", "display"]), "Which."),
                ControlField("name", .string(maximumLength: 256), "As the board or the device calls it."),
                ControlField("trouble", .string(maximumLength: 1024), "What is wrong, in a sentence."),
            ]
        case .keyPressed:
            [
                ControlField("key", .choice(ControlKey.allCases.map(\.rawValue)), "The key."),
                ControlField("repeat", .boolean, "Whether it came because the key is held."),
            ]
        case .audioMuted: [ControlField("muted", .boolean, "Whether it is muted now.")]
        case .audioVolume: [ControlField("level", .integer(0...100), unit: "percent", "The volume now.")]
        case .displayLayout:
            [ControlField("layout", .choice(DisplayLayout.allCases.map(\.rawValue)), "The layout now.")]
        case .cameraEnabled, .roomStandby, .roomDoNotDisturb, .roomSafeMode:
            [ControlField("enabled", .boolean, "Whether it is so now.")]
        case .directoryChanged: [ControlField("entries", .integer(0...Int64.max), "How many there are now.")]
        case .historyChanged:
            [ControlField("missed", .integer(0...Int64.max), "Missed calls that nobody has looked at.")]
        case .configChanged: [ControlField("path", .string(maximumLength: 256), "The setting.")]
        }
    }

    private static let call = [
        ControlField("call", .integer(1...Int64.max), "The call's number in status."),
        ControlField("direction", .choice(["incoming", "outgoing"]), "Who called."),
        ControlField("address", .string(maximumLength: 1024), "The other side's address."),
        ControlField(
            "name", .string(maximumLength: 1024), "The other side's name, left out while none is known."),
    ]

    /// The events that names and groups stand for; all when there are none.
    package static func chosen(by words: [String]) -> Set<ControlEventName> {
        words.isEmpty ? Set(allCases) : Set(allCases.filter { words.contains($0.rawValue) || words.contains($0.group) })
    }

    /// The type of a list of names and groups.
    package static let choice = ControlValueType.choice(
        groups + allCases.map(\.rawValue).filter { !groups.contains($0) })
}
