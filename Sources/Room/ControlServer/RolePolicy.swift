package import ControlProtocol
package import LinuxSystem

/// Which role a process gets, from what the kernel says about it. Who may connect at all is the socket file's business.
package struct RolePolicy: Sendable, Equatable {
    /// The user the terminal runs as.
    package var serverUserID: UInt32
    /// Members are admins; nil for no such group.
    package var adminGroupID: UInt32?
    /// Members are operators; nil for no such group.
    package var operatorGroupID: UInt32?
    /// Everybody else.
    package var others: ControlRole

    package init(
        serverUserID: UInt32, adminGroupID: UInt32? = nil, operatorGroupID: UInt32? = nil,
        others: ControlRole = .observer
    ) {
        self.serverUserID = serverUserID
        self.adminGroupID = adminGroupID
        self.operatorGroupID = operatorGroupID
        self.others = others
    }

    /// Root and the terminal's own user are admins; for others the highest role of their groups counts.
    ///
    /// - Parameter groups: the supplementary groups; the primary one comes with the credentials.
    package func role(of peer: PeerCredentials, groups: Set<UInt32> = []) -> ControlRole {
        if peer.userID == 0 || peer.userID == serverUserID { return .admin }
        let groups = groups.union([peer.groupID])
        if let adminGroupID, groups.contains(adminGroupID) { return .admin }
        if let operatorGroupID, groups.contains(operatorGroupID) { return max(.operator, others) }
        return others
    }
}
