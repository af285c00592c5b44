import MediaPipelines
import MediaTypes
import RoomUI

/// Renders what the room says onto its screen: an actor of its own, since shaping text takes milliseconds that a
/// call being set up shall not wait for.
actor ScreenPresenter {
    /// What to show, and on what: one value, so that the newest wins as a whole.
    struct Wish: Sendable {
        var screen: RoomScreen
        var mode: DisplayMode
        /// Counts the openings of the display: after each the rendering is whole.
        var opening: Int
        /// Counts the wishes; an older one that comes late is not shown.
        var number: Int
    }

    private var renderer: RoomRenderer?
    private var opening = -1
    private var lastNumber = -1
    private var trimming: Task<Void, Never>?

    /// Renders the wish and hands it to the display when it differs from what is there.
    func show(_ wish: Wish, on display: DisplayPipeline) {
        guard wish.number > lastNumber else { return }
        lastNumber = wish.number
        if renderer?.mode != wish.mode {
            // Without memory for the user interface the pictures are still shown.
            renderer = try? RoomRenderer(mode: wish.mode)
        } else if opening != wish.opening {
            renderer?.invalidate()
        }
        opening = wish.opening
        guard let rendered = renderer?.render(wish.screen) else { return }
        trimSoon()
        let changes = rendered.changes
        display.setUserInterface(rendered.takeSurface(), changes: changes)
    }

    /// Surfaces that nothing is drawn into any more give their memory back.
    private func trimSoon() {
        trimming?.cancel()
        trimming = Task { [weak self] in
            try? await Task.sleep(for: .seconds(2), tolerance: .seconds(1))
            if !Task.isCancelled { await self?.trim() }
        }
    }

    private func trim() { renderer?.trim() }
}
