package import ControlProtocol
package import LinuxSystem

/// Decides from the room's status whether a new system may stay. Pure.
///
/// Good is: the room says that it is ready (every device is there or known to be missing), the screen is there or nothing
/// is plugged into its connector, the account, if there is one, is registered, and all have held for `steady` without the room having been started anew meanwhile.
/// A screen that the kernel knows nothing of, or that fails, is what a broken update looks like.
package struct ReadinessJudge: Sendable, Equatable {
    package enum Verdict: Sendable, Equatable {
        case good
        /// Not yet, with the reason, as the end of a sentence.
        case waiting(String)
    }

    /// How long it has to hold.
    package let steady: Duration
    private var since: MonotonicTime?
    private var uptime: Double?
    /// How often the room began anew while it was watched.
    package private(set) var restarts = 0

    package init(steady: Duration = .seconds(5)) { self.steady = steady }

    /// - Parameters:
    ///   - status: the whole status; nil when the room does not answer.
    package mutating func judge(_ status: JSONValue?, at now: MonotonicTime) -> Verdict {
        guard let status, let room = status["room"] else {
            since = nil
            return .waiting("the room does not answer")
        }
        let uptime = room["uptime_s"]?.doubleValue ?? 0
        if let before = self.uptime, uptime < before {
            restarts += 1
            since = nil
        }
        self.uptime = uptime
        guard room["ready"]?.boolValue == true else {
            since = nil
            return .waiting("the room is not ready")
        }
        let display = status["display"]
        let state = display?["state"]?.stringValue ?? "not there"
        let isUnplugged = state != "absent" && display?["fault"]?.stringValue == "gone"
        guard state == "running" || state == "ready" || isUnplugged else {
            since = nil
            return .waiting("the screen is \(state)")
        }
        let registration = status["sip"]?["registration"]?["state"]?.stringValue ?? "off"
        guard registration == "registered" || registration == "off" else {
            since = nil
            return .waiting("the room's account is \(registration == "failed" ? "not registered" : registration)")
        }
        let start = since ?? now
        since = start
        guard now - start >= steady.nanoseconds else { return .waiting("it has to hold a little longer") }
        return .good
    }
}
