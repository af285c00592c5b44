import ControlProtocol
import LinuxSystem
import Logging
import MediaPipelines
import RoomState
import RoomUI

/// What people choose in the room, and what becomes of it when the room starts again.
extension RoomSupervisor {
    /// What holds where nobody has chosen anything.
    static func defaults(_ settings: SupervisorSettings) -> [RoomChoices.Name: JSONValue] {
        [
            .volume: JSONValue(settings.volume), .muted: false, .cameraEnabled: true,
            .layout: JSONValue(settings.layout.rawValue),
            .selfViewCorner: JSONValue(SelfViewCorner.bottomRight.rawValue),
            .language: JSONValue(settings.screen.language),
            .theme: JSONValue(settings.screen.isDark ? "dark" : "light"),
            .standby: false, .doNotDisturb: false,
        ]
    }

    private var chosenNow: [RoomChoices.Name: JSONValue] {
        [
            .volume: JSONValue(machine.volume), .muted: JSONValue(machine.isMuted),
            .cameraEnabled: JSONValue(machine.isCameraEnabled), .layout: JSONValue(machine.layout.rawValue),
            .selfViewCorner: JSONValue(selfViewCorner.rawValue), .language: JSONValue(language.rawValue),
            .theme: JSONValue(isDark ? "dark" : "light"), .standby: JSONValue(machine.isStandby),
            .doNotDisturb: JSONValue(machine.isDoNotDisturb),
        ]
    }

    /// Reads what was kept, and takes it up without a word. Before any device is started.
    func restoreChoices() async {
        guard let stateFile else { return }
        let reading = (try? await runBlocking { stateFile.read() }) ?? .nothing
        var kept: JSONValue = .emptyObject
        switch reading {
        case .nothing: break
        case .object(let value): kept = value
        case .damaged(let sentence), .unreadable(let sentence):
            logger.warning("\(sentence)")
        }
        let defaults = Self.defaults(settings)
        choices = RoomChoices(kept["choices"])
        presets = CameraPresets(kept["camera_presets"])
        choices.reconcile(with: defaults)
        machine.restore(choices)
        for name in [RoomChoices.Name.selfViewCorner, .language, .theme] {
            if let value = choices[name] { await take(value, for: name) }
        }
        microphone.setMuted(machine.isMuted)
        if machine.isStandby { display.setActive(settings.screen.showsClockInStandby) }
        isRestored = true
        savedState = state
    }

    /// Has the room follow a choice or a setting.
    private func take(_ value: JSONValue, for name: RoomChoices.Name) async {
        switch name {
        case .volume: if let level = value.integerValue { await feed(.volume(Int(clamping: level))) }
        case .muted: if let wanted = value.boolValue { await feed(.mute(wanted)) }
        case .cameraEnabled: if let wanted = value.boolValue { await feed(.cameraEnabled(wanted)) }
        case .layout:
            if let layout = value.stringValue.flatMap(DisplayLayout.init(rawValue:)) { await feed(.layout(layout)) }
        case .selfViewCorner:
            if let corner = value.stringValue.flatMap(SelfViewCorner.init(rawValue:)) { selfViewCorner = corner }
        case .language: language = value.stringValue.flatMap(Language.init(rawValue:)) ?? .english
        case .theme: isDark = value.stringValue != "light"
        case .standby: if let wanted = value.boolValue { await feed(.standby(wanted)) }
        case .doNotDisturb: if let wanted = value.boolValue { await feed(.doNotDisturb(wanted)) }
        }
    }

    /// Follows settings that were changed, and gives up what was chosen over them.
    ///
    /// - Parameter path: the one setting that somebody has just set, whether it changed or not.
    func followSettings(since before: SupervisorSettings, set path: String?) async {
        let (old, new) = (Self.defaults(before), Self.defaults(settings))
        for name in RoomChoices.Name.allCases where old[name] != new[name] || name.rawValue == path {
            choices.forget(name)
            if let value = new[name] { await take(value, for: name) }
        }
        keepChoices()
    }

    /// Notes what holds now, whoever changed it, and keeps it soon.
    func keepChoices() {
        guard isRestored else { return }
        let defaults = Self.defaults(settings)
        for (name, value) in chosenNow { choices.note(value, for: name, over: defaults[name] ?? .null) }
        keepState()
    }

    /// All that the room remembers between its starts.
    private var state: JSONValue {
        ["version": 1, "choices": choices.json, "camera_presets": presets.json]
    }

    /// Writes it down when it has changed: half a second later, so that a held key costs one write.
    func keepState() {
        guard stateFile != nil, saving == nil, state != savedState else { return }
        saving = Task {
            try? await Task.sleep(for: .milliseconds(500), tolerance: .milliseconds(100))
            guard !Task.isCancelled else { return }
            await self.writeState()
            self.saving = nil
            self.keepState()
        }
    }

    /// Writes it now; at the end of the room, too.
    func writeState() async {
        let wanted = state
        guard let stateFile, wanted != savedState else { return }
        savedState = wanted
        let failure = try? await runBlocking { () -> SystemError? in
            do throws(SystemError) {
                try stateFile.write(wanted)
                return nil
            } catch {
                return error
            }
        }
        let sentence = (failure ?? nil).map {
            "What people choose in the room is not kept, since \(stateFile.path) cannot be written: \($0)."
        }
        if let sentence, sentence != stateTrouble { logger.warning("\(sentence)") }
        stateTrouble = sentence
        publishSoon()
    }
}

extension RoomStateMachine {
    /// Takes up what was chosen before the room started anew.
    mutating func restore(_ choices: RoomChoices) {
        if let level = choices[.volume]?.integerValue { volume = min(max(Int(clamping: level), 0), 100) }
        isMuted = choices[.muted]?.boolValue ?? isMuted
        isCameraEnabled = choices[.cameraEnabled]?.boolValue ?? isCameraEnabled
        layout = choices[.layout]?.stringValue.flatMap(DisplayLayout.init(rawValue:)) ?? layout
        isStandby = choices[.standby]?.boolValue ?? isStandby
        isDoNotDisturb = choices[.doNotDisturb]?.boolValue ?? isDoNotDisturb
    }
}
