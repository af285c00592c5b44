/// The methods of the control socket. The names are fixed: a method may gain parameters, never lose its name.
package enum ControlMethod: String, Sendable, CaseIterable {
    case describe
    case statusGet = "status.get"
    case statusSubscribe = "status.subscribe"
    case statusUnsubscribe = "status.unsubscribe"
    case eventsSubscribe = "events.subscribe"
    case eventsUnsubscribe = "events.unsubscribe"
    case configGet = "config.get"
    case configSet = "config.set"
    case configReload = "config.reload"
    case callDial = "call.dial"
    case callAnswer = "call.answer"
    case callHangup = "call.hangup"
    case callHold = "call.hold"
    case callResume = "call.resume"
    case callDTMF = "call.dtmf"
    case audioMute = "audio.mute"
    case audioVolume = "audio.volume"
    case cameraSet = "camera.set"
    case cameraPreset = "camera.preset"
    case displayLayout = "display.layout"
    case displaySelfview = "display.selfview"
    case screenCapture = "screen.capture"
    case keyPress = "key.press"
    case directorySearch = "directory.search"
    case directoryGet = "directory.get"
    case directoryAdd = "directory.add"
    case directoryEdit = "directory.edit"
    case directoryRemove = "directory.remove"
    case directoryImport = "directory.import"
    case directoryExport = "directory.export"
    case historyList = "history.list"
    case historyClear = "history.clear"
    case historySeen = "history.seen"
    case roomDoNotDisturb = "room.do_not_disturb"
    case keyType = "key.type"
    case displayTV = "display.tv"
    case roomStandby = "room.standby"
    case roomSafeMode = "room.safe_mode"
    case accessUnlock = "access.unlock"
    case accessLock = "access.lock"
    case panelPairing = "panel.pairing"
    case displayMessage = "display.message"

    /// The name of the notification that a subscription brings:
    /// `{"subscription": 1, "sequence": 1, "changes": [{"path": …, "value": …}]}`.
    package static let statusChanged = "status.changed"
}

/// What one method takes, gives and refuses.
package struct ControlMethodDescription: Sendable {
    package let method: ControlMethod
    /// One sentence that begins with what it does.
    package let summary: String
    /// The least role that may call it.
    package let role: ControlRole
    package let parameters: [ControlField]
    /// Groups of parameters of which exactly one has to be given, empty when each parameter stands for itself.
    package let alternatives: [[String]]
    /// The members of the answer.
    package let result: [ControlField]
    /// What it may be refused with, besides the codes of JSON-RPC and `not_permitted`, which every method has.
    package let errors: [ControlErrorCode]

    init(
        _ method: ControlMethod, _ summary: String, role: ControlRole, parameters: [ControlField] = [],
        alternatives: [[String]] = [], result: [ControlField] = [], errors: [ControlErrorCode] = []
    ) {
        self.method = method
        self.summary = summary
        self.role = role
        self.parameters = parameters
        self.alternatives = alternatives
        self.result = result
        self.errors = errors
    }

    /// The parameter of that name.
    package func parameter(_ name: String) -> ControlField? {
        parameters.first { $0.name == name }
    }

    /// What `describe` shows.
    package var json: JSONValue {
        var json: JSONValue = [
            "method": .string(method.rawValue),
            "summary": .string(summary),
            "role": .string(role.rawValue),
            "parameters": .array(parameters.map(\.json)),
            "result": .array(result.map(\.json)),
            "errors": .array(errors.map { .string($0.name) }),
        ]
        if !alternatives.isEmpty {
            json["exactly_one_of"] = .array(alternatives.map { .array($0.map(JSONValue.string)) })
        }
        return json
    }
}
