import CEC
import ControlProtocol
import LinuxSystem

extension CECStateMachine {
    /// Takes a message from the line; each gets one answer at most.
    mutating func received(_ message: CECMessage, _ now: MonotonicTime, _ actions: inout [Action]) {
        guard let opcode = message.opcode else { return }
        let isOurs = message.isBroadcast || message.destination == line.logical
        guard isOurs else { return }
        switch opcode {
        case .standby:
            if message.initiator == .television { televisionSleeps(&actions) }
            return
        case .reportPowerStatus:
            if message.initiator == .television { powerReported(message.operands.first, &actions) }
            return
        case .featureAbort: aborted(message, &actions)
        case .userControlPressed: pressed(message, now, &actions)
        case .userControlReleased: letKeyGo(&actions)
        case .activeSource, .routingChange, .setStreamPath, .requestActiveSource:
            routed(opcode, message, &actions)
        case .reportAudioStatus: audioReported(message, &actions)
        case .systemAudioModeStatus, .setSystemAudioMode:
            if message.initiator == .audioSystem { audioSystem = message.operands.first == 1 }
        case .giveDevicePowerStatus:
            send(.reportPowerStatus, to: message.initiator, [room?.isInStandby == true ? 1 : 0], &actions)
        case .menuRequest:
            // Some TVs give keys only to a device whose menu is open.
            send(.menuStatus, to: message.initiator, [0], &actions)
        default:
            let deservesAnswer = !message.isBroadcast && !opcode.isReport && message.initiator != .unregistered
            // 0: unrecognized opcode.
            if deservesAnswer { send(.featureAbort, to: message.initiator, [opcode.rawValue, 0], &actions) }
        }
        if message.initiator == .television { televisionSpoke(now, &actions) }
    }

    private mutating func televisionSleeps(_ actions: inout [Action]) {
        letKeyGo(&actions)
        inquiry = nil
        isActiveSource = false
        setPower(.off, &actions)
    }

    private mutating func aborted(_ message: CECMessage, _ actions: inout [Action]) {
        guard let refused = message.operands.first.map(CECOpcode.init(rawValue:)) else { return }
        switch (refused, message.initiator) {
        case (.giveDevicePowerStatus, .television):
            tellsPower = false
            inquiry = nil
            setPower(.unknown, &actions)
        case (.imageViewOn, .television):
            // Once: a TV that knows neither is left alone.
            guard !wakesByText else { return }
            wakesByText = true
            send(.textViewOn, to: .television, &actions)
        case (.giveAudioStatus, _): tellsVolume = false
        default: break
        }
    }

    private mutating func routed(_ opcode: CECOpcode, _ message: CECMessage, _ actions: inout [Action]) {
        switch opcode {
        case .requestActiveSource:
            if isActiveSource == true { becomeActive(&actions) }
            return
        case .activeSource:
            guard let place = message.physicalAddress(at: 0) else { return }
            isActiveSource = place == line.physical
            return
        default: break
        }
        // The TV chose an input: with a new route, or with a path.
        guard let place = message.physicalAddress(at: opcode == .routingChange ? 2 : 0) else { return }
        guard place == line.physical else {
            isActiveSource = false
            return
        }
        becomeActive(&actions)
        if room?.isInStandby == true { actions.append(.wakeRoom) }
    }

    // MARK: - Keys

    private mutating func pressed(_ message: CECMessage, _ now: MonotonicTime, _ actions: inout [Action]) {
        guard let byte = message.operands.first, message.initiator != .unregistered else { return }
        let code = Int(byte)
        if heldKey?.code == code {
            heldKey = (code, now + Self.followerTimeout)
            actions.append(.keyHeld)
            return
        }
        letKeyGo(&actions)
        let control = CECUserControl(rawValue: byte)
        switch control {
        case .powerOn:
            if room?.isInStandby == true { actions.append(.wakeRoom) }
            return
        case .powerOff where room?.isInStandby == true: return
        // They would come back to the TV as they came.
        case .volumeUp, .volumeDown, .mute:
            if policy.turnsVolume { return }
        default: break
        }
        guard let key = CECKeyTable.key(control) else { return }
        heldKey = (code, now + Self.followerTimeout)
        actions.append(.keyDown(key, code: code))
    }

    mutating func letKeyGo(_ actions: inout [Action]) {
        guard let held = heldKey else { return }
        heldKey = nil
        actions.append(.keyUp(code: held.code))
    }

    // MARK: - Volume

    var volumeTarget: CECLogicalAddress { audioSystem ? .audioSystem : .television }

    mutating func turnVolume(_ key: CECUserControl, _ now: MonotonicTime, _ actions: inout [Action]) {
        guard policy.turnsVolume else { return }
        send(.userControlPressed, to: volumeTarget, [key.rawValue], &actions)
        send(.userControlReleased, to: volumeTarget, &actions)
        if tellsVolume { volumeCheck = now + .milliseconds(500) }
    }

    /// Bit 7 is silence, the rest percent; 0x7F: not known.
    private mutating func audioReported(_ message: CECMessage, _ actions: inout [Action]) {
        guard policy.turnsVolume, let status = message.operands.first else { return }
        var new = report
        new.isMuted = status & 0x80 != 0
        let volume = Int(status & 0x7F)
        new.volume = volume <= 100 ? volume : nil
        guard new != report else { return }
        report = new
        actions.append(.report(new))
    }
}
