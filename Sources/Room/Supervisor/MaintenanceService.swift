package import ControlProtocol

/// What only the system may do, for the screen's maintenance page. Made by `convened`.
package protocol MaintenanceService: Sendable {
    /// Whether there is anybody to ask; else the page is not offered.
    var isThere: Bool { get }
    /// Holds a PIN against the room's settings.
    func unlock(pin: String) async -> Result<Void, ControlError>
    /// The last lines of the room's services, oldest first.
    func logs() async -> Result<[String], MaintenanceFailure>
    /// Writes a file for whoever helps to the USB stick that is plugged in.
    ///
    /// - Returns: the file's name on the stick.
    func writeDiagnostics() async -> Result<String, MaintenanceFailure>
    /// Factory reset. When it works the room ends with it, so that nothing comes back.
    func erase() async -> MaintenanceFailure?
}

/// Why something was not done.
package enum MaintenanceFailure: Error, Sendable, Equatable {
    case noStick
    /// With what is known about it, in English.
    case failed(String)
}
