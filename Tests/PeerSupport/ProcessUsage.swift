import Glibc

/// What a process has used until now, read from /proc.
package struct ProcessUsage: Sendable {
    /// Processor time, user and system, in steps of 10 ms.
    package let processorTime: Duration
    /// One of its threads that live now.
    package struct Thread: Sendable {
        package let name: String
        /// Processor time, to the nanosecond.
        package let time: Duration
        /// How often it gave the processor up by itself: wake-ups, near enough.
        package let voluntarySwitches: Int
    }

    /// Its threads by their identifiers.
    package let threads: [Int32: Thread]
    /// Resident memory now and at its highest, in bytes.
    package let residentBytes: Int
    package let peakResidentBytes: Int
    package let descriptors: Int
    /// When this was read.
    package let instant: ContinuousClock.Instant

    /// Reads the usage of a process; throws when it is gone.
    package init(of process: Int32) throws(ChildProcess.Failure) {
        let folder = "/proc/\(process)"
        instant = .now
        // The name in parentheses may itself hold blanks; state is field 3, utime 14 and stime 15.
        let stat = try readText("\(folder)/stat")
        let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
        guard fields.count > 13, let user = Int(fields[12]), let system = Int(fields[13]) else {
            throw .init("\(folder)/stat: \(stat)")
        }
        processorTime = .seconds(Double(user + system) / Double(sysconf(Int32(_SC_CLK_TCK))))
        let status = try readText("\(folder)/status")
        residentBytes = (statusField("VmRSS", in: status) ?? 0) * 1024
        peakResidentBytes = (statusField("VmHWM", in: status) ?? 0) * 1024
        descriptors = entries(of: "\(folder)/fd").count
        var threads: [Int32: Thread] = [:]
        for task in entries(of: "\(folder)/task") {
            // A thread may end while it is looked at.
            guard let identifier = Int32(task), let schedule = try? readText("\(folder)/task/\(task)/schedstat"),
                let name = try? readText("\(folder)/task/\(task)/comm"),
                let status = try? readText("\(folder)/task/\(task)/status")
            else { continue }
            threads[identifier] = Thread(
                name: String(name.prefix { $0 != "\n" }),
                time: .nanoseconds(schedule.split(separator: " ").first.flatMap { Int($0) } ?? 0),
                voluntarySwitches: statusField("voluntary_ctxt_switches", in: status) ?? 0)
        }
        self.threads = threads
    }
}

/// What a process used between two readings.
package struct ProcessUsageRate: Sendable {
    /// Processor time per second of wall time.
    package let processor: Double
    /// The same from the accounts of the threads that lived at the end, to the nanosecond.
    package let threadProcessor: Double
    /// The same by the threads' names, the busiest first.
    package let byThread: [(name: String, processor: Double)]
    /// Voluntary context switches a second of those threads.
    package let switches: Double

    package init(from first: ProcessUsage, to last: ProcessUsage) {
        let seconds = max((last.instant - first.instant).seconds, 1e-9)
        processor = (last.processorTime - first.processorTime).seconds / seconds
        var (times, count): ([String: Double], Int) = ([:], 0)
        for (identifier, thread) in last.threads {
            let before = first.threads[identifier]
            times[thread.name, default: 0] += (thread.time - (before?.time ?? .zero)).seconds / seconds
            count += thread.voluntarySwitches - (before?.voluntarySwitches ?? 0)
        }
        threadProcessor = times.values.reduce(0, +)
        byThread = times.map { ($0.key, $0.value) }.sorted { $0.1 > $1.1 }
        switches = Double(count) / seconds
    }
}

extension Duration {
    /// As a number of seconds.
    package var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }

    /// As a number of milliseconds.
    package var milliseconds: Double { seconds * 1000 }
}

/// The number of a line such as "VmHWM:  98836 kB".
private func statusField(_ name: String, in status: String) -> Int? {
    for line in status.split(separator: "\n") where line.hasPrefix("\(name):") {
        return line.dropFirst(name.count + 1).split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }
    }
    return nil
}
