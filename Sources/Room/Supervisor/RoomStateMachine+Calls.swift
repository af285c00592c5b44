import CallSignaling
import Directory
import MediaPipelines

extension RoomStateMachine {
    mutating func callChanged(_ event: RoomEvent, at now: Int64, _ actions: inout [RoomAction]) {
        switch event {
        case .dial(let address):
            let number = begin(.dialling, isIncoming: false, address: address, at: now)
            wake(&actions)
            actions += [.place(number: number, address: address), .lookUpName(number: number)]
        case .placed(let number, let signaling):
            update(number) { $0.signaling = signaling }
            // Hung up while its address was looked up.
            if call(number)?.isLiving == false { actions.append(.hangUp(number: number)) }
        case .placingFailed(let number, let sentence):
            end(number, sentence, nil, &actions)
        case .incoming(let incoming):
            arrived(incoming, at: now, &actions)
        case .ringing(let signaling):
            update(signaling) { if $0.phase == .dialling { $0.phase = .ringingOut } }
        case .answer(let number):
            accept(number, at: now, &actions)
        case .answered(let signaling):
            // We called and they answered: media starts with the answer, the ACK is on its way.
            guard let number = number(of: signaling) else { return }
            update(number) {
                $0.phase = .established
                $0.answeredAt = now
            }
            muteAtBeginning(of: number, &actions)
            actions += [.startMedia(number: number), .arrangeScreen]
        case .established(let signaling):
            update(signaling) { if $0.phase == .connecting { $0.phase = .established } }
        case .hold(let number, let isHeld):
            update(number) { $0.isHeldLocally = isHeld }
            actions.append(.offerHold(number: number, isHeld))
        case .remoteHold(let signaling, let isHeld):
            update(signaling) { $0.isHeldRemotely = isHeld }
            actions.append(.arrangeScreen)
        case .hangUp(let number):
            hangUp(number, &actions)
        case .ended(let signaling, let reason):
            guard let number = number(of: signaling) else { return }
            end(number, reason.sentence, reason, &actions)
        case .mediaFailed(let number, let sentence):
            if call(number)?.isLiving == true { actions.append(.hangUp(number: number)) }
            end(number, sentence, nil, &actions)
        case .media(let number, let report):
            mediaReported(number, report, &actions)
        case .nameKnown(let number, let name):
            update(number) { $0.directoryName = name }
        default:
            return
        }
        actions.append(.publish)
    }

    private mutating func begin(_ phase: CallPhase, isIncoming: Bool, address: String, at now: Int64) -> Int {
        let number = nextNumber
        nextNumber += 1
        calls.append(
            CallRecord(number: number, phase: phase, isIncoming: isIncoming, remoteAddress: address, startedAt: now))
        forgetOldCalls()
        return number
    }

    private mutating func arrived(_ incoming: IncomingCall, at now: Int64, _ actions: inout [RoomAction]) {
        let isFull = livingCalls.count >= policy.maximumCalls
        let number = begin(.ringingIn, isIncoming: true, address: incoming.uri, at: now)
        update(number) {
            $0.signaling = incoming.call
            $0.remoteName = incoming.displayName
        }
        if isFull {
            refuse(number, as: .busy, "The room was in as many calls as it takes.", &actions)
        } else {
            greet(number, at: now, &actions)
        }
        actions.append(.lookUpName(number: number))
    }

    /// Says busy to a call that has just come: it is over before anybody sees or hears it.
    mutating func refuse(_ number: Int, as outcome: CallOutcome, _ sentence: String, _ actions: inout [RoomAction]) {
        update(number) {
            $0.phase = .ended
            $0.endSentence = sentence
        }
        actions += [.refuse(number: number, status: 486), .keepInHistory(number: number, outcome)]
    }

    mutating func accept(_ number: Int, at now: Int64, _ actions: inout [RoomAction]) {
        guard call(number)?.phase == .ringingIn else { return }
        update(number) {
            $0.phase = .connecting
            $0.answeredAt = now
            $0.autoAnswersAt = nil
        }
        wake(&actions)
        muteAtBeginning(of: number, &actions)
        actions += [.accept(number: number), .arrangeScreen]
    }

    /// A call begins with the microphone off where the room wants that; not beside another one, in which somebody chose.
    private mutating func muteAtBeginning(of number: Int, _ actions: inout [RoomAction]) {
        let isFirst = !calls.contains { $0.number != number && $0.hasMedia }
        guard policy.muteOnAnswer, isFirst, !isMuted else { return }
        isMuted = true
        actions.append(.setMuted(true))
    }

    private mutating func hangUp(_ number: Int, _ actions: inout [RoomAction]) {
        guard let record = call(number), record.isLiving else { return }
        // Without signalling its address is still looked up, which may take long: it is over at once all the same.
        if record.signaling == nil {
            end(number, EndReason.localHangup.sentence, .localHangup, &actions)
        } else {
            actions.append(.hangUp(number: number))
        }
    }

    /// - Parameter reason: nil when it failed here.
    private mutating func end(
        _ number: Int, _ sentence: String, _ reason: EndReason?, _ actions: inout [RoomAction]
    ) {
        guard let record = call(number), record.isLiving else { return }
        update(number) {
            $0.phase = .ended
            $0.endSentence = sentence
            $0.endReason = reason
        }
        actions += [
            .endMedia(number: number), .arrangeScreen,
            .keepInHistory(number: number, Self.outcome(of: record, reason)),
        ]
        if livingCalls.isEmpty, isMuted {
            isMuted = false
            actions.append(.setMuted(false))
        }
    }

    private func mediaReported(_ number: Int, _ report: MediaEvent, _ actions: inout [RoomAction]) {
        switch report {
        case .mediaTimeout where call(number)?.isHeldRemotely == false && call(number)?.isHeldLocally == false:
            // Nothing for so long, not even RTCP: the far end is gone without a word.
            actions.append(.hangUp(number: number))
        case .firstVideoFrameDecoded, .slate:
            actions.append(.arrangeScreen)
        default:
            break
        }
    }

    /// A screen in standby comes on for a call.
    mutating func wake(_ actions: inout [RoomAction]) {
        guard isStandby else { return }
        isStandby = false
        actions.append(.setScreenActive(true))
    }

    func number(of signaling: CallID) -> Int? { calls.first { $0.signaling == signaling }?.number }

    mutating func update(_ number: Int, _ change: (inout CallRecord) -> Void) {
        guard let index = calls.firstIndex(where: { $0.number == number }) else { return }
        change(&calls[index])
    }

    private mutating func update(_ signaling: CallID, _ change: (inout CallRecord) -> Void) {
        guard let index = calls.firstIndex(where: { $0.signaling == signaling }) else { return }
        change(&calls[index])
    }

    private mutating func forgetOldCalls() {
        while calls.filter({ !$0.isLiving }).count > Self.keptEndedCalls,
            let index = calls.firstIndex(where: { !$0.isLiving })
        {
            calls.remove(at: index)
        }
    }
}
