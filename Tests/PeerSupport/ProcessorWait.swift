/// How long processes had to wait for a processor although they could run: tells a loaded machine from a slow program.
package struct ProcessorWait: Sendable {
    /// Above this share of the time figures of real time tell of the machine and not of the program.
    package static let loadedShare = 0.2

    private let waited: [Int32: Duration]
    private let instant: ContinuousClock.Instant

    /// Reads what has been waited until now (/proc/PID/task/*/schedstat, its second number).
    package init(of processes: [Int32]) {
        instant = .now
        waited = Dictionary(
            uniqueKeysWithValues: Set(processes).map { process in
                let folder = "/proc/\(process)/task"
                let nanoseconds = entries(of: folder).reduce(0) { sum, task in
                    // A thread may end while it is looked at.
                    let fields = (try? readText("\(folder)/\(task)/schedstat"))?.split(separator: " ") ?? []
                    return sum + (fields.count > 1 ? Int(fields[1]) ?? 0 : 0)
                }
                return (process, .nanoseconds(nanoseconds))
            })
    }

    /// Seconds waited per second since an earlier reading, of all threads of the worst process.
    package func share(since earlier: ProcessorWait) -> Double {
        let seconds = max((instant - earlier.instant).seconds, 1e-9)
        return waited.map { ($0.value - (earlier.waited[$0.key] ?? .zero)).seconds / seconds }.max() ?? 0
    }
}
