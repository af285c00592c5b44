/// Why the panel cannot serve. The description is one line for the log and the terminal.
package enum PanelError: Error, Sendable, Equatable, CustomStringConvertible {
    case certificate(file: String, reason: String)
    case cannotListen(address: String, port: Int, reason: String)
    /// TLS with a certificate of the box's own needs a place to keep it.
    case noStateFolder

    package var description: String {
        switch self {
        case .certificate(let file, let reason): "cannot use the certificate or key \(file): \(reason)"
        case .cannotListen(let address, let port, let reason): "cannot listen at \(address) port \(port): \(reason)"
        case .noStateFolder:
            "the panel needs a folder for its own certificate: give --state, or certificate and key in room.yaml"
        }
    }
}
