package import ControlProtocol
package import LinuxSystem

/// Who is at the other end of a connection.
package struct ControlPeer: Sendable, Equatable {
    /// The connection's number since the server started.
    package let connection: UInt64
    /// As the kernel saw the process when it connected (SO_PEERCRED).
    package let credentials: PeerCredentials
    package let role: ControlRole

    package init(connection: UInt64, credentials: PeerCredentials, role: ControlRole) {
        self.connection = connection
        self.credentials = credentials
        self.role = role
    }
}
