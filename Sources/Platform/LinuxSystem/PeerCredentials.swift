import CLinux

/// Who is at the other end of a Unix socket (SO_PEERCRED, unix(7)), as the kernel saw it at connect.
package struct PeerCredentials: Sendable, Equatable {
    package let processID: Int32
    package let userID: UInt32
    package let groupID: UInt32

    package init(processID: Int32, userID: UInt32, groupID: UInt32) {
        self.processID = processID
        self.userID = userID
        self.groupID = groupID
    }

    /// Asks the kernel about a connected Unix socket.
    package init(of socket: BorrowedDescriptor) throws(SystemError) {
        var peer = convene_peer()
        let raw = socket.rawValue
        try retryingOnInterrupt("getsockopt(SO_PEERCRED)") { convene_peer_credentials(raw, &peer) }
        self.init(processID: peer.pid, userID: peer.uid, groupID: peer.gid)
    }
}
