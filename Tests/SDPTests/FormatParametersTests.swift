import H264Bitstream
import RTP
import SDP
import Testing

struct FormatParametersTests {
    private func video(_ fmtp: String) throws -> FormatParameters {
        let text =
            "v=0\no=- 1 1 IN IP4 h\nm=video 1 RTP/AVP 96\na=rtpmap:96 H264/90000\na=fmtp:96 \(fmtp)\n"
        let line = try #require(try SessionDescription(parsing: text).media.first)
        return FormatTable(line).parameters(of: try #require(PayloadType(rawValue: 96)))
    }

    @Test("Spaces, empty parts, upper case and lists are read")
    func forms() throws {
        let parameters = try video(" profile-level-id = 42E01F ;;Packetization-Mode=1; 0-15 ;x=a=b==;")
        #expect(parameters["profile-level-id"] == "42E01F")
        #expect(parameters.number("packetization-mode") == 1)
        #expect(parameters["x"] == "a=b==")
        #expect(parameters.parameters.contains(.init("0-15")))
        #expect(parameters["none"] == nil)
        #expect(parameters.number("profile-level-id") == nil)
    }

    @Test("Parameters of another payload type are left out, several lines are put together")
    func severalLines() throws {
        let text =
            "v=0\no=- 1 1 IN IP4 h\nm=video 1 RTP/AVP 96 97\na=fmtp:96 a=1\na=fmtp:97 a=2\na=fmtp:96 b=3\na=fmtp:9\n"
        let line = try #require(try SessionDescription(parsing: text).media.first)
        #expect(FormatTable(line).parameters(of: try #require(PayloadType(rawValue: 96))).text == "a=1;b=3")
        #expect(FormatTable(line).parameters(of: try #require(PayloadType(rawValue: 98))).text == "")
    }

    private static let maps: [(String, String?, UInt32, Int)] = [
        ("96 opus/48000/2", "opus", 48_000, 2), ("97 H264/90000", "H264", 90_000, 1),
        ("98 L16/44100/x", "L16", 44_100, 1),
        ("96 opus", nil, 0, 0), ("96 /8000", nil, 0, 0), ("200 opus/48000", nil, 0, 0), ("96 x/0", nil, 0, 0),
        ("96 x/-1", nil, 0, 0), ("96 x/99999999999", nil, 0, 0), ("x y/8000", nil, 0, 0), ("", nil, 0, 0),
    ]

    @Test("rtpmap lines", arguments: maps)
    func rtpMap(value: String, encoding: String?, rate: UInt32, channels: Int) throws {
        let text = "v=0\no=- 1 1 IN IP4 h\nm=audio 1 RTP/AVP 96 97 98\na=rtpmap:\(value)\n"
        let line = try #require(try SessionDescription(parsing: text).media.first)
        let map = line.payloadTypes.lazy.compactMap { FormatTable(line).map(of: $0) }.first
        #expect(map?.encoding == encoding)
        if encoding != nil {
            #expect(map?.clockRate.hertz == rate)
            #expect(map?.channels == channels)
        }
    }

    private static let times: [(String, Int?)] = [
        ("20", 20), ("20.0", 20), ("0", nil), ("-5", nil), ("x", nil), ("5000", nil), ("99999999999999999999", nil),
    ]

    @Test("Packet times", arguments: times)
    func packetTime(value: String, expected: Int?) throws {
        let text = "v=0\no=- 1 1 IN IP4 h\nm=audio 1 RTP/AVP 0\na=ptime:\(value)\n"
        #expect(try SessionDescription(parsing: text).media.first?.packetTime == expected)
    }
}
