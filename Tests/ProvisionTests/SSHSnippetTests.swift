import Glibc
import PeerSupport
import Testing

@Suite("The box's sshd configuration", .enabled(if: access("/usr/sbin/sshd", X_OK) == 0 && geteuid() == 0))
struct SSHSnippetTests {
    /// What sshd makes of it for a user.
    private func settings(_ user: String) async throws -> Set<String> {
        let folder = try TemporaryFolder()
        mkdir("/run/sshd", 0o755)
        try await Shell.run("ssh-keygen -q -t ed25519 -N '' -f '\(folder.path)/host'")
        try writeText(
            "Include \(RoomProcess.sourceFolder)/Systemd/ssh/60-convene.conf\nHostKey \(folder.path)/host\n",
            to: "\(folder.path)/config")
        let text = try await Shell.run(
            "/usr/sbin/sshd -T -f '\(folder.path)/config' -C user=\(user),host=x,addr=192.0.2.5")
        return Set(text.lowercased().split(separator: "\n").map(String.init))
    }

    @Test("Keys only, nobody but admin and provision")
    func general() async throws {
        let settings = try await settings("root")
        for line in [
            "passwordauthentication no", "kbdinteractiveauthentication no", "permitrootlogin no", "allowusers admin",
            "allowusers provision", "authenticationmethods publickey",
        ] { #expect(settings.contains(line), "\(line)") }
    }

    @Test("provision has the forced command and nothing else; admin has a shell")
    func roles() async throws {
        let provision = try await settings("provision")
        for line in [
            "forcecommand /usr/bin/convenectl config serve", "disableforwarding yes", "permittty no", "permituserrc no",
            "authorizedkeysfile /run/convene-settings/authorized_keys/provision",
        ] { #expect(provision.contains(line), "\(line)") }
        let admin = try await settings("admin")
        #expect(admin.contains("authorizedkeysfile /run/convene-settings/authorized_keys/admin"))
        #expect(admin.contains("forcecommand none"))
    }
}
