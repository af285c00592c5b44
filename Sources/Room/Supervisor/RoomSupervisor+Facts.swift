import CallSignaling
import ControlProtocol
import Directory
import Glibc
import LinuxSystem
import MediaPipelines
import MediaTypes
import RealtimeSupport
import RoomUI

extension RoomSupervisor {
    /// All that the interface may know of the room now.
    var facts: RoomFacts {
        var facts = RoomFacts(roomName: settings.roomName, now: Self.civilTime(time(nil)))
        facts.addresses = ownAddresses
        facts.incoming = machine.ringingCall.map { RoomFacts.Incoming(party($0), secondsToAnswer: secondsToAnswer($0)) }
        let living = machine.calls.filter { $0.phase == .dialling || $0.phase == .ringingOut }
        facts.dialling = living.last.map { RoomFacts.Dialling(party($0), isRinging: $0.phase == .ringingOut) }
        facts.ongoing = ongoing
        if let last = machine.calls.last, last.endSentence != nil, endShownUntil > .now {
            facts.ended = RoomFacts.Ended(party(last), Self.end(of: last))
        }
        facts.isMuted = machine.isMuted
        facts.isCameraOff = !machine.isCameraEnabled
        facts.volume = machine.volume
        facts.layout = machine.layout
        facts.selfViewCorner = selfViewCorner
        facts.isStandby = machine.isStandby
        facts.doNotDisturb = machine.isDoNotDisturb
        facts.isSafeMode = machine.safeMode != nil
        facts.missedCalls = contacts.state.missed
        facts.language = language
        facts.isDark = isDark
        facts.boardName = hardware.boardName
        facts.version = ConveneVersion.current
        facts.pairingCode = shownPairingCode
        facts.message = shownMessage
        facts.isUnregistered = registration.sentence != nil
        facts.setup = setupFacts(facts.addresses)
        facts.maintenance = maintenanceFacts
        for kind in DeviceKind.allCases {
            guard let device = machine.devices[kind] else { continue }
            let shown = Self.shown(kind)
            if device.isUsable {
                facts.deviceNames[shown] = details[kind]?.name ?? device.candidate?.name
            } else if isSettled, device.phase != .opening, machine.safeMode == nil || kind != .camera {
                facts.troubles.append(RoomFacts.Trouble(shown, Self.fault(of: device)))
            }
        }
        return facts
    }

    private func party(_ call: CallRecord) -> RoomFacts.Party {
        RoomFacts.Party(name: call.shownName ?? "", address: call.remoteAddress)
    }

    private var ongoing: RoomFacts.Ongoing? {
        let calls = machine.calls.filter(\.hasMedia)
        guard let first = calls.first else { return nil }
        var ongoing = RoomFacts.Ongoing(
            calls.map(party), seconds: Int((MonotonicTime.now.nanoseconds - first.answeredAt) / 1_000_000_000))
        ongoing.isSoundOnly = calls.allSatisfy { agreements[$0.number].map { $0.video == nil } ?? false }
        ongoing.isHeldHere = calls.contains(where: \.isHeldLocally)
        ongoing.isHeldThere = calls.contains(where: \.isHeldRemotely)
        ongoing.quality = calls.compactMap { qualities[$0.number]?.level }.min()
        ongoing.hasRoomForMore = machine.livingCalls.count < machine.policy.maximumCalls
        return ongoing
    }

    static func civilTime(_ seconds: time_t) -> CivilTime {
        var now = seconds
        var local = tm()
        localtime_r(&now, &local)
        return CivilTime(
            year: Int(local.tm_year) + 1900, month: Int(local.tm_mon) + 1, day: Int(local.tm_mday),
            weekday: Int(local.tm_wday), hour: Int(local.tm_hour), minute: Int(local.tm_min))
    }

    private static func shown(_ kind: DeviceKind) -> RoomFacts.Device {
        switch kind {
        case .camera: .camera
        case .microphone: .microphone
        case .speaker: .speaker
        case .display: .screen
        }
    }

    private static func fault(of device: DeviceStateMachine) -> RoomFacts.Fault {
        switch device.fault {
        case .gone: .unplugged
        case .busy: .busy
        case nil: .missing
        case .forbidden, .unsupported, .failed, .stalled: .failed
        }
    }

    static func end(of call: CallRecord) -> RoomFacts.CallEnd {
        switch call.endReason {
        case .localHangup: .here
        case .remoteHangup: .there
        case .cancelled: .callerGaveUp
        case .noAnswer: .noAnswer
        case .timeout, .transport: .unreachable
        case .unknownAddress: .unknownAddress
        case .rejected(let status, _):
            switch status {
            case 404, 410, 484, 604: .unknownAddress
            case 408: .unreachable
            case 415, 488, 606: .noCommonMedia
            case 480, 503: .notAvailable
            case 486, 600: .busy
            case 487: .here
            case 403, 603: .declined
            default: .failed(call.endSentence ?? "")
            }
        case .authenticationRequired, .protocolError, .shutdown, nil: .failed(call.endSentence ?? "")
        }
    }

    /// Once a second in a call.
    func measureQualities() {
        for number in qualities.keys where media[number] == nil { qualities[number] = nil }
        for (number, session) in media {
            let network = session.pipelines.network
            guard let report = network?.videoReport, report.isKnown else { continue }
            let farEnd = network?.videoFarEnd.load()
            let isKnown = farEnd?.isKnown == true
            qualities[number, default: ConnectionQuality()].update(
                packets: report.packets, lost: report.lost,
                farEndLostPercent: isKnown ? Double(farEnd?.fractionLost ?? 0) / 2.56 : 0,
                roundTripMilliseconds: isKnown ? Double(farEnd?.roundTripNanoseconds ?? -1) / 1e6 : -1)
        }
    }
}
