package import Composition
package import LinuxSystem
package import MediaTypes
package import RealtimeSupport
import Synchronization

/// Decoded pictures and the user interface to the screen.
///
/// ```
///  decode thread, camera thread     room (any thread)              display thread ("display")
///  FrameInbox a tile (4) ---------> newest due frame -> Compositor | overlay plane -> DisplayOutput -> flip
///  full: newest dropped             UserInterfaceHandle (newest) --^                  at most one under way
/// ```
///
/// A frame is composed when it comes, if a back buffer is free, and is on screen from the next vertical blank on.
/// The thread sleeps while nothing changes. The pipeline keeps up to two frames of each tile: the one on screen and
/// one that waits for its time; overlay planes keep a third while they change over.
package final class DisplayPipeline: Sendable {
    /// Opens the display; called on the display thread.
    package typealias Opener = @Sendable () throws(DeviceError) -> any DisplayOutput

    private let thread: MediaThread
    private let control: DisplayControl
    private let opener: Opener
    private let events: @Sendable (DisplayEvent) -> Void

    /// - Parameters:
    ///   - events: called on the display thread when the screen comes or goes; must not block.
    ///   - open: opens the display.
    package init(
        events: @escaping @Sendable (DisplayEvent) -> Void, open: @escaping Opener
    ) throws(SystemError) {
        control = DisplayControl(doorbell: try Doorbell())
        thread = try MediaThread(name: "display")
        opener = open
        self.events = events
    }

    /// Opens the display and starts to show; how that went comes as an event.
    package func start(scheduling: ThreadScheduling = .init()) throws(SystemError) {
        try thread.start(scheduling: scheduling) { [control, opener, events] thread in
            DisplayLoop(control: control, events: events, open: opener).run(thread)
        }
    }

    /// Gives the screen back as it was found and ends the thread.
    package func stop() {
        thread.stopAndJoin()
        control.cancelCaptures()
    }

    package var heartbeat: UInt64 { thread.heartbeat }

    /// Why the wanted thread priority was not given, nil when it was.
    package var schedulingError: SystemError? { thread.schedulingError }

    /// Has the thread turn once, so that its heartbeat moves although nothing is to be shown.
    package func nudge() { control.doorbell.ring() }

    /// Where frames for a tile go, from one producer thread. The same inbox for the same tile, always.
    package func inbox(for tile: TileID) -> FrameInbox { control.inbox(for: tile) }

    /// Changes how tiles share the screen; kept when the screen's mode changes.
    ///
    /// - Parameter parties: tiles of the other parties, in order.
    package func setLayout(
        _ layout: SceneLayout, parties: [TileID] = [.remote], backdrop: Backdrop = .black
    ) {
        control.change {
            $0.layout = DisplayControl.Layout(layout: layout, parties: parties, backdrop: backdrop)
            $0.selfViewHold = nil
        }
    }

    /// Lets the self view stand still until `time`, a new layout, or another change of the screen that it goes on with: a
    /// call begins, and its codecs need the processor more.
    package func holdSelfView(until time: MonotonicTime) { control.change { $0.selfViewHold = time } }

    /// Takes a tile's picture off the screen until its next frame, as when its sender has gone.
    package func clear(_ tile: TileID) { control.change { $0.cleared.append(tile) } }

    /// Puts a rendered surface over the video. The one before goes back to its pool once it is not needed.
    ///
    /// - Parameter changes: what differs from the surface that was handed over before.
    package func setUserInterface(_ surface: consuming UserInterfaceHandle, changes: Region) {
        control.setUserInterface(surface, changes: changes)
    }

    /// Takes the user interface away.
    package func removeUserInterface() { control.setUserInterface(nil, changes: Region()) }

    /// Switches the screen's signal off (standby) or on.
    package func setActive(_ active: Bool) { control.change { $0.isActive = active } }

    /// Closes the display if it is open, and opens it again: the kernel announced it, or its board entry changed.
    package func reopen() { control.change { $0.reopens = true } }

    /// Looks at the connector again: the kernel announced a change.
    package func connectorChanged() { control.change { $0.connectorChanged = true } }

    /// Closes the display and leaves it closed, as when the kernel has announced its end.
    package func close(_ reason: DeviceError) { control.change { $0.closes = reason } }

    /// What is on screen now; throws when there is no screen.
    package func capture() async throws -> CapturedScreen {
        try await withCheckedThrowingContinuation { continuation in
            if !control.request(continuation) { continuation.resume(throwing: DisplayControl.shutDown) }
        }
    }

    /// The figures now. Any thread.
    package var status: DisplayStatus { control.status }
}
