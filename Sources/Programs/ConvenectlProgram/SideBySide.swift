import Glibc
import LinuxSystem
import Provisioning
import Synchronization

/// Blocking work for several things at once, in a program that waits for all of it.
enum SideBySide {
    /// What `work` gives for each element, in their order; at most `limit` at a time, each on a thread of its own.
    static func map<Element: Sendable, Outcome: Sendable>(
        _ elements: [Element], limit: Int = 16, _ work: @escaping @Sendable (Element) -> Outcome
    ) throws(SystemError) -> [Outcome] {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw SystemError.last("pipe") }
        let reading = FileDescriptor(owning: ends[0])
        let writing = ends[1]
        let shared = Shared<Outcome>()
        Task.detached {
            await withTaskGroup(of: Void.self) { group in
                for (index, element) in elements.enumerated() {
                    if index >= limit { await group.next() }
                    group.addTask {
                        guard let outcome = try? await runBlocking({ work(element) }) else { return }
                        shared.outcomes.withLock { $0[index] = outcome }
                    }
                }
            }
            close(writing)
        }
        // Ends when the other end is closed.
        _ = try SmallFile.read(reading.borrowed, named: "pipe", maximum: 1)
        let all = shared.outcomes.withLock { $0 }
        guard all.count == elements.count else { throw SystemError(operation: "pthread_create", errno: EAGAIN) }
        return elements.indices.compactMap { all[$0] }
    }

    private final class Shared<Outcome: Sendable>: Sendable {
        let outcomes = Mutex<[Int: Outcome]>([:])
    }
}
