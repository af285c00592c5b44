import CallSignaling
import LinuxSystem

extension RoomSupervisor {
    /// A start or a call touches much that an idle room does not need: it is given back once all is quiet.
    func releaseMemorySoon() {
        memoryRelease?.cancel()
        memoryRelease = Task { [weak self] in
            // Not while the screen is being drawn or the next call comes.
            try? await Task.sleep(for: .seconds(1), tolerance: .milliseconds(500))
            guard !Task.isCancelled, await self?.isIdle == true else { return }
            try? await runBlocking { releaseUnusedMemory() }
            // What is left of the trial goes back too, unless a call has come meanwhile.
            guard await self?.rehearse() == true, await self?.isIdle == true else { return }
            try? await runBlocking { releaseUnusedMemory() }
        }
    }

    /// Once after the start; whether it was now. At low priority: a call that comes meanwhile does not wait for it.
    private func rehearse() async -> Bool {
        guard !isRehearsed, machine.safeMode == nil else { return false }
        isRehearsed = true
        let body = hardware.rehearse
        // Nobody has this address (RFC 5737 §3), and nothing is sent.
        let media = LocalMedia(address: "192.0.2.1", audioPort: 4000, videoPort: 4002)
        let (caller, callee) = (negotiation(media), negotiation(media))
        try? await runBlocking(niceness: 10) {
            _ = SignalingRehearsal.run(
                offer: caller.makeOffer(), answer: { try? callee.answer(to: $0).0 },
                interpret: { _ = try? caller.interpret(answer: $0) })
            body()
        }
        return true
    }

    /// Setting a call up reads much of the program that the call itself does not need; given back before the codecs
    /// have grown to their size, it does not add to the room's peak. At once and not on a thread behind the media's: less
    /// than a millisecond, where the wait for a processor was fifty.
    func releaseSetUpMemory() { releaseProgramPages() }

    private var isIdle: Bool { machine.livingCalls.isEmpty }
}
