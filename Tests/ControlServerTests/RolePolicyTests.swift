import ControlProtocol
import LinuxSystem
import Testing

@testable import ControlServer

@Suite("Who may do what")
struct RolePolicyTests {
    private let policy = RolePolicy(serverUserID: 990, adminGroupID: 10, operatorGroupID: 20)

    private func role(user: UInt32, group: UInt32 = 500, groups: Set<UInt32> = []) -> ControlRole {
        policy.role(of: PeerCredentials(processID: 1, userID: user, groupID: group), groups: groups)
    }

    @Test("Root and the terminal's own user are admins")
    func admins() {
        #expect(role(user: 0) == .admin)
        #expect(role(user: 990) == .admin)
    }

    @Test("Groups give roles, as the primary one and as one of many, the highest counts")
    func groups() {
        #expect(role(user: 1000, group: 10) == .admin)
        #expect(role(user: 1000, groups: [7, 10, 20]) == .admin)
        #expect(role(user: 1000, group: 20) == .operator)
        #expect(role(user: 1000, groups: [20]) == .operator)
        #expect(role(user: 1000, groups: [7]) == .observer)
    }

    @Test("Without groups the others' role counts, and an operator group never lowers it")
    func others() {
        var open = RolePolicy(serverUserID: 990, others: .operator)
        let peer = PeerCredentials(processID: 1, userID: 1000, groupID: 500)
        #expect(open.role(of: peer) == .operator)
        open.others = .admin
        open.operatorGroupID = 500
        #expect(open.role(of: peer) == .admin)
    }

    @Test("A parameter may take more than its method")
    func parameters() throws {
        let path = try ControlParameters(checking: ["/tmp/x.png"], for: .screenCapture)
        let inline = try ControlParameters(checking: ["inline": true], for: .screenCapture)
        try Authorization.check(.operator, method: .screenCapture, parameters: inline)
        try Authorization.check(.admin, method: .screenCapture, parameters: path)
        let error = #expect(throws: ControlError.self) {
            try Authorization.check(.operator, method: .screenCapture, parameters: path)
        }
        #expect(error?.code == .notPermitted)
        #expect(error?.data == ["required_role": "admin", "role": "operator"])
        #expect(throws: ControlError.self) {
            try Authorization.check(.observer, method: .screenCapture, parameters: inline)
        }
    }
}
