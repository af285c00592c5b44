package import ControlProtocol
package import MediaPipelines
import MediaTypes

/// What a room does about calls, devices and wishes. Pure: events in, actions out, time injected.
///
/// It holds no device and no socket; `RoomSupervisor` carries its actions out and logs each transition.
package struct RoomStateMachine: Sendable {
    /// What the room's settings say about calls.
    package struct Policy: Sendable, Equatable {
        package var maximumCalls: Int
        package var autoAnswer: Bool
        package var muteOnAnswer: Bool
        /// How long a call rings before it is answered by itself; 0 answers at once.
        package var autoAnswerSeconds = 0
        /// Whether the microphone is muted after such a countdown, since nobody may know that somebody listens.
        package var mutesAutoAnswered = true
        package var ringTone = RoomTone.classic
        /// Percent.
        package var ringVolume = 60
        package var playsRingback = true

        package init(maximumCalls: Int, autoAnswer: Bool, muteOnAnswer: Bool) {
            self.maximumCalls = maximumCalls
            self.autoAnswer = autoAnswer
            self.muteOnAnswer = muteOnAnswer
        }
    }

    package var policy: Policy
    package internal(set) var devices: [DeviceKind: DeviceStateMachine]
    package internal(set) var calls: [CallRecord] = []
    package internal(set) var isMuted = false
    package internal(set) var volume: Int
    package internal(set) var isCameraEnabled = true
    package internal(set) var layout: DisplayLayout
    package internal(set) var isStandby = false
    /// What is wrong with the directory's file, a sentence.
    package internal(set) var contactsTrouble: String?
    /// Calls are refused as busy and kept as missed.
    package internal(set) var isDoNotDisturb = false
    /// Why the room does less than it could; nil when it does all.
    package internal(set) var safeMode: SafeMode?
    /// Quiet hours: no ring tone, and standby stays.
    package internal(set) var isQuiet = false
    var nextNumber = 1
    var isStreaming = false
    var isSpeakerStreaming = false
    var playedTone = RoomTone.none
    var playedVolume = 0

    /// Ended calls stay in status for the last few.
    static let keptEndedCalls = 4

    package init(policy: Policy, volume: Int, layout: DisplayLayout) {
        self.policy = policy
        self.volume = volume
        self.layout = layout
        devices = Dictionary(uniqueKeysWithValues: DeviceKind.allCases.map { ($0, DeviceStateMachine(kind: $0)) })
    }

    /// Calls that are not over.
    package var livingCalls: [CallRecord] { calls.filter(\.isLiving) }

    /// The call that rings here and waits for somebody.
    package var ringingCall: CallRecord? { calls.first { $0.phase == .ringingIn } }

    package func call(_ number: Int) -> CallRecord? { calls.first { $0.number == number } }

    /// Plain sentences about what is missing or wrong, for screen and status.
    package var troubles: [String] {
        (safeMode.map { [$0.sentence] } ?? []) + deviceTroubles + (contactsTrouble.map { [$0] } ?? [])
    }

    private var deviceTroubles: [String] {
        DeviceKind.allCases.compactMap { kind in
            guard let device = devices[kind], !device.isUsable, safeMode == nil || kind != .camera else { return nil }
            // One that is being opened for the first time is neither missing nor broken.
            guard device.phase != .opening || device.trouble != nil else { return nil }
            let sentence = device.trouble ?? "No \(kind.rawValue) found."
            guard livingCalls.contains(where: \.hasMedia) else { return sentence }
            switch kind {
            case .camera: return sentence + " The others see a still picture; sound goes on."
            case .microphone: return sentence + " The others hear nothing; the picture goes on."
            case .speaker: return sentence + " You hear nothing; the call goes on."
            case .display: return sentence + " The call goes on."
            }
        }
    }

    package mutating func handle(_ event: RoomEvent, at now: Int64) -> [RoomAction] {
        var actions: [RoomAction] = []
        switch event {
        case .device(let kind, let change):
            deviceChanged(kind, change, &actions)
        case .deviceDetails, .settled:
            actions.append(.publish)
        case .displayOpened:
            actions += [.arrangeScreen, .publish]
        case .mute(let wanted):
            isMuted = wanted
            actions += [.setMuted(wanted), .publish]
        case .volume(let wanted):
            volume = min(max(wanted, 0), 100)
            actions += [.setVolume(volume), .publish]
        case .cameraEnabled(let wanted):
            isCameraEnabled = wanted
            actions += [.setCameraEnabled(wanted), .publish]
        case .layout(let wanted):
            layout = wanted
            actions += [.arrangeScreen, .publish]
        case .standby(let wanted):
            isStandby = wanted && livingCalls.isEmpty
            actions += [.setScreenActive(!isStandby), .publish]
        case .contactsTrouble(let trouble):
            guard trouble != contactsTrouble else { break }
            contactsTrouble = trouble
            actions.append(.publish)
        case .safeMode(let mode):
            safeMode = mode
            actions += [.arrangeScreen, .publish]
        case .doNotDisturb, .quiet, .autoAnswerDue:
            doorbellChanged(event, at: now, &actions)
        case .dial, .answer, .hangUp, .hold, .placed, .placingFailed, .incoming, .ringing, .answered, .established,
            .remoteHold, .ended, .mediaFailed, .media, .nameKnown:
            callChanged(event, at: now, &actions)
        }
        followStreams(&actions)
        followTones(&actions)
        return actions
    }

    private mutating func deviceChanged(
        _ kind: DeviceKind, _ change: DeviceStateMachine.Event, _ actions: inout [RoomAction]
    ) {
        guard var device = devices[kind] else { return }
        let before = device
        actions += device.handle(change).map { RoomAction.device(kind, $0) }
        devices[kind] = device
        guard device != before else { return }
        if kind == .display, device.phase != before.phase { actions.append(.arrangeScreen) }
        actions.append(.publish)
    }

    /// Devices stream while a call needs them, the camera from the first ring on so that the picture is there.
    private mutating func followStreams(_ actions: inout [RoomAction]) {
        let wanted = calls.contains {
            switch $0.phase {
            case .dialling, .ringingOut, .connecting, .established: true
            case .ringingIn, .ended: false
            }
        }
        guard wanted != isStreaming else { return }
        isStreaming = wanted
        let kinds = [DeviceKind.camera, .microphone]
        for kind in kinds { _ = devices[kind]?.handle(.streaming(wanted)) }
        // They start before anything else is done for the call, since they take longest.
        actions.insert(contentsOf: kinds.map { .stream($0, wanted) }, at: wanted ? 0 : actions.count)
        actions.append(.arrangeScreen)
    }
}
