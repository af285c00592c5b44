import Glibc

/// What a process has used until now, read from /proc.
package struct ProcessUsage: Sendable {
    /// Processor time, user and system, in steps of 10 ms.
    package let processorTime: Duration
    /// Processor time of the threads that live now, to the nanosecond.
    package let threadTime: Duration
    /// The same by the threads' names; threads of one name are added up.
    package let timeByThread: [String: Duration]
    /// Resident memory now and at its highest, in bytes.
    package let residentBytes: Int
    package let peakResidentBytes: Int
    /// How often a living thread gave the processor up by itself: wake-ups, near enough.
    package let voluntarySwitches: Int
    package let threads: Int
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
        let tasks = entries(of: "\(folder)/task")
        threads = tasks.count
        descriptors = entries(of: "\(folder)/fd").count
        var (nanoseconds, switches) = (0, 0)
        var byName: [String: Duration] = [:]
        for task in tasks {
            let schedule = (try? readText("\(folder)/task/\(task)/schedstat"))?.split(separator: " ").first
            let used = schedule.flatMap { Int($0) } ?? 0
            nanoseconds += used
            let name = (try? readText("\(folder)/task/\(task)/comm"))?.split(separator: "\n").first ?? "?"
            byName[String(name), default: .zero] += .nanoseconds(used)
            let status = (try? readText("\(folder)/task/\(task)/status")) ?? ""
            switches += statusField("voluntary_ctxt_switches", in: status) ?? 0
        }
        threadTime = .nanoseconds(nanoseconds)
        timeByThread = byName
        voluntarySwitches = switches
    }
}

/// What a process used between two readings.
package struct ProcessUsageRate: Sendable {
    /// Processor time per second of wall time.
    package let processor: Double
    /// The same from the threads' own accounts; exact where no thread ended in between.
    package let threadProcessor: Double
    /// The same by the threads' names, the busiest first.
    package let byThread: [(name: String, processor: Double)]
    /// Voluntary context switches a second.
    package let switches: Double

    package init(from first: ProcessUsage, to last: ProcessUsage) {
        let seconds = max((last.instant - first.instant).seconds, 1e-9)
        processor = (last.processorTime - first.processorTime).seconds / seconds
        threadProcessor = (last.threadTime - first.threadTime).seconds / seconds
        byThread = last.timeByThread
            .map { ($0.key, ($0.value - (first.timeByThread[$0.key] ?? .zero)).seconds / seconds) }
            .sorted { $0.1 > $1.1 }
        switches = Double(last.voluntarySwitches - first.voluntarySwitches) / seconds
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
