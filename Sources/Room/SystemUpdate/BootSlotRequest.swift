/// What RAUC asks its custom boot loader backend (RAUC's reference, "Custom Bootloader Backend Interface").
package enum BootSlotRequest: Sendable, Equatable {
    case primary
    case setPrimary(BootSlot)
    case state(BootSlot)
    case setState(BootSlot, good: Bool)
    case current

    /// - Parameter words: the arguments as RAUC gives them, such as `set-state B bad`.
    package init?(_ words: [String]) {
        let slot = words.dropFirst().first.flatMap { BootSlot(rawValue: $0) }
        switch (words.first, slot, words.count) {
        case ("get-primary", nil, 1): self = .primary
        case ("get-current", nil, 1): self = .current
        case ("set-primary", let slot?, 2): self = .setPrimary(slot)
        case ("get-state", let slot?, 2): self = .state(slot)
        case ("set-state", let slot?, 3):
            guard let word = words.last, word == "good" || word == "bad" else { return nil }
            self = .setState(slot, good: word == "good")
        default: return nil
        }
    }

    /// What RAUC reads from standard output; nil when there is nothing to say. Changes `state` when it is asked to.
    ///
    /// - Parameter booted: the slot that this system runs from.
    package func answer(_ state: inout BootState, booted: BootSlot?) -> String? {
        switch self {
        case .primary: return state.primary?.rawValue
        case .current: return booted?.rawValue
        case .state(let slot): return state.isBootable(slot) ? "good" : "bad"
        case .setPrimary(let slot):
            state.makePrimary(slot)
            return nil
        case .setState(let slot, let good):
            state.mark(slot, good: good)
            return nil
        }
    }
}
