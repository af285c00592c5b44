package import ControlProtocol

/// How the panel listens and whom it lets in.
package struct PanelConfiguration: Sendable {
    package struct TLS: Sendable, Equatable {
        /// PEM files; both or none. None: the box makes its own in `stateFolder`.
        package var certificate = ""
        package var key = ""

        package init() {}
    }

    /// A numeric address.
    package var listen = "127.0.0.1"
    /// 0 lets the system choose.
    package var port = 8480
    package var tls = TLS()
    /// More names by which browsers reach the panel.
    package var names: [String] = []
    package var sessionLimits = PanelSessions.Limits()
    /// Sessions and the box's own certificate are kept here; nil keeps them in memory only.
    package var stateFolder: String?
    /// A file for the link with which a browser on this machine is let in without a code; nil for no such file.
    package var linkFile: String?
    /// The control socket.
    package var socket = "/run/convene/control.sock"
    /// The language of the room's screen.
    package var language = "en"
    package var maximumConnections = 96

    package init() {}

    /// Loopback alone does without TLS.
    package var needsTLS: Bool { !Self.isLoopback(listen) || !tls.certificate.isEmpty }

    package static func isLoopback(_ address: String) -> Bool {
        address == "::1" || (address.hasPrefix("127.") && address.allSatisfy { $0.isNumber || $0 == "." })
    }

    /// Takes over what `config.get panel` answered.
    package mutating func take(_ settings: JSONValue) {
        if let listen = settings["listen"]?.stringValue { self.listen = listen }
        if let port = settings["port"]?.integerValue { self.port = Int(clamping: port) }
        if let certificate = settings["certificate"]?.stringValue { tls.certificate = certificate }
        if let key = settings["key"]?.stringValue { tls.key = key }
        if let names = settings["names"]?.arrayValue { self.names = names.compactMap(\.stringValue) }
        if let days = settings["session_days"]?.integerValue {
            sessionLimits.absolute = days * 24 * 3600
            sessionLimits.idle = min(sessionLimits.idle, sessionLimits.absolute)
        }
    }
}
