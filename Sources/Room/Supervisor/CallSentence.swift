/// Why a command finds no call, in sentences that are true of the one that was meant.
enum CallSentence {
    /// What a command asks of a call.
    enum Condition {
        case ringing, goingOn, holdable, held, established
    }

    /// The numbered call is there, and is not one for the command.
    static func misfit(_ call: CallRecord, _ condition: Condition) -> String {
        guard call.isLiving else { return "Call \(call.number) is over already." }
        let start = "Call \(call.number)"
        switch condition {
        case .ringing: return call.isIncoming ? "\(start) is answered already." : "\(start) was made here."
        case .goingOn: return "\(start) is not going on."
        case .holdable where call.phase == .established: return "\(start) is on hold already."
        case .held where call.phase == .established: return "\(start) is not on hold."
        case .holdable, .held, .established: return "\(start) is not answered yet."
        }
    }

    /// No call is one for the command.
    static func none(_ condition: Condition) -> String {
        switch condition {
        case .ringing: "No call rings now."
        case .goingOn: "No call is going on now."
        case .holdable: "No call can be held now."
        case .held: "No call is on hold now."
        case .established: "No call is established now."
        }
    }

    /// More than one call is one for the command.
    static func several(_ numbers: [Int]) -> String {
        let list = numbers.map(String.init).joined(separator: ", ")
        let example = numbers.last.map(String.init) ?? "1"
        return "Several calls fit (\(list)); say which with \"call\", in convenectl with --call \(example)."
    }

    /// A further call would be one too many.
    static func full(living: Int) -> String {
        living == 1
            ? "The room has one call already, which is its limit; hang it up first."
            : "The room has \(living) calls already, which is its limit; hang one up first."
    }
}
