import Glibc
import LinuxSystem
import RealtimeSupport
import Testing

@Suite("An actor's own thread")
struct ThreadExecutorTests {
    /// What a thread says of itself.
    struct Speaker: Equatable, Sendable {
        var name: String
        var niceness: Int32
    }

    actor Worker {
        private let executor: ThreadExecutor
        private var count = 0

        init(name: String, niceness: Int) throws {
            executor = try ThreadExecutor(name: name, scheduling: ThreadScheduling(niceness: niceness))
        }

        nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        func whoRuns() -> Speaker {
            Speaker(
                name: firstLine(of: "/proc/thread-self/comm") ?? "",
                niceness: getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0))
        }

        func add() { count += 1 }

        /// Crosses to another executor and back in between.
        func addAcrossSuspension() async {
            await Task.yield()
            count += 1
        }

        var total: Int { count }
    }

    @Test("Its work runs on the named thread, at the niceness asked for, and nothing else does")
    func ownThread() async throws {
        let before = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)
        let wanted = min(before + 3, 19)
        let worker = try Worker(name: "executor-test", niceness: Int(wanted))
        #expect(await worker.whoRuns() == Speaker(name: "executor-test", niceness: wanted))
        #expect(getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) == before)
    }

    @Test("Work from many tasks at once is done one after the other, and all of it")
    func manyTasks() async throws {
        let worker = try Worker(name: "executor-test", niceness: 0)
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<200 {
                group.addTask {
                    if index.isMultiple(of: 2) { await worker.add() } else { await worker.addAcrossSuspension() }
                }
            }
        }
        #expect(await worker.total == 200)
    }

    @Test("The thread ends with its actor")
    func ends() async throws {
        let name = "executor-ends"
        var worker: Worker? = try Worker(name: name, niceness: 0)
        #expect(await worker?.total == 0)
        #expect(try Self.isRunning(name))
        worker = nil
        for _ in 0..<500 where try Self.isRunning(name) { try await Task.sleep(for: .milliseconds(10)) }
        #expect(try !Self.isRunning(name))
    }

    private static func isRunning(_ name: String) throws -> Bool {
        guard let folder = opendir("/proc/self/task") else { throw SystemError.last("opendir") }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let task = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if firstLine(of: "/proc/self/task/\(task)/comm") == name { return true }
        }
        return false
    }
}

@Suite("Scheduling of threads")
struct ThreadSchedulingTests {
    @Test("A thread runs on the processor given to it alone")
    func affinity() async throws {
        let (lines, continuation) = AsyncStream<String>.makeStream()
        let thread = try MediaThread(name: "pinned")
        try thread.start(scheduling: ThreadScheduling(processors: [0])) { _ in
            let allowed = firstLine(of: "/proc/thread-self/status", after: "Cpus_allowed_list:")
            continuation.yield(allowed ?? "")
            continuation.finish()
        }
        thread.stopAndJoin()
        #expect(thread.schedulingError == nil)
        for await line in lines { #expect(line == "0") }
    }

    @Test("A processor that is not there is told by the call's name, and the thread runs all the same")
    func noSuchProcessor() throws {
        let thread = try MediaThread(name: "pinned")
        try thread.start(scheduling: ThreadScheduling(processors: [1000])) { thread in thread.beat() }
        thread.stopAndJoin()
        #expect(thread.heartbeat == 1)
        let error = try #require(thread.schedulingError)
        #expect(error.operation == "sched_setaffinity([1000])")
        #expect(error.errno == EINVAL)
    }
}

/// The first line of a file of the kernel's that begins with `start`, without it and the space around.
private func firstLine(of path: String, after start: String = "") -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 512)
    while fgets(&buffer, Int32(buffer.count), file) != nil {
        let line = String(decoding: buffer.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard line.hasPrefix(start) else { continue }
        return String(line.dropFirst(start.count).drop { $0 == " " || $0 == "\t" })
    }
    return nil
}
