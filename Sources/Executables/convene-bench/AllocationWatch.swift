import LinuxSystem
import PeerSupport

/// Which threads of a room in a call take memory from the heap, counted inside the room by `Tests/CAllocationCount`.
struct AllocationWatch: Sendable {
    /// Allocations a second of the threads of that name.
    let byThread: [String: Double]

    /// The threads that carry pictures and sound and use no library that allocates by itself.
    static let quietThreads = ["camera", "video-encode", "call-network", "microphone", "speaker", "display"]

    /// Of the threads that shall take none.
    var hotPath: Double { Self.quietThreads.reduce(0) { $0 + (byThread[$1] ?? 0) } }

    /// Who took some, for the table.
    var note: String {
        Self.quietThreads.filter { byThread[$0] ?? 0 > 0 }.joined(separator: ", ")
    }

    /// Watches a call of two fresh rooms for `seconds`; nil where the counter was not built.
    static func measure(program: String?, seconds: Int) async throws -> AllocationWatch? {
        guard let counter = try? RoomProcess.builtProgram("liballocations.so") else { return nil }
        let folder = try TemporaryFolder()
        let table = "\(folder.path)/allocations"
        try writeText(String(repeating: "\0", count: 4096), to: table)
        let callee = try await RoomProcess(name: "Far room", recordsSound: false, program: program)
        let caller = try await RoomProcess(
            name: "Near room", recordsSound: false, program: program,
            environment: ["LD_PRELOAD": counter, "CONVENE_ALLOCATIONS": table])
        let number = try caller.dial(try callee.address)
        try await caller.call(number, reaches: "established")
        // The start of a call is not its steady state.
        try await Task.sleep(for: .seconds(4))
        let (before, begin) = (try counts(in: table), ContinuousClock.now)
        try await Task.sleep(for: .seconds(seconds))
        let (after, span) = (try counts(in: table), (ContinuousClock.now - begin).seconds)
        // libavcodec takes some for each picture: nothing at all says that the counter was not loaded.
        guard after.values.reduce(0, +) > before.values.reduce(0, +) else {
            throw ChildProcess.Failure("\(counter) counted nothing")
        }
        var byThread: [String: Double] = [:]
        for (identifier, thread) in try ProcessUsage(of: caller.process.processIdentifier).threads {
            let taken = (after[identifier] ?? 0) - (before[identifier] ?? 0)
            byThread[thread.name, default: 0] += Double(taken) / span
        }
        try await caller.stop()
        try await callee.stop()
        return AllocationWatch(byThread: byThread)
    }

    /// Counts by thread.
    private static func counts(in table: String) throws -> [Int32: Int] {
        let bytes = try readBytes(table)
        func number(at offset: Int) -> Int {
            bytes[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        var counts: [Int32: Int] = [:]
        for offset in stride(from: 0, to: bytes.count - 15, by: 16) where number(at: offset) != 0 {
            counts[Int32(truncatingIfNeeded: number(at: offset)), default: 0] += number(at: offset + 8)
        }
        return counts
    }
}
