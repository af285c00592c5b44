import PeerSupport
import Testing

@testable import Provisioning

@Suite("The box's host key")
struct HostKeyTests {
    @Test("Its fingerprint is the one that ssh-keygen shows")
    func fingerprint() async throws {
        let folder = try TemporaryFolder()
        for type in ["ed25519", "ecdsa", "rsa"] {
            let child = try ChildProcess(
                "sh",
                [
                    "-c",
                    "ssh-keygen -q -t \(type) -N '' -f '\(folder.path)/\(type)' && ssh-keygen -lf '\(folder.path)/\(type)'",
                ], logPath: "\(folder.path)/log")
            try await child.wait(within: .seconds(30))
            let words = child.log.split(separator: " ")
            let line = try readText("\(folder.path)/\(type).pub")
            #expect(HostKey.fingerprint(of: line) == words.dropFirst().first.map { String($0) })
        }
        for line in ["", "ssh-ed25519", "ssh-ed25519 abc", "ssh-ed25519 ===="] {
            #expect(HostKey.fingerprint(of: line) == nil, "\(line)")
        }
    }
}
