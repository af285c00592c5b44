import CLinux
import LinuxSystem

/// How a thread is scheduled; the values come from `Board/`.
package struct ThreadScheduling: Sendable, Equatable {
    /// 1 to 99 for SCHED_FIFO; nil for the normal scheduler.
    package var fifoPriority: Int?
    /// 1 to 19: how far the normal scheduler puts the thread behind others; 0 for not at all.
    package var niceness: Int
    /// The processors that it may run on; empty for all.
    package var processors: [Int]

    package init(fifoPriority: Int? = nil, niceness: Int = 0, processors: [Int] = []) {
        self.fifoPriority = fifoPriority
        self.niceness = niceness
        self.processors = processors
    }

    /// Applies all of it to the calling thread; what the kernel refuses is left as it was.
    ///
    /// - Returns: the first refusal, nil when there was none.
    func applyToCurrentThread() -> SystemError? {
        var failure: SystemError?
        if niceness != 0 {
            // Linux: the calling thread's alone (setpriority(2), "C library/kernel differences").
            let status = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Int32(clamping: niceness))
            if status != 0 { failure = .last("setpriority(\(niceness))") }
        }
        if !processors.isEmpty {
            let numbers = processors.map { Int32(clamping: $0) }
            if convene_run_on(numbers, numbers.count) != 0 {
                failure = failure ?? .last("sched_setaffinity(\(processors))")
            }
        }
        if let fifoPriority {
            var parameters = sched_param()
            parameters.sched_priority = Int32(clamping: fifoPriority)
            let status = pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters)
            if status != 0 {
                let operation = "pthread_setschedparam(SCHED_FIFO, \(fifoPriority))"
                failure = failure ?? SystemError(operation: operation, errno: status)
            }
        }
        return failure
    }
}
