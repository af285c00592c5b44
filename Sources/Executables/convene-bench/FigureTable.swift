import Glibc

/// Prints figures as a table, one group after the other, each as soon as it is known.
struct FigureTable {
    private static let titles = ["figure", "goal", "measured", "peer, same run", "verdict"]
    private(set) var figures: [Figure] = []

    /// Prints a group under its title.
    mutating func add(_ title: String, _ group: [Figure]) {
        figures += group
        print("\n\(title)")
        let rows = [Self.titles] + group.map(\.columns)
        let widths = Self.titles.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        for (index, row) in rows.enumerated() {
            print("  " + zip(row, widths).map { pad($0, to: $1) }.joined(separator: "  ").trimmingEnd())
            if index == 0 { print("  " + widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")) }
        }
        // Into a pipe as well, each group is there as soon as it is known.
        fflush(nil)
    }

    /// The line that says what fell short.
    var summary: String {
        let goals = figures.filter { if case .none = $0.goal { false } else { true } }
        let unmeasured = goals.filter { $0.measured == nil }.count
        let short = goals.filter(\.isShort)
        let met = goals.count - short.count - unmeasured
        return "\(met) of \(goals.count) goals met, \(short.count) fell short, \(unmeasured) not measured"
            + (short.isEmpty ? "" : ": " + short.map(\.name).joined(separator: "; "))
    }

    private func pad(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

extension String {
    fileprivate func trimmingEnd() -> String {
        String(reversed().drop { $0 == " " }.reversed())
    }
}
