import RealtimeSupport
import Synchronization

/// What the control side asks of a device thread, in order. Rare, and unbounded only as its callers are.
final class CommandQueue<Command: Sendable>: Sendable {
    private struct State {
        var commands: [Command] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let hasSome = Atomic<Bool>(false)
    private let doorbell: Doorbell

    /// - Parameter doorbell: of the thread that takes.
    init(doorbell: Doorbell) { self.doorbell = doorbell }

    /// Any thread.
    ///
    /// - Returns: false when the thread has ended, so that nobody will carry the command out.
    @discardableResult
    func post(_ command: Command) -> Bool {
        let isTaken = state.withLock { value in
            if !value.isClosed { value.commands.append(command) }
            return !value.isClosed
        }
        hasSome.store(true, ordering: .releasing)
        doorbell.ring()
        return isTaken
    }

    /// Device thread: what waits. The lock is taken only when something does.
    func take() -> [Command] {
        guard hasSome.exchange(false, ordering: .acquiringAndReleasing) else { return [] }
        return state.withLock { value in
            defer { value.commands = [] }
            return value.commands
        }
    }

    /// Device thread, at its end: what will not be carried out.
    func close() -> [Command] {
        state.withLock { value in
            value.isClosed = true
            defer { value.commands = [] }
            return value.commands
        }
    }
}
