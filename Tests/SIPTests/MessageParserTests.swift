import Testing

@testable import SIP

@Suite("Parsing messages")
struct MessageParserTests {
    @Test("A request is taken apart and comes out the same")
    func roundTrip() throws {
        let text = Samples.request(more: ["X-Unknown: a, b ;c"], body: "v=0\r\n")
        let request = try Samples.parsedRequest(text)
        #expect(request.method == .invite)
        #expect(request.uri.description == "sip:room@192.0.2.9")
        #expect(request.headers[HeaderName("x-unknown")] == "a, b ;c")
        #expect(request.body == Array("v=0\r\n".utf8))
        #expect(String(decoding: request.serialized(), as: UTF8.self) == text)
    }

    @Test("A response is taken apart and comes out the same")
    func response() throws {
        let text = Samples.response("SIP/2.0 183 Session Progress", body: "v=0\r\n")
        let response = try Samples.parsedResponse(text)
        #expect(response.status == 183)
        #expect(response.phrase == "Session Progress")
        #expect(String(decoding: response.serialized(), as: UTF8.self) == text)
    }

    @Test("A status line without a phrase, with or without the space before it, is taken")
    func emptyPhrase() throws {
        #expect(try Samples.parsedResponse(Samples.response("SIP/2.0 200 ")).phrase.isEmpty)
        #expect(try Samples.parsedResponse(Samples.response("SIP/2.0 200")).status == 200)
    }

    @Test("Compact names, any case and bare line feeds mean the same")
    func compactForms() throws {
        let text = [
            "INVITE sip:room@192.0.2.9 SIP/2.0", "v: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1", "f: <sip:a@b>;tag=1",
            "T: <sip:room@192.0.2.9>", "i: x", "CSEQ: 1 INVITE", "m: <sip:a@b>", "c: application/sdp", "k: timer",
            "l: 3", "", "abc",
        ].joined(separator: "\n")
        let request = try Samples.parsedRequest(text)
        let headers = try MandatoryHeaders(of: request)
        #expect(headers.callID == "x")
        #expect(headers.via.branch == "z9hG4bK1")
        #expect(request.headers.contentType == "application/sdp")
        #expect(request.headers.tokens(.supported) == ["timer"])
        #expect(request.body == Array("abc".utf8))
    }

    @Test("Folded lines are joined, and white space around the colon does not count")
    func folding() throws {
        let text = Samples.request(more: ["Subject  :  one", "\ttwo", "  three "])
        #expect(try Samples.parsedRequest(text).headers[.subject] == "one two three")
    }

    @Test("Several values in one line and in several lines are the same list")
    func lists() throws {
        let text = Samples.request(more: [
            "Via: SIP/2.0/TCP 192.0.2.5 ; branch=z9hG4bK2 , SIP/2.0/UDP [2001:db8::1]:5080;branch=z9hG4bK3",
            "Record-Route: <sip:p1.example;lr>, \"p, two\" <sip:p2.example;lr>;x=\",\"",
            "Record-Route: <sip:p3.example;lr>",
        ])
        let headers = try Samples.parsedRequest(text).headers
        #expect(try headers.vias().map(\.sentBy) == ["192.0.2.1:5060", "192.0.2.5:5060", "[2001:db8::1]:5080"])
        let route = try headers.addresses(.recordRoute)
        #expect(route.map(\.uri.description) == ["sip:p1.example;lr", "sip:p2.example;lr", "sip:p3.example;lr"])
        #expect(route[1].displayName == "p, two")
    }

    @Test("A datagram longer than Content-Length says is cut, a shorter one refused")
    func lengths() throws {
        let text = Samples.request(body: "abcdef")
        #expect(try Samples.parsedRequest(text + "trailing").body == Array("abcdef".utf8))
        let refusal = try #require(Samples.refusal(String(text.dropLast())))
        #expect(refusal.answer?.status == 400)
        #expect(refusal.answer?.phrase == "Bad Content-Length: is more than was sent")
    }

    @Test("Without Content-Length the body is the rest of the datagram")
    func noLength() throws {
        let text = Samples.request(body: "abc")
        let bare = text.replacing("Content-Length: 3\r\n", with: "")
        #expect(try Samples.parsedRequest(bare).body == Array("abc".utf8))
    }

    @Test("Bytes that are not UTF-8 are read as Latin-1")
    func latin1() throws {
        var bytes = Array(Samples.request(more: ["Subject: Xfe"]).utf8)
        let place = try #require(bytes.firstIndex(of: UInt8(ascii: "X")))
        bytes[place] = 0xFC
        guard case .request(let request) = try MessageParser().parse(bytes) else { throw Samples.NotThat() }
        #expect(request.headers[.subject] == "üfe")
    }

    @Test("Each bound holds")
    func limits() throws {
        let parser = MessageParser(limits: MessageLimits(headerBytes: 600, bodyBytes: 10, fields: 9))
        func outcome(_ text: String) -> String? {
            do {
                _ = try parser.parse(Array(text.utf8))
                return nil
            } catch {
                return error.error.problem
            }
        }
        #expect(outcome(Samples.request(body: "0123456789")) == nil)
        #expect(outcome(Samples.request(body: "0123456789a")) == "has a body that is too long")
        #expect(outcome(Samples.request(more: ["A: 1", "B: 2"])) == "has too many header fields")
        let long = Samples.request(more: ["A: " + String(repeating: "x", count: 500)])
        #expect(outcome(long) == "has more header bytes than we take")
    }

    @Test("A line break in a value cannot begin a header of its own")
    func injection() throws {
        var request = try Samples.parsedRequest(Samples.request())
        request.headers[.subject] = "a\r\nEvil: yes"
        let again = try Samples.parsedRequest(String(decoding: request.serialized(), as: UTF8.self))
        #expect(!again.headers.contains(HeaderName("Evil")))
    }

    @Test("An answer copies what belongs together, and adds a tag once")
    func answering() throws {
        let request = try Samples.parsedRequest(
            Samples.request(more: ["Via: SIP/2.0/UDP p.example;branch=z9hG4bK9", "Record-Route: <sip:p.example;lr>"]))
        let response = SIPResponse(answering: request, 180, toTag: "t1")
        #expect(response.headers.values(.via).count == 2)
        #expect(try response.headers.to()?.tag == "t1")
        #expect(response.headers[.recordRoute] == "<sip:p.example;lr>")
        #expect(SIPResponse(answering: request, 404, toTag: "t1").headers[.recordRoute] == nil)
        #expect(SIPResponse(answering: request, 100, toTag: "t1").headers[.to] == "<sip:room@192.0.2.9>")
        let inDialog = try Samples.parsedRequest(
            Samples.request("INVITE sip:r@h SIP/2.0", changes(to: "<sip:r@h>;tag=old")))
        #expect(SIPResponse(answering: inDialog, 200, toTag: "new").headers[.to] == "<sip:r@h>;tag=old")
        let bare = try Samples.parsedRequest(Samples.request("INVITE sip:r@h SIP/2.0", changes(to: "sip:r@h;x=1")))
        #expect(SIPResponse(answering: bare, 200, toTag: "new").headers[.to] == "<sip:r@h>;x=1;tag=new")
    }

    private func changes(to value: String) -> [String: String?] { ["To": value] }
}
