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
        }
    }

    private var isIdle: Bool { machine.livingCalls.isEmpty }
}
