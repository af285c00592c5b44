/// What a caller may do. Each role may do everything that the roles below it may.
package enum ControlRole: String, Sendable, Comparable, CaseIterable {
    /// Sees status.
    case observer
    /// Uses the room: calls, sound, camera, screen, keys.
    case `operator`
    /// Changes the configuration and writes files.
    case admin

    package static func < (left: ControlRole, right: ControlRole) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .observer: 0
        case .operator: 1
        case .admin: 2
        }
    }
}
