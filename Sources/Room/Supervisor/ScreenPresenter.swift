import Composition
import MediaPipelines
import MediaTypes
import RoomUI

/// Renders what the room says onto its screen. Confined to the supervisor's actor.
final class ScreenPresenter {
    private var renderer: RoomRenderer?

    var backdrop: Backdrop { RoomTheme.backdrop }

    /// The screen was opened with this mode: the next rendering is whole.
    func resize(to mode: DisplayMode) {
        if renderer?.mode == mode {
            renderer?.invalidate()
        } else {
            // Without memory for the user interface the pictures are still shown.
            renderer = try? RoomRenderer(mode: mode)
        }
    }

    /// Renders `screen` and hands it to the display when it differs from what is there.
    func show(_ screen: RoomScreen, on display: DisplayPipeline) {
        guard let rendered = renderer?.render(screen) else { return }
        let changes = rendered.changes
        display.setUserInterface(rendered.takeSurface(), changes: changes)
    }
}
