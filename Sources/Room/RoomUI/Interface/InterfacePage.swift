package import ControlProtocol

/// What fills the screen.
package enum InterfacePage: String, Sendable, CaseIterable {
    case home, dial, contacts, settings
    /// For whoever looks after the room; `code` stands before it, or before what it cannot take back.
    case maintenance, logs, code
    case incoming, dialling, ended
    /// The call's pictures and nothing to choose.
    case call
    case menu, keypad, layouts
    case standby

    /// Whether a page is of the room's maintenance.
    package var belongsToMaintenance: Bool {
        switch self {
        case .maintenance, .logs, .code: true
        default: false
        }
    }

    /// Whether a page stands beside a call that goes on.
    var belongsToCall: Bool {
        switch self {
        case .call, .menu, .keypad, .layouts: true
        default: false
        }
    }
}

/// What an interface wants of the room; carried out through the same commands as the control socket's.
package enum InterfaceAction: Sendable, Equatable {
    case dial(String)
    case answer
    /// Ends, refuses or gives up the call that is shown.
    case hangUp
    case setMuted(Bool)
    /// Percent, added.
    case changeVolume(Int)
    case setCameraEnabled(Bool)
    case setLayout(DisplayLayout)
    case setSelfViewCorner(SelfViewCorner)
    case sendTones(String)
    /// Steps of a twentieth of the range.
    case zoom(Int)
    case setStandby(Bool)
    case setHeld(Bool)
    case setDoNotDisturb(Bool)
    case leaveSafeMode
    case setLanguage(Language)
    case setDark(Bool)
    /// Directory entries that fit; the answer comes as `show(results:for:)`.
    case search(String)
    /// A list; the answer comes as `show(_:of:)`.
    case load(ContactList)
    /// The news of a call's end has been read.
    case dismissEnd
    /// The missed calls have been looked at.
    case sawMissedCalls
    /// A PIN, for the maintenance page; the answer comes as `unlocked(at:)` or `refused(_:at:)`. Never logged.
    case unlockMaintenance(String)
    /// The answer comes as `show(logs:)`.
    case readLogs
    /// Onto a USB stick.
    case writeDiagnostics
    /// Factory reset.
    case eraseRoom
}
