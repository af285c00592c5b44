import ControlProtocol
import LinuxSystem

/// A code that the screen shows for a while, which a person types into a panel.
struct PairingNotice: Equatable {
    let code: String
    let until: MonotonicTime
}

extension RoomSupervisor {
    func showPairingCode(_ code: String?, seconds: Int) async -> JSONValue {
        pairingNotice = code.map { PairingNotice(code: $0, until: .now + .seconds(seconds)) }
        if code != nil, machine.isStandby { await feed(.standby(false)) }
        refreshScreen()
        return ["seconds": JSONValue(code == nil ? 0 : seconds)]
    }

    /// The code that the screen shows now.
    var shownPairingCode: String? {
        guard let pairingNotice, pairingNotice.until > .now else { return nil }
        return pairingNotice.code
    }
}
