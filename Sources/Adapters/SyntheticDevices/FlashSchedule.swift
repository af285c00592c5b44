package import LinuxSystem
import Synchronization

/// When the synthetic camera's lamp flashes and the synthetic microphone beeps: at the same moments of the same clock.
///
/// A camera only sees a flash from its next picture on. It therefore says when it takes pictures, and both begin with
/// the first picture at or after the moment that is due.
package final class FlashSchedule: Sendable {
    /// From one flash to the next.
    package let period: Duration
    /// How long each lasts.
    package let duration: Duration
    private let periodNanoseconds: Int64
    private let durationNanoseconds: Int64
    private let gridOrigin = Atomic<Int64>(0)
    private let gridInterval = Atomic<Int64>(0)

    /// - Parameters:
    ///   - period: at least twice the duration.
    ///   - duration: rounded up to whole pictures by the camera.
    package init(period: Duration = .seconds(2), duration: Duration = .milliseconds(100)) {
        durationNanoseconds = min(max(duration.nanoseconds, 1), 1 << 60)
        periodNanoseconds = max(min(period.nanoseconds, 1 << 61), 2 * durationNanoseconds)
        self.period = .nanoseconds(periodNanoseconds)
        self.duration = .nanoseconds(durationNanoseconds)
    }

    /// The camera tells when it takes its pictures.
    func followPictures(from origin: MonotonicTime, every interval: Int64) {
        gridInterval.store(0, ordering: .releasing)
        gridOrigin.store(origin.nanoseconds, ordering: .releasing)
        gridInterval.store(max(interval, 1), ordering: .releasing)
    }

    // MARK: - Real-time

    /// Whether lamp and beep are on at `time`.
    package func isOn(at time: MonotonicTime) -> Bool {
        let start = lastStart(before: time)
        return time.nanoseconds >= start && time.nanoseconds - start < durationNanoseconds
    }

    /// When the flash began, or would begin, whose period `time` lies in.
    package func lastStart(before time: MonotonicTime) -> Int64 {
        let due = time.nanoseconds - positiveRemainder(time.nanoseconds, periodNanoseconds)
        let interval = gridInterval.load(ordering: .acquiring)
        guard interval > 0 else { return due }
        let offset = positiveRemainder(due &- gridOrigin.load(ordering: .acquiring), interval)
        return offset == 0 ? due : due + interval - offset
    }

    private func positiveRemainder(_ value: Int64, _ divisor: Int64) -> Int64 {
        let remainder = value % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}
