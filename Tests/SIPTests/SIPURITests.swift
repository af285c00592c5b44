import Testing

@testable import SIP

@Suite("SIP URIs")
struct SIPURITests {
    @Test(
        "A URI comes out as it went in",
        arguments: [
            "sip:room@192.0.2.1", "sip:room@host.example:5070;transport=tcp;lr", "sip:[2001:db8::1]:5060",
            "sips:a%40b:secret@host", "sip:user;par=u%40example.net@example.com", "sip:h?Subject=x&To=y",
        ])
    func roundTrip(text: String) throws {
        #expect(try SIPURI(text).description == text)
    }

    @Test(
        "What a person types becomes a URI",
        arguments: [
            ("room@host", "sip:room@host"), (" 192.0.2.1:5070 ", "sip:192.0.2.1:5070"),
            ("2001:db8::1", "sip:[2001:db8::1]"), ("SIP:Room@Host", "sip:Room@Host"),
            ("board room@host", "sip:board%20room@host"), ("host", "sip:host"),
        ])
    func dialing(typed: String, uri: String) throws {
        #expect(try SIPURI(dialing: typed).description == uri)
    }

    @Test(
        "An address of another kind is told by its scheme",
        arguments: [("http://x", "http"), (" Tel:+49711 ", "tel"), ("mailto:a@b.example", "mailto"), ("ws://h", "ws")])
    func foreign(typed: String, scheme: String) {
        #expect(SIPURI.foreignScheme(of: typed) == scheme)
        #expect(throws: SIPSyntaxError.self) { try SIPURI(dialing: typed) }
    }

    @Test(
        "Ports and passwords are no schemes",
        arguments: ["host:5060", "a:b@host", "sip:a@host", "SIPS:a@host", "2001:db8::1", "fe80::1", "host", ""])
    func notForeign(typed: String) {
        #expect(SIPURI.foreignScheme(of: typed) == nil)
    }

    @Test(
        "A malformed URI is refused",
        arguments: [
            "", "sip:", "sip:@host", "sip:a@", "sip:a@h:0", "sip:a@h:65536", "sip:a@h;=x", "sip:a@h;a=", "http:x",
            "sip:a@[::1", "sip:a@h x", "sip:a%4@h",
        ])
    func malformed(text: String) {
        #expect(throws: SIPSyntaxError.self) { try SIPURI(text) }
    }
}
