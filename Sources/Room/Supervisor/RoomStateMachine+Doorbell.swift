import Directory
import MediaPipelines

/// What the room does when somebody calls: rings, counts down to an answer, or does not want to be disturbed.
extension RoomStateMachine {
    /// The tone that belongs to what is going on.
    var wantedTone: RoomTone {
        if ringingCall != nil { return isQuiet || isDoNotDisturb ? .none : policy.ringTone }
        let isWaiting = calls.contains { $0.phase == .ringingOut }
        let isTalking = calls.contains { $0.phase == .established }
        return isWaiting && !isTalking && policy.playsRingback ? .ringback : .none
    }

    /// Percent. A ring into a call that is going on is softer.
    var toneVolume: Int {
        calls.contains(where: \.hasMedia) && ringingCall != nil ? policy.ringVolume / 3 : policy.ringVolume
    }

    /// The speaker is needed by calls and by tones.
    mutating func followTones(_ actions: inout [RoomAction]) {
        let tone = wantedTone
        let wanted = isStreaming || tone != .none
        if wanted != isSpeakerStreaming {
            isSpeakerStreaming = wanted
            _ = devices[.speaker]?.handle(.streaming(wanted))
            // First, as camera and microphone: another action may wait for the network.
            actions.insert(.stream(.speaker, wanted), at: 0)
        }
        let volume = tone == .none ? 0 : toneVolume
        guard tone != playedTone || volume != playedVolume else { return }
        (playedTone, playedVolume) = (tone, volume)
        actions.append(.setTone(tone, volume: volume))
    }

    mutating func doorbellChanged(_ event: RoomEvent, at now: Int64, _ actions: inout [RoomAction]) {
        switch event {
        case .doNotDisturb(let wanted):
            isDoNotDisturb = wanted
            if wanted { stopCountdowns() }
            actions += [.arrangeScreen, .publish]
        case .quiet(let isNow):
            guard isNow != isQuiet else { return }
            isQuiet = isNow
            actions.append(.publish)
        case .autoAnswerDue(let number):
            guard let call = call(number), call.phase == .ringingIn, call.autoAnswersAt != nil else {
                return
            }
            answerAutomatically(number, at: now, isMuted: policy.mutesAutoAnswered || policy.muteOnAnswer, &actions)
            actions.append(.publish)
        default: break
        }
    }

    /// Decides what to do about a call that has just come.
    mutating func greet(_ number: Int, at now: Int64, _ actions: inout [RoomAction]) {
        if isDoNotDisturb {
            refuse(number, as: .missed, "The room did not want to be disturbed.", &actions)
            return
        }
        if !isQuiet { wake(&actions) }
        guard policy.autoAnswer else {
            actions += [.ring(number: number), .arrangeScreen]
            return
        }
        guard policy.autoAnswerSeconds > 0 else {
            answerAutomatically(number, at: now, isMuted: policy.muteOnAnswer, &actions)
            return
        }
        let pause = Int64(policy.autoAnswerSeconds) * 1_000_000_000
        update(number) { $0.autoAnswersAt = now + pause }
        actions += [
            .ring(number: number), .arrangeScreen, .countDown(number: number, seconds: policy.autoAnswerSeconds),
        ]
    }

    private mutating func answerAutomatically(
        _ number: Int, at now: Int64, isMuted wantsMute: Bool, _ actions: inout [RoomAction]
    ) {
        if wantsMute {
            isMuted = true
            actions.append(.setMuted(true))
        }
        accept(number, at: now, &actions)
    }

    /// Somebody is in the room and does not want the call answered by itself.
    private mutating func stopCountdowns() {
        for call in calls where call.autoAnswersAt != nil { update(call.number) { $0.autoAnswersAt = nil } }
    }
}
