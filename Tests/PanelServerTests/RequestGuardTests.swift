import FuzzSupport
import Testing

@testable import PanelServer

@Suite struct RequestGuardTests {
    private let loopback = RequestGuard(scheme: "http", names: ["room-1", "room-1.local"])

    private func allowed(
        _ kind: RequestGuard.Kind, host: String?, origin: String? = nil, site: String? = nil,
        address: String = "127.0.0.1", scheme: String = "http", port: Int = 8480
    ) -> Bool {
        let guardian = RequestGuard(scheme: scheme, names: ["room-1", "room-1.local"])
        do throws(RequestGuard.Refusal) {
            try guardian.check(
                RequestGuard.Headers(host: host, origin: origin, fetchSite: site), kind: kind, localAddress: address,
                port: port)
            return true
        } catch {
            return false
        }
    }

    @Test("The page's own requests pass")
    func own() {
        #expect(allowed(.page, host: "127.0.0.1:8480", site: "none"))
        #expect(allowed(.page, host: "localhost:8480", site: "cross-site"))
        #expect(allowed(.read, host: "127.0.0.1:8480", site: "same-origin"))
        #expect(allowed(.command, host: "127.0.0.1:8480", origin: "http://127.0.0.1:8480", site: "same-origin"))
        #expect(
            allowed(
                .command, host: "Room-1.local:8480", origin: "https://room-1.local:8480", address: "192.0.2.7",
                scheme: "https"))
        #expect(allowed(.read, host: "[2001:db8::7]:8480", address: "2001:db8::7"))
        #expect(allowed(.read, host: "192.0.2.7:8480", address: "::ffff:192.0.2.7"))
        #expect(allowed(.read, host: "room-1.local", address: "192.0.2.7", scheme: "https", port: 443))
    }

    @Test("A name that was pointed at the machine does not pass, nor does another port or address")
    func rebinding() {
        #expect(!allowed(.read, host: "evil.example:8480"))
        #expect(!allowed(.page, host: "evil.example:8480"))
        #expect(!allowed(.read, host: "127.0.0.1:80"))
        #expect(!allowed(.read, host: "127.0.0.1"))
        #expect(!allowed(.read, host: nil))
        #expect(!allowed(.read, host: ""))
        #expect(!allowed(.read, host: "localhost:8480", address: "192.0.2.7"))
        #expect(!allowed(.read, host: "192.0.2.8:8480", address: "192.0.2.7"))
        #expect(!allowed(.read, host: "room-1.evil.example:8480"))
    }

    @Test("What another site's page asks for does not pass")
    func otherSites() {
        #expect(!allowed(.read, host: "127.0.0.1:8480", site: "cross-site"))
        #expect(!allowed(.read, host: "127.0.0.1:8480", site: "same-site"))
        #expect(!allowed(.command, host: "127.0.0.1:8480", origin: "http://evil.example", site: "cross-site"))
        #expect(!allowed(.command, host: "127.0.0.1:8480", origin: "http://localhost:8480"))
        #expect(!allowed(.command, host: "127.0.0.1:8480", origin: "null"))
        #expect(!allowed(.command, host: "127.0.0.1:8480", origin: "https://127.0.0.1:8480"))
        #expect(!allowed(.command, host: "127.0.0.1:8480", origin: nil))
        #expect(!allowed(.command, host: "127.0.0.1:8480", origin: "http://127.0.0.1:8480", site: "none"))
    }

    @Test("Hosts of any form are read or refused, never more")
    func fuzz() {
        let samples = ["127.0.0.1:8480", "[::1]:8480", "[::1", "a:b:c", ":", "[]:1", "room:99999", "[::1]x"]
        var fuzzer = MutationFuzzer(corpus: samples.map { Array($0.utf8) }, seed: 7)
        for _ in 0..<20_000 {
            let host = String(decoding: fuzzer.mutate(), as: UTF8.self)
            if let (name, port) = RequestGuard.split(host) {
                #expect(port.map { (0...65535).contains($0) } ?? true)
                #expect(name.utf8.count <= host.utf8.count)
            }
        }
    }
}
