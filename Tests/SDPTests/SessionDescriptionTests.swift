import FuzzSupport
import RTP
import SDP
import Testing

struct SessionDescriptionTests {
    @Test("What is written reads back the same", arguments: SDPFixtures.all)
    func roundTrip(text: String) throws {
        let parsed = try SessionDescription(parsing: text)
        #expect(try SessionDescription(parsing: parsed.text) == parsed)
    }

    @Test("A complete description is written as it was read, with CRLF")
    func exact() throws {
        let text = SDPFixtures.baresipOffer
        #expect(try SessionDescription(parsing: text).text == text.replacing("\n", with: "\r\n"))
    }

    @Test("Session and media fields are read")
    func fields() throws {
        let session = try SessionDescription(parsing: SDPFixtures.polycomOffer)
        #expect(session.origin.username == "GroupSeries")
        #expect(session.origin.sessionIdentifier == "1443113846" && session.origin.version == "0")
        #expect(session.connection?.host == "198.51.100.20")
        try #require(session.media.count == 5)
        #expect(session.media.map(\.kind.rawValue) == ["audio", "video", "video", "application", "application"])
        #expect(session.media[3].transport == "TCP/BFCP" && session.media[3].formats == ["*"])
        let video = session.media[1]
        #expect(video.payloadTypes.map(\.rawValue) == [109, 110, 111, 96, 34])
        #expect(session.bitsPerSecond(of: video) == 1_920_000)
        #expect(session.bitsPerSecond(of: session.media[0]) == 1_920_000)
        let type = try #require(PayloadType(rawValue: 110))
        #expect(FormatTable(video).map(of: type)?.isEncoding("h264") == true)
        let parameters = FormatTable(video).parameters(of: type)
        #expect(parameters["MAX-FS"] == "8160")
        #expect(parameters.number("packetization-mode") == 1)
        #expect(video.contents == ["main"] && session.media[2].contents == ["slides"])
        #expect(video.feedback(of: type) == [.pictureLossIndication, .fullIntraRequest])
        #expect(video.value(of: "label") == "11")
    }

    @Test("Static payload types need no rtpmap")
    func staticTypes() throws {
        let session = try SessionDescription(parsing: SDPFixtures.conferenceOffer)
        let names = session.media[0].payloadTypes.map { FormatTable(session.media[0]).map(of: $0)?.encoding }
        #expect(names == ["G722", "PCMU", "PCMA", "telephone-event"])
        #expect(session.name == "-")
    }

    @Test("Unknown attributes stay in their order")
    func unknownAttributes() throws {
        let session = try SessionDescription(parsing: SDPFixtures.browserOffer)
        #expect(session.attributes.map(\.name) == ["group", "extmap-allow-mixed", "msid-semantic"])
        #expect(session.media[0].value(of: "setup") == "actpass")
        #expect(session.media[0].hasAttribute("rtcp-mux"))
        #expect(session.text.contains("a=fingerprint:sha-256 7B:8B:"))
    }

    @Test("RTCP's own port and address are read")
    func rtcp() throws {
        let session = try SessionDescription(parsing: SDPFixtures.linphoneOffer)
        let video = session.media[1]
        #expect(video.rtcp?.port == 9079)
        #expect(video.rtcp?.address?.host == "2001:db8::18")
        #expect(session.media[0].rtcp == nil)
    }

    @Test("CR alone, blank lines and white space at the end are forgiven")
    func lineEnds() throws {
        let text = "v=0 \ro=- 1 1 IN IP4 192.0.2.1\t\r\rs=-\rt=0 0\rm=audio 4000 RTP/AVP 0  \r\n\r\n"
        let session = try SessionDescription(parsing: text)
        #expect(session.media.first?.formats == ["0"])
        #expect(session.media.first?.port == 4000)
    }

    @Test("A direction is the line's own, or the session's, or both ways")
    func directions() throws {
        let head = "v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\n"
        let session = try SessionDescription(
            parsing: head + "a=sendonly\nm=audio 1 RTP/AVP 0\nm=video 2 RTP/AVP 96\na=inactive\n")
        #expect(session.media.map { session.direction(of: $0) } == [.sendOnly, .inactive])
        let plain = try SessionDescription(parsing: head + "m=audio 1 RTP/AVP 0\na=sendonly:no\n")
        #expect(plain.media.map { plain.direction(of: $0) } == [.sendReceive])
    }

    private static let errors: [(String, Int, String)] = [
        ("", 1, "v=0"),
        ("hello", 1, "a letter, then ="),
        ("o=- 1 1 IN IP4 192.0.2.1", 1, "v=0"),
        ("v=1\n", 1, "v=0"),
        ("v=0\ns=-\n", 2, "an o= line"),
        ("v=0\no=- 1 1\n", 2, "o=user id version IN IP4 address"),
        ("v=0\no=- 1 1 IN IP4 h\ns=-\nc=IN IP4\n", 4, "c=IN IP4 address"),
        ("v=0\no=- 1 1 IN IP4 h\ns=-\nb=AS\n", 4, "b=type:number"),
        ("v=0\no=- 1 1 IN IP4 h\ns=-\nb=AS:-3\n", 4, "b=type:number"),
        ("v=0\no=- 1 1 IN IP4 h\ns=-\n\nm=audio 65536 RTP/AVP 0\n", 5, "m=kind port transport formats"),
        ("v=0\no=- 1 1 IN IP4 h\ns=-\nm=audio 1 RTP/AVP\n", 4, "m=kind port transport formats"),
        ("v=0\no=- 1 1 IN IP4 h\ns=-\nm=audio 1/0 RTP/AVP 0\n", 4, "m=kind port transport formats"),
        ("v=0\no=- 1 1 IN IP4 h\nm=audio 1 RTP/AVP 0\na=:x\n", 4, "a=name or a=name:value"),
        ("v=0\nv=0\no=- 1 1 IN IP4 h\n", 2, "one v= line"),
        ("v=0\no=- 1 1 IN IP4 h\nS=-\n", 3, "a letter, then ="),
    ]

    @Test("An error names the line and what was expected", arguments: errors)
    func error(text: String, line: Int, expected: String) throws {
        let error = try #require(throws: SDPError.self) { try SessionDescription(parsing: text) }
        #expect(error.line == line)
        #expect(error.expected == expected)
        #expect("\(error)".hasPrefix("SDP line \(line): expected \(expected), found \""))
    }

    @Test("Too much text and too many lines are refused")
    func limits() {
        let head = "v=0\no=- 1 1 IN IP4 h\n"
        #expect(throws: SDPError.self) { try SessionDescription(parsing: head + String(repeating: "x", count: 70_000)) }
        let lines = String(repeating: "m=audio 1 RTP/AVP 0\n", count: 65)
        #expect(throws: SDPError.self) { try SessionDescription(parsing: head + lines) }
    }

    @Test("A value with a line end cannot add a line")
    func injection() throws {
        var session = SessionDescription(
            origin: Origin(sessionIdentifier: "1", version: "1", address: ConnectionAddress("192.0.2.1")))
        session.add("note", "x\r\nm=audio 1 RTP/AVP 0")
        #expect(try SessionDescription(parsing: session.text).media.isEmpty)
    }

    @Test("Any input is read or refused with a line, and what is read writes and reads back")
    func fuzz() {
        var fuzzer = MutationFuzzer(corpus: SDPFixtures.corpus, interesting: SDPFixtures.interesting, seed: 8866)
        var accepted = 0
        fuzzer.run(count: 20_000) { raw in
            do {
                let session = try SessionDescription(parsing: raw)
                accepted += 1
                guard accepted % 8 == 0 else { return }
                let again = try SessionDescription(parsing: session.text)
                if again != session { Issue.record("\(session.text)") }
                for media in session.media {
                    let table = FormatTable(media)
                    for type in table.payloadTypes {
                        _ = table.map(of: type)
                        _ = media.feedback(of: type)
                    }
                    _ = media.rtcp
                    _ = media.packetTime
                }
            } catch let error as SDPError {
                if error.line < 1 { Issue.record("\(error)") }
            } catch {
                Issue.record("\(error)")
            }
        }
        #expect(accepted > 5_000)
    }
}
