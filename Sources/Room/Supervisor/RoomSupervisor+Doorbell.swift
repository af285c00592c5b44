import Glibc
import LinuxSystem

/// Ringing, quiet hours and the countdown to an answer.
extension RoomSupervisor {
    /// Tells the machine whether it is quiet now; called as a call comes, so it only reads the clock.
    func noteQuietHours() async {
        let isQuiet = settings.quietHours.map(Self.isNow) ?? false
        if isQuiet != machine.isQuiet { await feed(.quiet(isQuiet)) }
    }

    private static func isNow(_ hours: QuietHours) -> Bool {
        var now = time(nil)
        var local = tm()
        guard localtime_r(&now, &local) != nil else { return false }
        return hours.holds(weekday: Int(local.tm_wday), minute: Int(local.tm_hour) * 60 + Int(local.tm_min))
    }

    func countDown(_ number: Int, seconds: Int) {
        startTicker()
        Task {
            try? await Task.sleep(for: .seconds(seconds))
            await self.feed(.autoAnswerDue(number: number))
        }
    }

    /// Whole seconds until a call that rings is answered by itself; nil when it is not.
    func secondsToAnswer(_ call: CallRecord) -> Int? {
        guard call.phase == .ringingIn, let due = call.autoAnswersAt else { return nil }
        let left = due - MonotonicTime.now.nanoseconds
        return max(Int((left + 999_999_999) / 1_000_000_000), 0)
    }
}
