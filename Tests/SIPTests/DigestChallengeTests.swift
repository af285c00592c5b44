import Testing

@testable import SIP

@Suite("Digest challenges and their answers")
struct DigestChallengeTests {
    @Test("A challenge is read whatever the order, the case and the spaces of its fields")
    func reads() throws {
        let challenge = try #require(
            DigestChallenge(
                "digest  Realm=\"rooms, \\\"two\\\"\" ,qop=\"auth-int, auth\",nonce=\"n1\", stale=TRUE, ALGORITHM=md5,"
                    + " opaque=\"o\", domain=\"sip:a sip:b\""))
        #expect(challenge.realm == "rooms, \"two\"")
        #expect(challenge.nonce == "n1")
        #expect(challenge.opaque == "o")
        #expect(challenge.algorithm == .md5)
        #expect(challenge.isStale)
        #expect(challenge.hasQuality)
        let plain = try #require(DigestChallenge("Digest realm=\"r\", nonce=\"n\""))
        #expect(!plain.hasQuality)
        #expect(!plain.isStale)
        #expect(plain.opaque == nil)
    }

    @Test(
        "What cannot be answered is no challenge",
        arguments: [
            "", "Basic realm=\"r\"", "Digest", "Digest realm=\"r\"", "Digest nonce=\"n\"",
            "Digest realm=\"r\", nonce=\"\"", "Digest realm=\"r\", nonce=\"n\", algorithm=MD5-sess",
            "Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"", "Digest realm=\"r, nonce=\"n\"",
            "Digest realm=\"r\" nonce=\"n\"", "Digest realm=\"r\", nonce=\"n\", =x", "Digest realm",
            "Digest " + (0..<40).map { "a\($0)=b" }.joined(separator: ",") + ", realm=\"r\", nonce=\"n\"",
        ])
    func refuses(text: String) {
        #expect(DigestChallenge(text) == nil)
    }

    @Test("Of several the strongest counts, and one that is not known is passed over")
    func strongest() {
        var headers = Headers()
        headers.append(.wwwAuthenticate, "Digest realm=\"r\", nonce=\"1\", algorithm=SHA-512-256")
        headers.append(.wwwAuthenticate, "Digest realm=\"r\", nonce=\"2\", algorithm=MD5")
        #expect(DigestChallenge.strongest(headers, .wwwAuthenticate)?.nonce == "2")
        headers.append(.wwwAuthenticate, "Digest realm=\"r\", nonce=\"3\", algorithm=SHA-256")
        #expect(DigestChallenge.strongest(headers, .wwwAuthenticate)?.nonce == "3")
        #expect(DigestChallenge.strongest(headers, .proxyAuthenticate) == nil)
    }

    @Test("The answer names what was hashed, quotes what has to be, and never the password")
    func answers() throws {
        let credentials = DigestCredentials(user: "room \"7\"", password: "geheim")
        let challenge = try #require(
            DigestChallenge("Digest realm=\"r\", nonce=\"n\", qop=\"auth\", opaque=\"o\\\"p\", algorithm=SHA-256"))
        let hashed = Collector()
        let value = credentials.authorization(
            for: challenge, method: .register, uri: "sip:h", clientNonce: "c", count: 10,
            hash: { hashed.add("\($0.rawValue) \($1)") })
        #expect(
            value == "Digest username=\"room \\\"7\\\"\", realm=\"r\", nonce=\"n\", uri=\"sip:h\", response=\"h3\", "
                + "algorithm=SHA-256, opaque=\"o\\\"p\", qop=auth, nc=0000000a, cnonce=\"c\"")
        #expect(
            hashed.all == [
                "SHA-256 room \"7\":r:geheim", "SHA-256 REGISTER:sip:h", "SHA-256 h1:n:0000000a:c:auth:h2",
            ])
        let printed = "\(credentials) \(String(reflecting: credentials)) \(String(describing: Optional(credentials)))"
        #expect(!printed.contains("geheim"))
        var dumped = ""
        dump(credentials, to: &dumped)
        #expect(!dumped.contains("geheim"))
    }

    /// Stands for a hash: h1, h2, …
    private final class Collector {
        var all: [String] = []

        func add(_ text: String) -> String {
            all.append(text)
            return "h\(all.count)"
        }
    }
}
