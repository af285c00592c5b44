package import CEC
package import ControlProtocol
package import LinuxSystem

/// What the room does with a TV over HDMI-CEC. Pure: events in, actions out, time injected.
///
/// A TV that answers wrongly or never costs a bounded number of messages and has no effect on the room. Nothing is
/// sent but for a reason: the room wakes or sleeps, a call, a question of the TV's.
package struct CECStateMachine: Sendable {
    package struct Policy: Sendable, Equatable {
        /// Wakes the TV and takes its input when a call comes in or the room leaves standby.
        package var wakes: Bool
        /// Sends the TV to sleep with the room.
        package var sleeps: Bool
        /// The room's volume keys turn the TV's volume (or its amplifier's): the room has no other speaker.
        package var turnsVolume: Bool

        package init(wakes: Bool = true, sleeps: Bool = true, turnsVolume: Bool = false) {
            self.wakes = wakes
            self.sleeps = sleeps
            self.turnsVolume = turnsVolume
        }
    }

    /// Where the adapter stands.
    package struct Line: Sendable, Equatable {
        package var physical: CECPhysicalAddress
        /// Nil while none is claimed.
        package var logical: CECLogicalAddress?

        package init(physical: CECPhysicalAddress, logical: CECLogicalAddress?) {
            self.physical = physical
            self.logical = logical
        }
    }

    package struct Room: Sendable, Equatable {
        package var isInStandby: Bool
        /// Numbers of the calls that ring here.
        package var ringing: Set<Int>
        package var isInCall: Bool

        package init(isInStandby: Bool = false, ringing: Set<Int> = [], isInCall: Bool = false) {
            self.isInStandby = isInStandby
            self.ringing = ringing
            self.isInCall = isInCall
        }
    }

    package enum Event: Sendable, Equatable {
        case line(Line)
        case received(CECMessage)
        /// What became of a message of ours.
        case sent(CECMessage, isAcknowledged: Bool)
        case room(Room)
        /// A volume key of the room, for the TV.
        case volume(CECUserControl)
        /// A deadline has come.
        case due
    }

    package enum Action: Sendable, Equatable {
        case send(CECMessage)
        /// A key of the TV's remote goes down; whether it is held is not known yet.
        case keyDown(ControlKey, code: Int)
        /// It is held.
        case keyHeld
        case keyUp(code: Int)
        /// The TV chose this room: it shall leave standby.
        case wakeRoom
        case report(TelevisionReport)
        /// For the log.
        case note(String)
    }

    /// A key of the TV's remote counts as let go when nothing more is heard of it (HDMI 1.4b, CEC 13.13.3).
    package static let followerTimeout = Duration.milliseconds(550)

    package let policy: Policy
    package internal(set) var line = Line(physical: .none, logical: nil)
    package internal(set) var room: Room?
    package internal(set) var report = TelevisionReport(power: .unknown)
    /// Whether the TV shows us; nil while nobody has said.
    package internal(set) var isActiveSource: Bool?
    var inquiry: PowerInquiry?
    /// Whether the TV understands questions about its power.
    var tellsPower = true
    var wakesByText = false
    /// The next question during a call.
    var callCheck: MonotonicTime?
    var lastSign = MonotonicTime.zero
    var lastWake: MonotonicTime?
    /// A wake that waits for an address.
    var pendingWake: MonotonicTime?
    var heldKey: (code: Int, until: MonotonicTime)?
    var audioSystem = false
    var tellsVolume = true
    var volumeCheck: MonotonicTime?

    package init(policy: Policy) { self.policy = policy }

    package mutating func handle(_ event: Event, at now: MonotonicTime) -> [Action] {
        var actions: [Action] = []
        switch event {
        case .line(let new): lineChanged(new, now, &actions)
        case .received(let message): received(message, now, &actions)
        case .sent(let message, let isAcknowledged): sent(message, isAcknowledged, &actions)
        case .room(let new): roomChanged(new, now, &actions)
        case .volume(let key): turnVolume(key, now, &actions)
        case .due: due(now, &actions)
        }
        return actions
    }

    /// When `due` has something to do; nil while nothing waits.
    package var deadline: MonotonicTime? {
        [inquiry?.next, callCheck, heldKey?.until, volumeCheck].compactMap { $0 }.min()
    }

    // MARK: - Room and line

    private mutating func roomChanged(_ new: Room, _ now: MonotonicTime, _ actions: inout [Action]) {
        let before = room
        room = new
        let newCalls = new.ringing.subtracting(before?.ringing ?? [])
        if !newCalls.isEmpty {
            wake("a call comes in", now, &actions)
        } else if before?.isInStandby == true, !new.isInStandby {
            wake("the room leaves standby", now, &actions)
        } else if before?.isInStandby == false, new.isInStandby {
            sleep(now, &actions)
        }
        if new.isInCall, callCheck == nil {
            callCheck = now + PowerInquiry.callInterval
        } else if !new.isInCall {
            callCheck = nil
        }
    }

    private mutating func lineChanged(_ new: Line, _ now: MonotonicTime, _ actions: inout [Action]) {
        let before = line
        line = new
        guard new != before else { return }
        if new.logical == nil || new.physical != before.physical {
            letKeyGo(&actions)
            isActiveSource = nil
            inquiry = nil
            tellsPower = true
            wakesByText = false
            tellsVolume = true
            audioSystem = false
            volumeCheck = nil
            if new.logical == nil { setPower(.unknown, &actions) }
        }
        guard let own = new.logical, before.logical != own || before.physical != new.physical else { return }
        actions.append(.note("the room is CEC device \(own.rawValue) at \(new.physical)"))
        ask(wanted: nil, limit: PowerInquiry.usualLimit, now, &actions)
        if policy.turnsVolume { send(.giveSystemAudioModeStatus, to: .audioSystem, &actions) }
        // The TV only says where it is connected once it is awake: what began the wake goes on now.
        if let pendingWake, now - pendingWake < PowerInquiry.wakePatience.nanoseconds {
            wake("the line is there", now, &actions)
        }
        pendingWake = nil
    }

    // MARK: - Wake and sleep

    private mutating func wake(_ reason: String, _ now: MonotonicTime, _ actions: inout [Action]) {
        guard policy.wakes else { return }
        guard line.logical != nil else {
            // A sleeping TV may hide its address; it hears a device without one nevertheless.
            pendingWake = now
            actions.append(.send(CECMessage(from: .unregistered, to: .television, .imageViewOn)))
            return
        }
        if let lastWake, now - lastWake < PowerInquiry.wakePause.nanoseconds, inquiry?.wanted == .on { return }
        lastWake = now
        actions.append(.note("waking the TV: \(reason)"))
        takeInput(&actions)
        ask(wanted: .on, limit: PowerInquiry.patientLimit, now, &actions)
    }

    mutating func takeInput(_ actions: inout [Action]) {
        send(wakesByText ? .textViewOn : .imageViewOn, to: .television, &actions)
        becomeActive(&actions)
    }

    mutating func becomeActive(_ actions: inout [Action]) {
        isActiveSource = true
        send(.activeSource, to: .broadcast, line.physical.operands, &actions)
    }

    private mutating func sleep(_ now: MonotonicTime, _ actions: inout [Action]) {
        // Somebody watches something else on this TV.
        guard policy.sleeps, line.logical != nil, isActiveSource != false else { return }
        isActiveSource = false
        actions.append(.note("the TV sleeps with the room"))
        send(.standby, to: .television, &actions)
        ask(wanted: .off, limit: PowerInquiry.patientLimit, now, &actions)
    }

    // MARK: - Time

    private mutating func due(_ now: MonotonicTime, _ actions: inout [Action]) {
        if let heldKey, heldKey.until <= now { letKeyGo(&actions) }
        if let volumeCheck, volumeCheck <= now {
            self.volumeCheck = nil
            send(.giveAudioStatus, to: volumeTarget, &actions)
        }
        if let callCheck, callCheck <= now {
            self.callCheck = now + PowerInquiry.callInterval
            if inquiry == nil { ask(wanted: nil, limit: PowerInquiry.usualLimit, now, &actions) }
        }
        if let inquiry, inquiry.next <= now { askOnceMore(now, &actions) }
    }

    // MARK: - Sending

    mutating func send(
        _ opcode: CECOpcode, to destination: CECLogicalAddress, _ operands: [UInt8], _ actions: inout [Action]
    ) {
        guard let own = line.logical else { return }
        actions.append(.send(CECMessage(from: own, to: destination, opcode, operands)))
    }

    mutating func send(_ opcode: CECOpcode, to destination: CECLogicalAddress, _ actions: inout [Action]) {
        send(opcode, to: destination, [], &actions)
    }

    private mutating func sent(_ message: CECMessage, _ isAcknowledged: Bool, _ actions: inout [Action]) {
        if message.opcode == .giveSystemAudioModeStatus, !isAcknowledged { audioSystem = false }
    }
}
