import Glibc
import PeerSupport
import Testing

@testable import PanelServer

@Suite struct TLSIdentityTests {
    @Test("The box makes a certificate for itself once, and keeps its key to itself")
    func own() async throws {
        let folder = try TemporaryFolder()
        let made = try TLSIdentity.own(folder: folder.path, names: ["room-1", "room-1.local"], now: Int64(time(nil)))
        #expect(made.fingerprint.split(separator: ":").count == 32)
        #expect(try readText(folder.path + "/panel.key").hasPrefix("-----BEGIN PRIVATE KEY-----"))
        let again = try TLSIdentity.own(folder: folder.path, names: ["room-1"], now: Int64(time(nil)))
        #expect(again.fingerprint == made.fingerprint)
    }

    @Test("One that ends soon is made anew")
    func renewal() throws {
        let folder = try TemporaryFolder()
        let made = try TLSIdentity.own(folder: folder.path, names: [], now: 0)
        let next = try TLSIdentity.own(folder: folder.path, names: [], now: made.ends - 3600)
        #expect(next.fingerprint != made.fingerprint)
    }

    @Test("Files that are missing or something else are named with the reason")
    func broken() throws {
        let folder = try TemporaryFolder()
        try writeText("no certificate", to: folder.path + "/a.pem")
        #expect(throws: PanelError.self) {
            try TLSIdentity(certificate: folder.path + "/a.pem", key: folder.path + "/a.pem")
        }
        do {
            _ = try TLSIdentity(certificate: folder.path + "/none.pem", key: folder.path + "/a.pem")
            Issue.record("a missing file was taken")
        } catch {
            #expect("\(error)".contains("none.pem: "))
        }
    }

    @Test("Beyond this machine there is no service without TLS")
    func rules() {
        var configuration = PanelConfiguration()
        #expect(!configuration.needsTLS)
        for address in ["0.0.0.0", "::", "192.0.2.7", "127.0.0.1.evil.example"] {
            configuration.listen = address
            #expect(configuration.needsTLS, "\(address)")
        }
        for address in ["127.0.0.1", "127.0.0.2", "::1"] {
            configuration.listen = address
            #expect(!configuration.needsTLS, "\(address)")
        }
        #expect(throws: PanelError.noStateFolder) {
            var open = PanelConfiguration()
            open.listen = "0.0.0.0"
            _ = try PanelServer.check(open)
        }
    }
}
