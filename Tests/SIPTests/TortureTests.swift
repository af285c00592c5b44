import Testing

@testable import SIP

/// The cases of RFC 4475, each with a message of our own that has the same trait.
@Suite("Messages that are hard or broken (RFC 4475)")
struct TortureTests {
    @Test(
        "Odd but valid requests are taken",
        arguments: [
            // 3.1.1.1: folding, odd spacing, a display name with escapes, unknown URI parameters.
            Samples.request(
                "INVITE sip:room@192.0.2.9;unknown=x SIP/2.0",
                [
                    "Via": "SIP  / 2.0\r\n /UDP\r\n\t192.0.2.2  ;branch  = z9hG4bKk, SIP/2.0/UDP h.example ; hidden",
                    "To": "\"J Rosenberg \\\\\\\"\" <sip:j@example.com> ; tag = 9", "CSeq": "0009  INVITE",
                ]),
            // 3.1.1.2: every character that a method token and a user may have.
            Samples.request(
                "!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*"
                    + ":&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com SIP/2.0"),
            // 3.1.1.3, 3.1.1.4: escapes in the user, %00 among them.
            Samples.request("REGISTER sip:sips%3Auser%40example.com@example.net SIP/2.0"),
            Samples.request("REGISTER sip:null-%00-null@example.com SIP/2.0"),
            // 3.1.1.5: a percent sign in a method name is no escape.
            Samples.request("RE%47IST%45R sip:registrar.example.com SIP/2.0"),
            // 3.1.1.6: no space between display name and bracket.
            Samples.request("OPTIONS sip:u@example.com SIP/2.0", ["From": "caller<sip:caller@example.com>;tag=323"]),
            // 3.1.1.7: long values.
            Samples.request(more: ["X-Long: " + String(repeating: "long ", count: 1000)]),
            // 3.1.1.9: a semicolon in the user part.
            Samples.request("OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0"),
            // 3.1.1.10: transports that nobody has.
            Samples.request(more: ["Via: SIP/2.0/SCTP s.example;branch=z9hG4bK1, SIP/2.0/UNKNOWN u.example"]),
            // 3.1.1.11, 3.1.1.12: a multipart body is bytes like others.
            Samples.request(
                more: ["Content-Type: multipart/mixed;boundary=\"abc\""], body: "--abc\r\n\r\n\u{0}--abc--"),
            // 3.4.1: an RFC 2543 request without branch, tag, Max-Forwards and Contact.
            Samples.request(
                "INVITE sip:UserB@example.com SIP/2.0",
                [
                    "Via": "SIP/2.0/UDP iftgw.example.com", "From": "<sip:+1 39@h>".replacing(" ", with: ""),
                    "Max-Forwards": nil, "Contact": nil,
                ]),
            // 3.3.4: a scheme that we do not know still reads as a URI (the answer is 416).
            Samples.request("OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0"),
            // 3.3.8: Max-Forwards 0 is fine at the end of the way.
            Samples.request("OPTIONS sip:u@example.com SIP/2.0", ["Max-Forwards": "0"]),
        ])
    func valid(text: String) throws {
        let request = try Samples.parsedRequest(text)
        let again = try Samples.parsedRequest(String(decoding: request.serialized(), as: UTF8.self))
        #expect(again == request)
    }

    @Test(
        "Broken requests are answered with 400 and the reason",
        arguments: [
            // 3.1.2.1: stray separators.
            ("Contact", Samples.request("INVITE sip:u@h SIP/2.0", ["To": "sip:j@example.com;;,;,;"])),
            ("Via", Samples.request("INVITE sip:u@h SIP/2.0", ["Via": "SIP/2.0/UDP 192.0.2.15;;,;,,"])),
            // The trap found in an earlier trial: a parameter that has no name.
            ("From", Samples.request("INVITE sip:u@h SIP/2.0", ["From": "<sip:a@b>;=x"])),
            ("From", Samples.request("INVITE sip:u@h SIP/2.0", ["From": "<sip:a@b>;tag="])),
            // 3.1.2.3: a negative Content-Length.
            ("Content-Length", Samples.request().replacing("Content-Length: 0", with: "Content-Length: -999")),
            // 3.1.2.4: numbers out of range.
            ("CSeq", Samples.request("INVITE sip:u@h SIP/2.0", ["CSeq": "36893488147419103232 INVITE"])),
            ("Max-Forwards", Samples.request("INVITE sip:u@h SIP/2.0", ["Max-Forwards": "300"])),
            // 3.1.2.6: a quoted string without an end.
            ("To", Samples.request("INVITE sip:u@h SIP/2.0", ["To": "\"Mr. J. User <sip:j@example.com>"])),
            // 3.1.2.7: the Request-URI in brackets.
            ("Request-URI", Samples.request("INVITE <sip:user@example.com> SIP/2.0")),
            // 3.1.2.8: white space in the Request-URI.
            ("Request-Line", Samples.request("INVITE sip:user@example.com; lr SIP/2.0")),
            // 3.1.2.9: too many spaces in the request line.
            ("Request-Line", Samples.request("INVITE  sip:user@example.com  SIP/2.0")),
            // 3.1.2.12: a URI with a question mark outside brackets.
            (
                "To",
                Samples.request("OPTIONS sip:u@h SIP/2.0", ["To": "sip:watson@example.com?Route=%3Csip:x%3E"])
            ),
            // 3.1.2.17: CSeq names another method.
            ("CSeq", Samples.request("OPTIONS sip:u@h SIP/2.0", ["CSeq": "8 INVITE"])),
            // 3.1.2.16: an unknown method that CSeq does not repeat.
            ("CSeq", Samples.request("NEWMETHOD sip:u@h SIP/2.0", ["CSeq": "8 INVITE"])),
            // 3.3.1: fields missing.
            ("To", Samples.request().replacing("To: <sip:room@192.0.2.9>", with: "To:")),
            // 3.3.5 and others: fields twice.
            ("Call-ID", Samples.request(more: ["Call-ID: second"])),
            ("CSeq", Samples.request(more: ["CSeq: 8 INVITE"])),
            // 3.3.9: two lengths.
            ("Content-Length", Samples.request(more: ["Content-Length: 1"])),
            ("From", Samples.request("INVITE sip:u@h SIP/2.0", ["From": "<sip:a@b;tag=1"])),
            ("message", Samples.request(more: ["this is no field"])),
        ])
    func malformed(part: String, text: String) throws {
        let refusal = try #require(Samples.refusal(text))
        // Without a Via that can be read there is nowhere to send an answer to.
        if part == "Via" {
            #expect(refusal.answer == nil)
        } else {
            #expect(refusal.answer?.status == 400)
            #expect(refusal.answer?.phrase == "Bad \(refusal.error)")
        }
        if part != "Contact" { #expect(refusal.error.part == part) }
    }

    @Test("Another version of SIP is answered with 505")
    func version() throws {
        let refusal = try #require(Samples.refusal(Samples.request("OPTIONS sip:t@example.com SIP/7.0")))
        #expect(refusal.answer?.status == 505)
        #expect(refusal.answer?.phrase == "Version Not Supported")
    }

    @Test(
        "What cannot be answered is refused without an answer",
        arguments: [
            "", "\r\n\r\n", "hello", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\u{0}\u{0}\u{0}",
            Samples.request("ACK sip:u@h SIP/2.0", ["CSeq": "x"]),
            Samples.request("INVITE sip:u@h SIP/2.0", ["Via": nil]),
            // 3.1.2.18: a status out of range, and responses with broken fields.
            Samples.response("SIP/2.0 4294967301 better not break the receiver"),
            Samples.response("SIP/2.0 099 too low"), Samples.response("SIP/3.0 200 OK"),
            Samples.response(more: ["Via: SIP/2.0/UDP second.example;branch=z9hG4bK1"]),
        ])
    func unanswerable(text: String) throws {
        let refusal = try #require(Samples.refusal(text))
        #expect(refusal.answer == nil)
    }
}
