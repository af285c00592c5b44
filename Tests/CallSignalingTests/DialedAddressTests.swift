import SIP
import Testing

@testable import CallSignaling

@Suite("What people dial")
struct DialedAddressTests {
    private let plain = UserAgentConfiguration()

    @Test(
        "What cannot be called is answered with what can",
        arguments: [
            ("", "There is no address to call."), ("  ", "There is no address to call."),
            ("http://x", "http: addresses cannot be called; write sip:room@host."),
            ("HTTPS://meet.example/1", "https: addresses cannot be called; write sip:room@host."),
            ("mailto:a@example.com", "mailto: addresses cannot be called; write sip:room@host."),
            ("4711", "4711 is a number, and the room has no account to call numbers with; write sip:room@host."),
            ("sip:4711", "4711 is a number, and the room has no account to call numbers with; write sip:room@host."),
            ("tel:123", "123 is a number, and the room has no account to call numbers with; write sip:room@host."),
            ("tel:x", "There is no number to call behind tel:; write sip:room@host."),
            ("room@4711", "That is no address to call: 4711 is neither the name of a host nor an IPv4 address."),
            ("10.1", "That is no address to call: 10.1 is neither the name of a host nor an IPv4 address."),
            ("host:99999", "That is no address to call: port is not a number from 1 to 65535."),
        ])
    func sentences(typed: String, sentence: String) {
        do throws(SignalingError) {
            _ = try plain.route(to: typed)
            Issue.record("\(typed) was taken")
        } catch {
            #expect(error.description == sentence)
        }
    }

    @Test(
        "Numbers go to the account, with tel: or without",
        arguments: [
            ("4711", "sip:4711@example.org"), ("sip:4711", "sip:4711@example.org"),
            ("tel:+49-711.123;ext=1", "sip:+49711123@example.org"), ("TEL:123", "sip:123@example.org"),
            ("+49 (711) 123", "sip:+49711123@example.org"), ("berlin", "sip:berlin@example.org"),
        ])
    func account(typed: String, uri: String) throws {
        var configuration = plain
        configuration.account = try SIPAccount(address: "sip:room@example.org", password: "secret")
        let route = try configuration.route(to: typed)
        #expect(route.uri.description == uri)
        #expect(route.usesAccount)
    }

    @Test(
        "Addresses are called as they stand",
        arguments: ["room@192.0.2.1", "192.0.2.1:5070", "host:5060", "2001:db8::1", "sip:4711@host", "a:b@host"])
    func addresses(typed: String) throws {
        #expect(try plain.route(to: typed).uri == SIPURI(dialing: typed))
    }

    @Test("The system is not asked for the address of a number", arguments: ["4711", "127.1", "0x7f000001"])
    func numbers(host: String) {
        guard case .failure(let error) = NameResolver.addresses(of: host) else {
            Issue.record("\(host) has an address")
            return
        }
        #expect(error.problem == "it is a number and no name")
    }

    @Test("A name that nobody knows is told without the name of the system's call")
    func unknownName() {
        guard case .failure(let error) = NameResolver.addresses(of: "nowhere.invalid") else { return }
        #expect(!error.problem.contains("getaddrinfo"))
    }
}
