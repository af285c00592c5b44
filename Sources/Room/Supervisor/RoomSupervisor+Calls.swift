import CallSignaling
import Composition
import LinuxSystem
import Logging
import MediaPipelines
import MediaTypes
import RealtimeSupport

/// When the steps of a call's set-up happened, for the figures in status.
struct SetupMarks: Sendable {
    var begun = MonotonicTime.now
    var answered: MonotonicTime?
    var firstVideoSent: MonotonicTime?
    var firstVideoDecoded: MonotonicTime?
    var firstAudioReceived: MonotonicTime?
}

/// A call that came in and is not taken yet.
struct PendingOffer: Sendable {
    let incoming: IncomingCall
    /// From when it came in.
    let marks = SetupMarks()
}

extension RoomSupervisor {
    // MARK: - Signalling to events

    func signaled(_ event: SignalingEvent) async {
        await waitForPlacements()
        switch event {
        case .incomingCall(let incoming): await arrived(incoming)
        case .provisional(let call, let status, _, _):
            if status >= 180 {
                await feed(.ringing(call))
                warmUp()
            }
        case .answered(let call, let answer): await answered(call, answer)
        case .established(let call, let answer): await established(call, answer)
        case .reinvite(let call, let offer): await reoffered(call, offer)
        case .reinviteAnswered(let call, let answer), .reinviteEstablished(let call, let answer):
            // Without an answer: an acknowledgement, or one that leaves the session as it was.
            if let answer { await reanswered(call, answer) }
            await followHold(call)
        case .reinviteRejected(let call, let status, let phrase):
            logger.warning(
                "the far end refused the change of the call",
                metadata: ["call": "\(call)", "status": "\(status)", "phrase": "\(phrase)"])
            await changeRefused(call)
        case .info(let call, let contentType, let body):
            if let number = machine.number(of: call), contentType.hasPrefix("application/media_control"),
                body.contains("picture_fast_update")
            {
                // RFC 5168, what older terminals send in place of RTCP feedback.
                media[number]?.pipelines.videoSend?.requestKeyFrame()
            }
        case .reinviteCancelled: break
        case .ended(let call, let reason):
            pendingOffers[call] = nil
            await feed(.ended(call, reason))
        }
    }

    private func arrived(_ incoming: IncomingCall) async {
        pendingOffers[incoming.call] = PendingOffer(incoming: incoming)
        await noteQuietHours()
        await feed(.incoming(incoming))
    }

    private func answered(_ call: CallID, _ answer: String?) async {
        guard let number = machine.number(of: call), let negotiation = negotiations[number] else { return }
        do {
            let agreement = try negotiation.interpret(answer: answer)
            agreements[number] = agreement
            await feed(.answered(call))
            if agreement.isHeldRemotely { await feed(.remoteHold(call, true)) }
        } catch {
            await feed(.mediaFailed(number: number, sentence: error.sentence))
        }
    }

    /// The ACK for our 200 has come. Where that was the offer, the answer is in the ACK (RFC 3261 §13.2.1), and a call
    /// whose answer is missing or of no use ends: it would have no media, and nothing that notices.
    private func established(_ call: CallID, _ answer: String?) async {
        guard let number = machine.number(of: call) else { return }
        if agreements[number] == nil, let negotiation = negotiations[number] {
            do {
                agreements[number] = try negotiation.interpret(answer: answer)
            } catch {
                return await feed(.mediaFailed(number: number, sentence: error.sentence))
            }
            startMedia(number)
        }
        await feed(.established(call))
        if agreements[number]?.isHeldRemotely == true { await feed(.remoteHold(call, true)) }
    }

    // MARK: - Actions

    func place(_ number: Int, _ address: String) async {
        marks[number] = SetupMarks()
        do {
            let local = try await agent.localAddress(toward: address)
            guard machine.call(number)?.isLiving == true else { return }
            let negotiation = try prepare(number, localAddress: local)
            // The agent tells of the call before the machine knows which one it is about: that waits.
            placements += 1
            defer { placementDone() }
            let call = try await agent.dial(
                address, displayName: settings.displayName, offer: negotiation.makeOffer())
            await feed(.placed(number: number, call))
        } catch let error as SignalingError {
            await feed(.placingFailed(number: number, sentence: error.description))
        } catch {
            await feed(.placingFailed(number: number, sentence: "No ports for sound and picture: \(error)."))
        }
    }

    /// Returns once the machine knows each call that the agent has begun. What signalling tells meanwhile waits in the
    /// agent's queue, in order and within its bound; placing itself waits for nothing that comes from there.
    private func waitForPlacements() async {
        while placements > 0 { await withCheckedContinuation { placementWaiters.append($0) } }
    }

    private func placementDone() {
        placements -= 1
        guard placements == 0 else { return }
        let waiters = placementWaiters
        placementWaiters = []
        for waiter in waiters { waiter.resume() }
    }

    /// Ends a call. It is over here at once, also where the agent knows it no longer and has nothing to tell of it.
    func hangUp(_ number: Int) async {
        guard let call = machine.call(number)?.signaling else { return }
        await agent.hangUp(call)
        pendingOffers[call] = nil
        await feed(.ended(call, .localHangup))
    }

    func ring(_ number: Int) async {
        guard let call = machine.call(number)?.signaling else { return }
        do {
            try await agent.ring(call)
            warmUp()
        } catch {
            logger.warning("ringing was not told", metadata: ["call": "\(number)", "error": "\(error)"])
        }
    }

    func refuse(_ number: Int, status: Int) async {
        guard let call = machine.call(number)?.signaling else { return }
        pendingOffers[call] = nil
        do {
            try await agent.reject(call, status: status)
        } catch {
            logger.warning("the refusal was not sent", metadata: ["call": "\(number)", "error": "\(error)"])
        }
    }

    /// Answers an incoming call: media first, so that the first picture is being coded while the answer is on its way. An
    /// answer that cannot be sent, since the call is over by then, ends them again.
    func accept(_ number: Int) async {
        guard let call = machine.call(number)?.signaling, let pending = pendingOffers.removeValue(forKey: call) else {
            return
        }
        let incoming = pending.incoming
        marks[number] = pending.marks
        do {
            let negotiation = try prepare(number, localAddress: incoming.localAddress)
            let body: String
            if let offer = incoming.offer {
                let (answer, agreement) = try negotiation.answer(to: offer)
                agreements[number] = agreement
                body = answer
            } else {
                body = negotiation.makeOffer()
            }
            if agreements[number] != nil { startMedia(number) }
            try await agent.answer(call, answer: body)
        } catch let error as NegotiationFailure {
            await refuse(number, status: 488)
            await feed(.mediaFailed(number: number, sentence: error.sentence))
        } catch {
            await refuse(number, status: 500)
            await feed(.mediaFailed(number: number, sentence: "The call could not be answered: \(error)."))
        }
    }

    /// Offers that the call be held or go on. While another change of it is under way the wish alone stands, and is offered
    /// when that is over (`followHold`): one offer at a time (RFC 3264 §4).
    func offerHold(_ number: Int, _ isHeld: Bool) async {
        guard let call = machine.call(number)?.signaling, let negotiation = negotiations[number] else { return }
        if isHeld {
            media[number]?.pipelines.videoSend?.setPaused(true)
            media[number]?.pipelines.audioSend?.setPaused(true)
        }
        guard let offer = negotiation.beginHold(isHeld) else {
            // Held for a moment that the far end never heard of.
            if !isHeld, !negotiation.isHeld { startMedia(number) }
            return
        }
        do {
            try await agent.reinvite(call, offer: offer)
        } catch {
            negotiation.withdrawOffer()
            if case .changePending = error { return }
            logger.warning("hold was not offered", metadata: ["call": "\(number)", "error": "\(error)"])
            await feed(.hold(number: number, negotiation.isHeld))
        }
    }

    /// A change of the call is over: what was wished meanwhile is offered now.
    private func followHold(_ call: CallID) async {
        guard let number = machine.number(of: call), let wanted = machine.call(number)?.isHeldLocally,
            let negotiation = negotiations[number]
        else { return }
        negotiation.endRequest()
        guard wanted != negotiation.isHeld else { return }
        await offerHold(number, wanted)
    }

    /// The far end did not take our offer: all stays as it was, here too.
    private func changeRefused(_ call: CallID) async {
        guard let number = machine.number(of: call), let negotiation = negotiations[number] else { return }
        negotiation.withdrawOffer()
        await feed(.hold(number: number, negotiation.isHeld))
        startMedia(number)
    }

    func startMedia(_ number: Int) {
        guard let session = media[number], let agreement = agreements[number] else { return }
        do {
            try session.apply(audio: agreement.audio, video: agreement.video)
            // Again with each change of the session: the answer was the first.
            if marks[number]?.answered == nil { marks[number]?.answered = MonotonicTime.now }
            // Not before: loading would keep the call's threads from being made (glibc's loader lock).
            warmUp()
        } catch {
            logger.error("media could not be started", metadata: ["call": "\(number)", "error": "\(error)"])
            Task { await self.feed(.mediaFailed(number: number, sentence: "Sound and picture could not be started.")) }
        }
    }

    func endMedia(_ number: Int) {
        media.removeValue(forKey: number)?.stop()
        endShownUntil = MonotonicTime.now + .seconds(5)
        negotiations[number] = nil
        agreements[number] = nil
        tiles[number].map { display.clear($0) }
        tiles[number] = nil
        releaseMemorySoon()
    }

    // MARK: - Changes within a call

    private func reoffered(_ call: CallID, _ offer: String?) async {
        guard let number = machine.number(of: call), let negotiation = negotiations[number] else { return }
        do {
            if let offer {
                let (answer, agreement) = try negotiation.answer(to: offer)
                try await agent.answerReinvite(call, answer: answer)
                agreements[number] = agreement
                startMedia(number)
                await feed(.remoteHold(call, agreement.isHeldRemotely))
            } else {
                try await agent.answerReinvite(call, answer: negotiation.makeRequestedOffer())
            }
        } catch is NegotiationFailure {
            try? await agent.rejectReinvite(call, status: 488)
        } catch {
            if offer == nil { negotiation.withdrawOffer() }
            logger.warning("the change was not answered", metadata: ["call": "\(number)", "error": "\(error)"])
        }
    }

    /// The answer to an offer of ours within the call, in a 200 or, where our 200 was the offer, in the ACK.
    private func reanswered(_ call: CallID, _ answer: String) async {
        guard let number = machine.number(of: call), let negotiation = negotiations[number] else { return }
        do {
            let agreement = try negotiation.interpret(answer: answer)
            agreements[number] = agreement
            startMedia(number)
            await feed(.remoteHold(call, agreement.isHeldRemotely))
        } catch {
            logger.warning("the answer does not fit", metadata: ["call": "\(number)", "error": "\(error.sentence)"])
        }
    }

    // MARK: - Preparation

    private func prepare(_ number: Int, localAddress: String) throws -> Negotiation {
        let tile = TileID(rawValue: number)
        tiles[number] = tile
        let session = try CallMediaSession(
            address: settings.rtpAddress, ports: settings.rtpPorts,
            devices: RoomDevicePipelines(camera: camera, microphone: microphone, speaker: speaker),
            options: CallMediaOptions(
                encoders: hardware.encoders, decoders: hardware.decoders,
                networkScheduling: scheduling("call-network"), decodeScheduling: scheduling("video-decode"),
                slate: { [slates] in slates.next($0) }),
            output: display.inbox(for: tile), canonicalName: Self.randomName(),
            events: { [weak self] in self?.mediaReported(number, $0) })
        media[number] = session
        let negotiation = self.negotiation(
            LocalMedia(
                address: localAddress, audioPort: session.audioTransport.localPort,
                videoPort: session.videoTransport.localPort))
        negotiations[number] = negotiation
        return negotiation
    }

    /// What this room offers, and what it takes.
    func negotiation(_ local: LocalMedia) -> Negotiation {
        Negotiation(
            local: local, audioCodecs: hardware.audioCodecs, videoSize: settings.videoSize,
            frameRate: settings.frameRate, bitrate: settings.bitrate, encodeScheduling: scheduling("video-encode"),
            hasVideo: machine.safeMode == nil)
    }

    /// RFC 7022 §4.2: a name for one call, so that calls cannot be tied together.
    private static func randomName() -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        return String((0..<16).compactMap { _ in alphabet.randomElement() })
    }

    /// Loads the libraries that the first call needs: while it rings, or else beside its first pictures. At low priority,
    /// since nothing waits for it before the far end's first picture has come.
    private func warmUp() {
        // What a call with sound alone does not need is not loaded.
        guard !isWarm, machine.safeMode == nil else { return }
        isWarm = true
        let body = hardware.warmUp
        // On a thread of its own: reading libraries in blocks, and the pool has few threads.
        Task { try? await runBlocking(niceness: 5) { body() } }
    }

    func noteMedia(_ number: Int, _ event: MediaEvent) {
        let now = MonotonicTime.now
        switch event {
        case .firstVideoPacketSent:
            marks[number]?.firstVideoSent = now
            releaseSetUpMemory()
        case .firstVideoFrameDecoded:
            marks[number]?.firstVideoDecoded = now
            releaseSetUpMemory()
            if isArrangementHeld { arrangeScreen() }
        case .firstAudioPacketReceived: marks[number]?.firstAudioReceived = now
        case .slate(let isShown):
            logger.info("slate", metadata: ["call": "\(number)", "shown": "\(isShown)"])
        case .encoderOpened(let capabilities):
            logger.info("encoder", metadata: ["call": "\(number)", "name": "\(capabilities.name)"])
        case .encoderFailed(let error, let replacement):
            logger.log(
                level: error.kind == .unsupported ? .info : .warning,
                error.kind == .unsupported ? "encoder passed over" : "encoder failed",
                metadata: ["call": "\(number)", "error": "\(error)", "next": "\(replacement)"])
        case .decoderOpened(let capabilities):
            logger.info("decoder", metadata: ["call": "\(number)", "name": "\(capabilities.name)"])
        case .decoderFailed(let error, let replacement):
            logger.warning(
                "decoder failed", metadata: ["call": "\(number)", "error": "\(error)", "next": "\(replacement)"])
        case .remoteKey(let key): logger.info("key from the far end", metadata: ["call": "\(number)", "key": "\(key)"])
        case .mediaTimeout(let silence):
            logger.warning("no media", metadata: ["call": "\(number)", "for": "\(silence)"])
        case .remoteGoodbye: logger.debug("RTCP goodbye", metadata: ["call": "\(number)"])
        }
    }
}
