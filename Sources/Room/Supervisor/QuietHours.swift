/// When the room keeps quiet: no ring tone, and standby is not left for a call. Pure.
package struct QuietHours: Sendable, Equatable {
    /// Minutes since midnight, local time.
    package let from: Int
    /// The first minute that is not quiet any more; at or before `from` it is one of the next day.
    package let to: Int
    /// Days on which it begins, 0 for Sunday.
    package let days: Set<Int>

    package init(from: Int, to: Int, days: Set<Int>) {
        self.from = from
        self.to = to
        self.days = days
    }

    /// Reads the settings: times as "22:00", days as "mon" to "sun". Nil when there are no quiet hours.
    package init?(from: String, to: String, days: [String]) {
        guard let start = Self.minutes(from), let end = Self.minutes(to) else { return nil }
        let numbers = days.compactMap { Self.dayNames.firstIndex(of: $0) }
        guard !numbers.isEmpty else { return nil }
        self.init(from: start, to: end, days: Set(numbers))
    }

    package static let dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    /// - Parameters:
    ///   - weekday: 0 for Sunday.
    ///   - minute: since midnight.
    package func holds(weekday: Int, minute: Int) -> Bool {
        let yesterday = (weekday + 6) % 7
        if from < to { return days.contains(weekday) && minute >= from && minute < to }
        return (days.contains(weekday) && minute >= from) || (days.contains(yesterday) && minute < to)
    }

    /// "22:00" as minutes since midnight.
    static func minutes(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let hours = parts.first.flatMap({ Int($0) }),
            let minutes = parts.last.flatMap({ Int($0) }),
            (0..<24).contains(hours), (0..<60).contains(minutes)
        else { return nil }
        return hours * 60 + minutes
    }
}
