import RealtimeSupport
import Synchronization

/// Who gets what a device thread produces: changed by the control side, read by the device thread.
///
/// The thread keeps a copy and looks at a version number for each frame; the lock is taken only after a change.
final class OutputList<Output: AnyObject & Sendable>: Sendable {
    private let list = Mutex<[Output]>([])
    private let version = Atomic<UInt64>(0)
    private let doorbell: Doorbell

    /// - Parameter doorbell: of the device thread, which then lets go of what was removed even when it rests.
    init(doorbell: Doorbell) { self.doorbell = doorbell }

    func add(_ output: Output) {
        list.withLock { if !$0.contains(where: { $0 === output }) { $0.append(output) } }
        version.add(1, ordering: .releasing)
        doorbell.ring()
    }

    func remove(_ output: Output) {
        list.withLock { $0.removeAll { $0 === output } }
        version.add(1, ordering: .releasing)
        doorbell.ring()
    }

    /// Device thread: brings `copy` up to date when the list has changed since `seen`.
    func refresh(_ copy: inout [Output], seen: inout UInt64) {
        let current = version.load(ordering: .acquiring)
        if current == seen { return }
        seen = current
        copy = list.withLock { $0 }
    }
}
