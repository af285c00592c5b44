import LinuxSystem
import Logging
import RealtimeSupport
import Supervisor

/// Tells the service manager that the room is ready and lives: only while its media threads really move.
struct Watchdog: Sendable {
    let supervisor: RoomSupervisor
    /// How long a media thread may stand still.
    let limit: Duration
    let logger: Logger

    /// Returns when one of the termination signals has come.
    func run(_ notifier: ServiceNotifier, until signals: TerminationSignals) async {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                let signal = await signals.first()
                logger.info("signal", metadata: ["number": "\(signal)"])
                return true
            }
            group.addTask {
                await supervisor.waitUntilReady()
                if Task.isCancelled { return false }
                notifier.send("READY=1\nSTATUS=Ready")
                logger.info("ready")
                if let interval = notifier.watchdogInterval { await kick(notifier, every: interval) }
                return false
            }
            while let isEnd = await group.next(), !isEnd {}
            group.cancelAll()
        }
    }

    private func kick(_ notifier: ServiceNotifier, every interval: Duration) async {
        var pulse = MediaPulse(limit: limit)
        while !Task.isCancelled {
            if let stuck = pulse.stuck(await supervisor.heartbeats(), at: .now) {
                logger.critical("a media thread stands still", metadata: ["thread": "\(stuck)"])
            } else {
                notifier.send("WATCHDOG=1")
            }
            // A resting thread turns once when it is nudged, so that the next look tells whether it can.
            await supervisor.nudgeThreads()
            try? await Task.sleep(for: interval)
        }
    }
}

/// Tells which thread has not moved for too long. Pure.
struct MediaPulse {
    let limit: Duration
    private var seen: [String: (beats: UInt64, since: MonotonicTime)] = [:]

    init(limit: Duration) { self.limit = limit }

    /// A thread whose count has stood still for longer than the limit; nil when all live.
    mutating func stuck(_ heartbeats: [String: UInt64], at now: MonotonicTime) -> String? {
        for name in seen.keys where heartbeats[name] == nil { seen[name] = nil }
        var found: String?
        for (name, beats) in heartbeats.sorted(by: { $0.key < $1.key }) {
            guard let last = seen[name], last.beats == beats else {
                seen[name] = (beats, now)
                continue
            }
            if now - last.since > limit.nanoseconds { found = found ?? name }
        }
        return found
    }
}
