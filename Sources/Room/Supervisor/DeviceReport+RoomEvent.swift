import MediaPipelines
import MediaTypes

extension AsyncStream<RoomEvent>.Continuation {
    /// A device thread's report as events of the room.
    func yield(report: DeviceReport, of kind: DeviceKind) {
        switch report {
        case .opened(let details):
            yield(.device(kind, .opened))
            yield(.deviceDetails(kind, details))
        case .openFailed(let error): yield(.device(kind, .openFailed(error)))
        case .running: yield(.device(kind, .running))
        case .lost(let error): yield(.device(kind, .lost(error)))
        case .closed, .xrun: break
        }
    }

    /// The display thread's report as events of the room.
    func yield(display event: DisplayEvent) {
        switch event {
        case .opened(let mode, let capabilities):
            yield(.displayOpened(mode, capabilities))
            yield(.device(.display, .opened))
            yield(.device(.display, .running))
        case .closed(let error): yield(.device(.display, .lost(error)))
        }
    }
}
