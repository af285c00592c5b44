import Composition
import LinuxSystem
import MediaTypes
import RealtimeSupport
import RoomUI
import Synchronization

/// Makes the pictures that stand for a missing camera. Any thread.
final class SlateSource: Sendable {
    private struct State: ~Copyable {
        var wanted = Slate(title: "No camera", subtitle: "")
        var slate: Slate?
        var format: VideoFormat?
        var picture: FrameHandle?
        var copies: FramePool?
    }

    private let state = Mutex(State())

    /// Changes the words on the slate.
    func set(_ slate: Slate) { state.withLock { $0.wanted = slate } }

    /// A picture with the time of now; nil when it cannot be drawn or all copies are still in use.
    ///
    /// Called on an encode thread, five times a second at most: the one copy of the pixels gives each its own time.
    func next(_ format: VideoFormat) -> FrameHandle? {
        state.withLock { state -> FrameHandle? in
            if state.slate != state.wanted || state.format != format {
                state.picture = SlateRenderer.render(state.wanted, format: format)
                state.slate = state.wanted
                if state.format != format { state.copies = PictureMemory.pool(format, count: 3) }
                state.format = format
            }
            guard let source = state.picture?.value, let copies = state.copies, let slot = copies.takeReturned() else {
                return nil
            }
            var result = ConversionResult.damaged
            copies.update(slot) {
                result = PictureConverter.convert(source, into: &$0)
                $0.captureTime = .now
                $0.readyTime = $0.captureTime
            }
            guard result == .converted else {
                copies.putBack(slot)
                return nil
            }
            return copies.lend(slot)
        }
    }
}
