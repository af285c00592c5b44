/// One line of the table: what was measured, beside what it should be.
struct Figure: Sendable {
    enum Goal: Sendable {
        case atMost(Double)
        case atLeast(Double)
        /// Only to compare others with.
        case none
    }

    let name: String
    var unit = ""
    var decimals = 1
    var goal = Goal.none
    /// nil: not measured; `note` says why.
    var measured: Double?
    /// The same figure of another program in the same run.
    var peer: (name: String, value: Double)?
    var note = ""

    /// What the last column says.
    var verdict: String {
        guard let measured else { return note.isEmpty ? "not measured" : "not measured: \(note)" }
        let words: String
        switch goal {
        case .none: words = note
        case .atMost(let most): words = measured <= most ? "met" : "fell short by \(text(measured - most))"
        case .atLeast(let least): words = measured >= least ? "met" : "fell short by \(text(least - measured))"
        }
        return note.isEmpty || words == note ? words : "\(words) (\(note))"
    }

    /// Whether there is a goal that was not reached.
    var isShort: Bool {
        guard let measured else { return false }
        switch goal {
        case .none: return false
        case .atMost(let most): return measured > most
        case .atLeast(let least): return measured < least
        }
    }

    var columns: [String] {
        let goalText =
            switch goal {
            case .none: ""
            case .atMost(let most): "≤ \(text(most))"
            case .atLeast(let least): "≥ \(text(least))"
            }
        return [
            unit.isEmpty ? name : "\(name), \(unit)", goalText, measured.map(text) ?? "–",
            peer.map { "\(text($0.value)) (\($0.name))" } ?? "", verdict,
        ]
    }

    /// A number with this figure's decimals.
    private func text(_ value: Double) -> String { Self.text(value, decimals: decimals) }

    static func text(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return "–" }
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let scaled = (value * scale).rounded()
        guard abs(scaled) < 1e15 else { return "\(value)" }
        let digits = String(Int(abs(scaled)))
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        let sign = scaled < 0 ? "-" : ""
        return decimals == 0 ? sign + padded : "\(sign)\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
    }
}
