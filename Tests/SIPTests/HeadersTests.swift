import Testing

@testable import SIP

@Suite("Header fields")
struct HeadersTests {
    @Test("Setting a field replaces all of its name and keeps the order")
    func setting() {
        var headers = Headers([
            Headers.Field(.via, "1"), Headers.Field(.subject, "a"), Headers.Field(.via, "2"), Headers.Field(.to, "x"),
        ])
        headers[.via] = "3"
        #expect(headers.fields.map(\.value) == ["3", "a", "x"])
        headers[.subject] = nil
        #expect(headers.fields.map(\.value) == ["3", "x"])
        headers[.event] = "new"
        #expect(headers.fields.map(\.value) == ["3", "x", "new"])
    }

    @Test("The source of a request is noted in its Via")
    func source() throws {
        var via = try Via(first: "SIP/2.0/UDP host.example:5070;branch=z9hG4bK1;rport")
        via.noteSource(address: "192.0.2.7", port: 6000)
        #expect(
            via.description == "SIP/2.0/UDP host.example:5070;branch=z9hG4bK1;rport=6000;received=192.0.2.7")
        var plain = try Via(first: "SIP/2.0/UDP 192.0.2.7:5070;branch=z9hG4bK1")
        plain.noteSource(address: "192.0.2.7", port: 6000)
        #expect(plain.description == "SIP/2.0/UDP 192.0.2.7:5070;branch=z9hG4bK1")
        plain.noteSource(address: "192.0.2.8", port: 6000)
        #expect(plain.received == "192.0.2.8")
        #expect(plain.rport == nil)
    }

    @Test("Only the top Via is replaced")
    func topVia() throws {
        var headers = Headers([Headers.Field(.via, "SIP/2.0/UDP a;branch=z9hG4bK1, SIP/2.0/UDP b;branch=z9hG4bK2")])
        var via = try #require(try headers.topVia())
        via.port = 5070
        try headers.replaceTopVia(with: via)
        #expect(headers[.via] == "SIP/2.0/UDP a:5070;branch=z9hG4bK1, SIP/2.0/UDP b;branch=z9hG4bK2")
    }

    @Test(
        "An address is read with and without brackets, quotes and parameters",
        arguments: [
            ("<sip:a@b;x=1>;tag=t", nil, "sip:a@b;x=1", "t"), ("sip:a@b;tag=t", nil, "sip:a@b", "t"),
            ("\"A, \\\"B\\\"\" <sip:a@b> ; tag=t", "A, \"B\"", "sip:a@b", "t"),
            ("Anna Blume <tel:+1>;tag=t;x", "Anna Blume", "tel:+1", "t"), ("<sip:a@b>", nil, "sip:a@b", nil),
            ("Zoë <sip:a@b>", "Zoë", "sip:a@b", nil),
        ] as [(String, String?, String, String?)])
    func nameAddress(text: String, name: String?, uri: String, tag: String?) throws {
        let address = try NameAddress(text, part: "From")
        #expect(address.displayName == name)
        #expect(address.uri.description == uri)
        #expect(address.tag == tag)
        #expect(try NameAddress(address.description, part: "From") == address)
    }

    @Test("Reasons and warnings are read for people")
    func explanations() {
        #expect(
            Headers([Headers.Field(.reason, "Q.850;cause=16;text=\"bye, \\\"now\\\"\"")]).explanation == "bye, \"now\"")
        #expect(Headers([Headers.Field(.warning, "304 h \"no codec\"")]).explanation == "no codec")
        #expect(Headers([Headers.Field(.warning, "304 h \"no codec")]).explanation == nil)
        #expect(Headers().explanation == nil)
    }

    @Test("The realm of a challenge is found behind other parameters")
    func realm() {
        #expect(Headers([Headers.Field(.wwwAuthenticate, "Digest nonce=\"a,b\", Realm=\"r s\"")]).realm == "r s")
        #expect(Headers([Headers.Field(.proxyAuthenticate, "Digest realm=plain")]).realm == "plain")
        #expect(Headers([Headers.Field(.proxyAuthenticate, "Digest ;;")]).realm == nil)
    }

    @Test("Retry-After is read with its comment")
    func retryAfter() {
        #expect(Headers([Headers.Field(.retryAfter, "18000;duration=3600")]).retryAfter == .seconds(18000))
        #expect(Headers([Headers.Field(.retryAfter, "120 (meeting)")]).retryAfter == .seconds(120))
        #expect(Headers([Headers.Field(.retryAfter, "soon")]).retryAfter == nil)
    }

    @Test(
        "Hosts are told apart",
        arguments: [
            ("192.0.2.1", .ipv4), ("[2001:db8::1]", .ipv6), ("::", .ipv6), ("::ffff:192.0.2.1", .ipv6),
            ("room-1.example", .name), ("1.2.3.4.5", .name), ("1:2:3:4:5:6:7:8", .ipv6), ("300.1.1.1", .name),
        ] as [(String, Host.Kind)])
    func hosts(text: String, kind: Host.Kind) {
        #expect(Host(text)?.kind == kind)
    }

    @Test(
        "What is no host is refused", arguments: ["", "[::1", "a b", "1:2", ":::", "1::2::3", "[1.2.3.4]", "-a", "é"])
    func noHosts(text: String) {
        #expect(Host(text) == nil)
    }
}
