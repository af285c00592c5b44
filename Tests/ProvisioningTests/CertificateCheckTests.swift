import PeerSupport
import Testing

@testable import Provisioning

/// Certificates and keys, made by the openssl program.
struct TestCertificates {
    let folder: TemporaryFolder

    init() async throws {
        folder = try TemporaryFolder()
        let script = """
            set -e; cd "\(folder.path)"
            for name in good other; do
              openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=$name -days 30 \
                -keyout $name.key -out $name.pem
            done
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -passout pass:x -subj /CN=locked -days 30 \
              -keyout locked.key -out locked.pem
            echo nonsense > nonsense.pem
            """
        let child = try ChildProcess("sh", ["-c", script], logPath: "\(folder.path)/log")
        let outcome = try await child.wait(within: .seconds(60))
        guard outcome == .exited(status: 0) else { throw ChildProcess.Failure(child.log) }
    }

    func path(_ name: String) -> String { "\(folder.path)/\(name)" }
}

@Suite("Certificates before anything relies on them")
struct CertificateCheckTests {
    @Test("A good pair passes; expired, not yet, another's key, a locked key and nonsense are told apart")
    func complaints() async throws {
        let made = try await TestCertificates()
        let now = Clocks.now.wall
        func complaint(_ certificate: String, _ key: String?, at time: Int64) -> String? {
            CertificateCheck.complaint(certificate: made.path(certificate), key: key.map(made.path), now: time)
        }
        #expect(complaint("good.pem", "good.key", at: now) == nil)
        #expect(complaint("good.pem", nil, at: now) == nil)
        #expect(complaint("good.pem", "good.key", at: now + 31 * 86400)?.contains("good.pem ended at 20") == true)
        #expect(complaint("good.pem", nil, at: now - 86400)?.contains("is the clock right?") == true)
        #expect(complaint("good.pem", "other.key", at: now)?.contains("other.key is not the key of") == true)
        #expect(complaint("locked.pem", "locked.key", at: now)?.contains("without a password") == true)
        #expect(complaint("nonsense.pem", nil, at: now)?.contains("is no certificate in PEM form") == true)
        #expect(complaint("good.pem", "nonsense.pem", at: now)?.contains("is no private key") == true)
        #expect(complaint("missing.pem", nil, at: now)?.contains("cannot be read: No such file") == true)
    }
}
