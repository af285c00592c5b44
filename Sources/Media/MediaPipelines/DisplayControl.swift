import Composition
import LinuxSystem
import MediaTypes
import RealtimeSupport
import Synchronization

/// What the room wants of the display thread, and what that thread reports. Shared by both.
///
/// The lock is taken for changes only, which are rare: the thread looks at `version` first.
final class DisplayControl: Sendable {
    struct Layout {
        var layout: SceneLayout
        var parties: [TileID]
        var backdrop: Backdrop
    }

    struct Requests {
        var layout: Layout?
        /// Until when the self view stands still; nil: as before.
        var selfViewHold: MonotonicTime?
        var cleared: [TileID] = []
        var isActive = true
        var reopens = false
        var connectorChanged = false
        var closes: DeviceError?
        var captures: [CheckedContinuation<CapturedScreen, any Error>] = []
        /// A surface was set or taken away since the last look.
        var changesUserInterface = false
        var userInterfaceChanges = Region()
        /// Inboxes made since the last look.
        var newTiles: [DisplayTile] = []
    }

    /// What the display thread is told.
    private struct State: ~Copyable {
        var requests = Requests()
        var userInterface: UserInterfaceHandle?
        var tiles: [TileID: DisplayTile] = [:]
        var isEnded = false
    }

    private struct Report {
        var mode: DisplayMode?
        var capabilities: DisplayCapabilities?
        var trouble: String?
        var isActive = true
    }

    static let shutDown = DeviceError(.gone, device: "screen", detail: "the room is shutting down")

    let doorbell: Doorbell
    let figures = DisplayFigures()
    private let state = Mutex(State())
    private let report = Mutex(Report())
    private let versionCounter = Atomic<UInt64>(0)

    init(doorbell: Doorbell) { self.doorbell = doorbell }

    // MARK: - Room

    /// Asks for a picture of the screen; false when nobody will answer any more.
    func request(_ continuation: CheckedContinuation<CapturedScreen, any Error>) -> Bool {
        let isEnded = state.withLock { state in
            if !state.isEnded { state.requests.captures.append(continuation) }
            return state.isEnded
        }
        versionCounter.add(1, ordering: .releasing)
        doorbell.ring()
        return !isEnded
    }

    func change(_ body: (inout Requests) -> Void) {
        state.withLock { body(&$0.requests) }
        versionCounter.add(1, ordering: .releasing)
        doorbell.ring()
    }

    func setUserInterface(_ surface: consuming UserInterfaceHandle?, changes: Region) {
        var incoming = Optional(surface)
        state.withLock { state in
            state.userInterface = incoming.take() ?? nil
            state.requests.changesUserInterface = true
            state.requests.userInterfaceChanges.add(changes)
        }
        versionCounter.add(1, ordering: .releasing)
        doorbell.ring()
    }

    func inbox(for id: TileID) -> FrameInbox {
        let inbox = state.withLock { state in
            if let tile = state.tiles[id] { return tile.inbox }
            let tile = DisplayTile(id: id, doorbell: doorbell)
            state.tiles[id] = tile
            state.requests.newTiles.append(tile)
            return tile.inbox
        }
        versionCounter.add(1, ordering: .releasing)
        return inbox
    }

    /// After the thread has ended: nobody will answer any more.
    func cancelCaptures() {
        let waiting = state.withLock { state in
            defer { state.requests.captures = [] }
            state.isEnded = true
            return state.requests.captures
        }
        for continuation in waiting { continuation.resume(throwing: Self.shutDown) }
    }

    var status: DisplayStatus {
        let tiles = state.withLock { $0.tiles }
        let report = report.withLock { $0 }
        let statuses = tiles.mapValues { $0.figures.status(dropped: $0.inbox.dropped) }
        let shown = statuses.values.reduce(0) { $0 + $1.framesShown }
        return DisplayStatus(
            mode: report.mode, capabilities: report.capabilities, trouble: report.trouble, isActive: report.isActive,
            flips: figures.flips.value, interfaceFlips: figures.interfaceFlips.value,
            isInterfaceOnOverlay: figures.interfaceOnOverlay.load(ordering: .relaxed),
            lastFlip: figures.lastFlip,
            composition: figures.composition.summary(),
            copiesPerFrame: shown == 0 ? 0 : Double(figures.passes.value) / Double(shown), tiles: statuses)
    }

    // MARK: - Display thread

    /// Counts changes; look at it before taking the lock. Real-time safe.
    var version: UInt64 { versionCounter.load(ordering: .acquiring) }

    /// What was asked for since the last call; a surface that was set is moved to `surface`.
    func takeRequests(userInterface surface: inout UserInterfaceHandle?) -> Requests {
        var newest: UserInterfaceHandle?
        let requests = state.withLock { state in
            let requests = state.requests
            newest = state.userInterface.take()
            state.requests = Requests()
            state.requests.isActive = requests.isActive
            return requests
        }
        surface = newest
        return requests
    }

    func reportOpened(_ mode: DisplayMode, _ capabilities: DisplayCapabilities) {
        report.withLock {
            $0.mode = mode
            $0.capabilities = capabilities
            $0.trouble = nil
        }
    }

    func reportClosed(_ error: DeviceError) {
        report.withLock {
            $0.mode = nil
            $0.capabilities = nil
            $0.trouble = error.description
        }
    }

    func reportActive(_ active: Bool) { report.withLock { $0.isActive = active } }
}
