package import ControlProtocol
package import LinuxSystem

/// Why a client got no result. The description is one line for a person.
package enum ControlClientError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Nobody serves at the path, or the caller may not connect.
    case cannotConnect(path: String, SystemError)
    /// The terminal said no.
    case refused(ControlError)
    /// The terminal closed the connection.
    case closed(path: String)
    /// Nothing came for that long.
    case timedOut(Duration)
    /// What came is not the protocol.
    case protocolViolation(String)
    /// Reading or writing failed.
    case system(SystemError)

    package var description: String {
        switch self {
        case .cannotConnect(let path, let error):
            "cannot reach the terminal at \(path): \(SystemError.name(of: error.errno)). \(Self.hint(error.errno))"
        case .refused(let error): error.message
        case .closed(let path): "the terminal at \(path) closed the connection"
        case .timedOut(let limit): "the terminal did not answer within \(limit)"
        case .protocolViolation(let what): "the terminal answered with something that is no JSON-RPC 2.0: \(what)"
        case .system(let error): "\(error)"
        }
    }

    /// By errno: ENOENT, ECONNREFUSED, EACCES.
    private static func hint(_ errno: Int32) -> String {
        switch errno {
        case 2, 111: "Is convened running? Another socket is named with --socket or CONVENE_SOCKET."
        case 13: "Your user is not in the socket's group; ls -l shows which that is."
        default: "Another socket is named with --socket or CONVENE_SOCKET."
        }
    }
}
