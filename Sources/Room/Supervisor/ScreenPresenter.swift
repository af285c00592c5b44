import LinuxSystem
import MediaPipelines
import MediaTypes
import RealtimeSupport
import RoomUI

/// Renders what the room says onto its screen: an actor on a thread of its own (`interface`), since shaping text takes
/// milliseconds that a call being set up shall not wait for.
actor ScreenPresenter {
    /// What to show, and on what: one value, so that the newest wins as a whole.
    struct Wish: Sendable {
        var screen: RoomScreen
        var mode: DisplayMode
        /// Counts the openings of the display: after each the rendering is whole.
        var opening: Int
    }

    private let executor: ThreadExecutor
    /// The newest wish that was not rendered yet. Where a call leaves little of the processor, the ones between are
    /// skipped: a screen that works off a queue of them shows what is long over.
    private nonisolated let newest = Guarded<Wish?>(nil)
    private var renderer: RoomRenderer?
    private var opening = -1
    private var retry: Task<Void, Never>?
    private var trimming: Task<Void, Never>?
    /// Whether it is to come at once, however much is drawn meanwhile.
    private var trimsInCall = false
    private var movement: Task<Void, Never>?
    /// What is wanted now.
    private var latest: RoomScreen?
    private var phase = 0

    init(scheduling: ThreadScheduling) throws(SystemError) {
        executor = try ThreadExecutor(name: "interface", scheduling: scheduling)
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Has the wish rendered, in place of any that still waits. Does not wait for it.
    nonisolated func show(_ wish: Wish, on display: DisplayPipeline) {
        guard newest.exchange(wish) == nil else { return }
        Task { await self.showNewest(on: display) }
    }

    /// Renders the newest wish and hands it to the display when it differs from what is there.
    private func showNewest(on display: DisplayPipeline) {
        guard let wish = newest.exchange(nil) else { return }
        if renderer?.mode != wish.mode {
            // Without memory for the user interface the pictures are still shown.
            renderer = try? RoomRenderer(mode: wish.mode)
        } else if opening != wish.opening {
            renderer?.invalidate()
        }
        opening = wish.opening
        if !wish.screen.isMoving { stopMoving() }
        render(wish.screen, on: display)
        latest = wish.screen
        if wish.screen.isMoving, movement == nil { startMoving(display) }
        if wish.screen.facts.isOverVideo { trimInCall() } else { trimSoon() }
    }

    private func render(_ screen: RoomScreen, on display: DisplayPipeline) {
        retry?.cancel()
        retry = nil
        guard let rendered = renderer?.render(screen) else {
            if renderer?.isWaiting == true { retrySoon(on: display) }
            return
        }
        let changes = rendered.changes
        display.setUserInterface(rendered.takeSurface(), changes: changes)
    }

    /// The display has all surfaces, for a moment: what was not drawn must not be forgotten.
    private func retrySoon(on display: DisplayPipeline) {
        retry = Task { [weak self] in
            try? await Task.sleep(for: .milliseconds(20))
            await self?.renderLatest(on: display)
        }
    }

    private func renderLatest(on display: DisplayPipeline) {
        // What moves is drawn anew by itself.
        guard movement == nil, let latest else { return }
        render(latest, on: display)
    }

    // MARK: - What moves

    /// Sixty pictures a second while it rings, each a small part of the screen. It begins a second late: then a call
    /// that is being set up has what it needs.
    private func startMoving(_ display: DisplayPipeline) {
        movement = Task(priority: .utility) { [weak self] in
            let clock = ContinuousClock()
            try? await Task.sleep(for: .seconds(1))
            var due = clock.now
            while !Task.isCancelled {
                await self?.move(on: display)
                due = max(due.advanced(by: .nanoseconds(16_666_667)), clock.now)
                try? await Task.sleep(until: due, tolerance: .zero, clock: clock)
            }
        }
    }

    private func move(on display: DisplayPipeline) {
        guard movement != nil, var screen = latest, screen.isMoving else { return }
        phase += 1
        screen.phase = phase
        render(screen, on: display)
    }

    private func stopMoving() {
        movement?.cancel()
        movement = nil
        phase = 0
    }

    /// Surfaces that nothing is drawn into any more give their memory back.
    private func trimSoon() {
        trimming?.cancel()
        trimsInCall = false
        trimming = Task { [weak self] in
            try? await Task.sleep(for: .seconds(2), tolerance: .seconds(1))
            if !Task.isCancelled { await self?.trimIdle() }
        }
    }

    /// To wake up for it has read pages of the program in again.
    private func trimIdle() {
        trim()
        releaseProgramPages()
    }

    /// In a call a little is drawn each second, so that waiting for quiet would keep the whole pages of before for as long
    /// as the call's bar is shown. Several times: the surfaces come back after two flips, while the codecs take their
    /// memory, later on a busy machine.
    private func trimInCall() {
        guard !trimsInCall else { return }
        trimming?.cancel()
        trimsInCall = true
        trimming = Task { [weak self] in
            for turn in 1...5 {
                try? await Task.sleep(for: .milliseconds(40), tolerance: .milliseconds(5))
                if !Task.isCancelled { await self?.trim(isLast: turn == 5) }
            }
        }
    }

    private func trim(isLast: Bool = false) {
        if isLast { trimsInCall = false }
        renderer?.trim()
    }

    /// Ends what moves; nothing is shown any more.
    func stop() {
        stopMoving()
        trimming?.cancel()
        retry?.cancel()
    }
}
