import ControlProtocol
import LinuxSystem
import RoomUI

/// A sentence that the screen shows for a while.
struct MessageNotice: Equatable {
    let text: String
    let until: MonotonicTime
}

extension RoomSupervisor {
    func showMessage(_ text: String, seconds: Int) async -> JSONValue {
        messageNotice = text.isEmpty ? nil : MessageNotice(text: text, until: .now + .seconds(seconds))
        if !text.isEmpty, machine.isStandby { await feed(.standby(false)) }
        refreshScreen()
        return ["seconds": JSONValue(text.isEmpty ? 0 : seconds)]
    }

    /// A sentence has been read when somebody presses a key. OK and Back do nothing else then: they would mean what
    /// stands below it. A call that rings is answered all the same.
    func closesMessage(_ key: ControlKey) -> Bool {
        guard shownMessage != nil else { return false }
        messageNotice = nil
        guard machine.ringingCall == nil, key == .ok || key == .back else { return false }
        refreshScreen()
        return true
    }

    /// The sentence that the screen shows now.
    var shownMessage: String? {
        guard let messageNotice, messageNotice.until > .now else { return nil }
        return messageNotice.text
    }

    /// How a room is reached that nobody has set up yet; nil once somebody has.
    ///
    /// - Parameter addresses: where others call it, such as "sip:room@192.0.2.7".
    func setupFacts(_ addresses: [String]) -> RoomFacts.Setup? {
        guard let fingerprint = settings.setupFingerprint, let address = addresses.first,
            let host = address.split(separator: "@").last
        else { return nil }
        return RoomFacts.Setup(command: "ssh provision@\(Self.withoutPort(host))", fingerprint: fingerprint)
    }

    /// Without the port of SIP and the brackets of IPv6, which ssh does not want.
    private static func withoutPort(_ host: Substring) -> Substring {
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") { return host[..<end].dropFirst() }
        return host.prefix { $0 != ":" && $0 != ";" }
    }
}
