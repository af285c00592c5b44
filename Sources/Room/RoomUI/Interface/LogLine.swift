/// A line of the journal as the screen has room for it.
package struct LogLine: Sendable, Equatable {
    /// Such as "14:05:33"; empty when the line has none.
    package let time: String
    /// The service and what it said. Cleaned.
    package let text: String
    /// That a unit was started or has ended as it should, which the service manager tells of each.
    package let isRoutine: Bool

    /// - Parameter line: as journalctl writes it with `--output short-iso`: time, host, service[process]: text. What
    ///   has another form is taken whole.
    package init(journal line: String) {
        let parts = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: true)
        guard parts.count == 4, let moment = parts.first, let date = moment.firstIndex(of: "T"),
            moment.prefix(4).allSatisfy(\.isNumber)
        else {
            time = ""
            text = ForeignText.cleaned(line)
            isRoutine = false
            return
        }
        time = ForeignText.cleaned(String(moment[moment.index(after: date)...].prefix(8)))
        // Without the process's number, which says nothing to people.
        let service = parts[2].prefix { $0 != "[" && $0 != ":" }
        text = ForeignText.cleaned("\(service): \(parts[3])")
        isRoutine = service == "systemd" && !parts[3].contains("ailed")
    }
}
