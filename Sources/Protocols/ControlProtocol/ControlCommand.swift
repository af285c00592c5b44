/// What a request asks of the room, in types: the requests that the control server does not answer by itself.
package enum ControlCommand: Sendable, Equatable {
    /// The empty path means all settings.
    case configGet(path: String)
    /// Null goes back to the default.
    case configSet(path: String, value: JSONValue)
    case configReload
    case dial(address: String)
    /// A call that is nil is the one that can only be meant; several make it an error.
    case answer(call: Int64?)
    case hangup(call: Int64?)
    case hold(call: Int64?)
    case resume(call: Int64?)
    /// Digits 0 to 9, A to D, `*`, `#`, and `,` for half a second of silence.
    case sendTones(digits: String, call: Int64?)
    /// Nil takes the other of the two states.
    case mute(Bool?)
    /// Percent, 0 to 100.
    case volume(level: Int)
    /// Percent, −100 to 100, added to the volume.
    case changeVolume(by: Int)
    case setCameraControl(name: String, value: Int64)
    case enableCamera(Bool)
    /// The name is empty for a list.
    case cameraPreset(CameraPresetAction, name: String)
    /// Nil takes the one that follows.
    case layout(DisplayLayout?)
    /// An absolute path on the terminal.
    case captureScreen(path: String)
    case captureScreenInline
    case contacts(ContactCommand)
    /// Nil takes the other of the two states.
    case doNotDisturb(Bool?)
    /// `isRepeat`: the key is held down, and this is not its first press.
    case pressKey(ControlKey, isRepeat: Bool = false)
    /// Text of a keyboard for the field that has the focus.
    case typeText(String)
    /// What a program that watches the TV knows of it.
    case reportTelevision(TelevisionReport)
    /// Both nil take the other of shown and hidden.
    case selfView(visible: Bool?, corner: SelfViewCorner?)
    /// Nil takes the other of the two states.
    case standby(Bool?)
    case safeMode(Bool)
    /// The empty text hides the one that is shown.
    case showMessage(String, seconds: Int)
    /// Nil hides the code.
    case showPairingCode(String?, seconds: Int)
}

extension ControlCommand {
    /// The command of a request whose parameters were checked; nil for the methods that the server answers by itself.
    package init?(method: ControlMethod, parameters: ControlParameters) throws(ControlError) {
        switch method {
        case .describe, .statusGet, .statusSubscribe, .statusUnsubscribe, .eventsSubscribe, .eventsUnsubscribe,
            .accessUnlock, .accessLock:
            return nil
        case .displayMessage:
            self = .showMessage(
                parameters.string("text") ?? "", seconds: Int(clamping: parameters.integer("seconds") ?? 20))
        case .panelPairing: self = try Self.pairing(parameters)
        case .configGet: self = .configGet(path: parameters.string("path") ?? "")
        case .configSet:
            self = .configSet(path: parameters.string("path") ?? "", value: parameters["value"] ?? .null)
        case .configReload: self = .configReload
        case .callDial: self = .dial(address: parameters.string("address") ?? "")
        case .callAnswer: self = .answer(call: parameters.integer("call"))
        case .callHangup: self = .hangup(call: parameters.integer("call"))
        case .callHold: self = .hold(call: parameters.integer("call"))
        case .callResume: self = .resume(call: parameters.integer("call"))
        case .callDTMF:
            self = .sendTones(
                digits: try Self.checkedDigits(parameters.string("digits") ?? ""), call: parameters.integer("call"))
        case .audioMute: self = .mute(parameters.bool("muted"))
        case .audioVolume:
            if let level = parameters.integer("level") {
                self = .volume(level: Int(clamping: level))
            } else {
                self = .changeVolume(by: Int(clamping: parameters.integer("change") ?? 0))
            }
        case .cameraSet:
            if let enabled = parameters.bool("enabled") {
                self = .enableCamera(enabled)
            } else {
                self = .setCameraControl(
                    name: parameters.string("control") ?? "", value: parameters.integer("value") ?? 0)
            }
        case .cameraPreset: self = try Self.preset(parameters)
        case .displayLayout: self = .layout(parameters.string("layout").flatMap(DisplayLayout.init(rawValue:)))
        case .screenCapture: self = try Self.capture(parameters)
        case .keyPress:
            guard let key = parameters.string("key").flatMap(ControlKey.init(rawValue:)) else {
                throw ControlError(.invalidParameters, "key.press needs a key.")
            }
            self = .pressKey(key, isRepeat: parameters.bool("repeat") ?? false)
        case .directorySearch, .directoryGet, .directoryAdd, .directoryEdit, .directoryRemove, .directoryImport,
            .directoryExport, .historyList, .historyClear, .historySeen:
            guard let command = ContactCommand(method: method, parameters: parameters) else { return nil }
            self = .contacts(command)
        case .roomDoNotDisturb: self = .doNotDisturb(parameters.bool("enabled"))
        case .keyType: self = .typeText(parameters.string("text") ?? "")
        case .displayTV: self = .reportTelevision(TelevisionReport(parameters))
        case .displaySelfview:
            self = .selfView(
                visible: parameters.bool("visible"),
                corner: parameters.string("corner").flatMap(SelfViewCorner.init(rawValue:)))
        case .roomStandby: self = .standby(parameters.bool("enabled"))
        case .roomSafeMode: self = .safeMode(parameters.bool("enabled") ?? false)
        }
    }

    private static func checkedDigits(_ digits: String) throws(ControlError) -> String {
        let digits = digits.uppercased()
        guard !digits.isEmpty, digits.allSatisfy({ "0123456789ABCD*#,".contains($0) }) else {
            throw ControlError(
                .invalidParameters, "call.dtmf: digits: expected 0 to 9, A to D, *, # and commas, at least one.",
                data: ["parameter": "digits"])
        }
        return digits
    }

    private static func capture(_ parameters: ControlParameters) throws(ControlError) -> ControlCommand {
        if let path = parameters.string("path") {
            guard path.hasPrefix("/"), !path.hasSuffix("/") else {
                throw ControlError(
                    .invalidParameters, "screen.capture: path: expected a file from the root folder down.",
                    data: ["parameter": "path"])
            }
            return .captureScreen(path: path)
        }
        guard parameters.bool("inline") == true else {
            throw ControlError(
                .invalidParameters, "screen.capture needs either path or inline: true.", data: ["parameter": "inline"])
        }
        return .captureScreenInline
    }
}
