import H264Bitstream
import RTPPayload
import SDP
import Testing

struct H264NegotiationTests {
    private func answer(_ fmtp: String, _ stream: LocalStream) throws -> (NegotiatedLine, String?) {
        var negotiator = Room.negotiator()
        let offer = try Room.offer(audio: "m=audio 6002 RTP/AVP 0\n", video: Room.h264(fmtp))
        let result = try negotiator.answer(to: offer, streams: [Room.audio(), stream])
        return (result.lines[1], result.description.media[1].value(of: "fmtp"))
    }

    private static let equivalents = [
        "42e01f", "42401f", "42c01f", "42f01f", "42E01F", "4d801f", "4de01f", "58c01f", "58f01f",
    ]

    @Test("Every spelling of Constrained Baseline is the same profile, and is kept", arguments: equivalents)
    func spelling(text: String) throws {
        let (line, fmtp) = try answer(
            "profile-level-id=\(text);packetization-mode=1", Room.video([.constrainedBaseline]))
        #expect(line.media?.sentVideo?.profile == .constrainedBaseline)
        // Level 1b is told by a flag, which level 3.1 does not have.
        let expected = text.lowercased().replacing("42f0", with: "42e0").replacing("58f0", with: "58e0")
        #expect(fmtp == "99 profile-level-id=\(expected);packetization-mode=1")
    }

    private static let others = ["42801f", "42001f", "4d401f", "64001f", "58001f", "zzz", "6e001f", "42e0fe"]

    @Test("Another profile does not match", arguments: others)
    func otherProfile(text: String) throws {
        let (line, _) = try answer(
            "profile-level-id=\(text);packetization-mode=1", Room.video([.constrainedBaseline]))
        #expect(line == .refused(.noCommonCodec))
    }

    @Test("The packetization mode must be the same, and is 0 when not given")
    func mode() throws {
        let (given, _) = try answer("profile-level-id=42e01f;packetization-mode=1", Room.video())
        #expect(given.media?.sentVideo?.packetizationMode == .nonInterleaved)
        let (absent, _) = try answer("profile-level-id=42e01f", Room.video())
        #expect(absent.media?.sentVideo?.packetizationMode == .singleNALUnit)
        let (interleaved, _) = try answer("profile-level-id=42e01f;packetization-mode=2", Room.video())
        #expect(interleaved == .refused(.noCommonCodec))
        let (nonsense, _) = try answer("profile-level-id=42e01f;packetization-mode=x", Room.video())
        #expect(nonsense == .refused(.noCommonCodec))
    }

    @Test("Without any parameter it is Baseline at level 1")
    func nothingGiven() throws {
        let (line, fmtp) = try answer("", Room.video())
        #expect(line.media?.sentVideo?.profile == .baseline)
        #expect(line.media?.sentVideo?.level == .level1)
        #expect(fmtp == "99 profile-level-id=42000a;packetization-mode=0")
    }

    private static let levels: [(String, Bool, Bool, H264Level, H264Level, H264Level, String)] = [
        // offered, peer asymmetric, we asymmetric, own level -> send, receive, answered
        ("42e01f", false, true, .level4, .level3point1, .level3point1, "42e01f"),
        ("42e028", false, true, .level3point1, .level3point1, .level3point1, "42e01f"),
        ("42e01f", true, true, .level4, .level3point1, .level4, "42e028"),
        ("42e028", true, true, .level3point1, .level4, .level3point1, "42e01f"),
        ("42e028", true, false, .level3point1, .level3point1, .level3point1, "42e01f"),
        ("42f00b", false, true, .level3point1, .level1b, .level1b, "42f00b"),
        ("42e00b", false, true, .level1b, .level1b, .level1b, "42f00b"),
    ]

    @Test("The lower level counts, unless both allow one for each direction", arguments: levels)
    func level(
        offered: String, peer: Bool, own: Bool, most: H264Level, send: H264Level, receive: H264Level, answered: String
    ) throws {
        let asymmetry = peer ? ";level-asymmetry-allowed=1" : ""
        let (line, fmtp) = try answer(
            "profile-level-id=\(offered);packetization-mode=1\(asymmetry)",
            Room.video([.constrainedBaseline], level: most, asymmetry: own))
        #expect(line.media?.sentVideo?.level == send)
        #expect(line.media?.receivedVideo?.level == receive)
        let answeredAsymmetry = peer && own ? ";level-asymmetry-allowed=1" : ""
        #expect(fmtp == "99 profile-level-id=\(answered);packetization-mode=1\(answeredAsymmetry)")
    }

    @Test("max-recv-level counts where levels may differ")
    func maximumReceiveLevel() throws {
        let (line, _) = try answer(
            "profile-level-id=42e00d;packetization-mode=1;max-recv-level=e01f;level-asymmetry-allowed=1", Room.video())
        #expect(line.media?.sentVideo?.level == .level3point1)
        let (symmetric, _) = try answer(
            "profile-level-id=42e00d;packetization-mode=1;max-recv-level=e01f", Room.video())
        #expect(symmetric.media?.sentVideo?.level == .level1point3)
    }

    @Test("max- parameters widen the limits and never narrow them")
    func limits() throws {
        let (line, _) = try answer(
            "profile-level-id=42e00d;packetization-mode=1;max-mbps=40500;max-fs=10;max-br=99999999999999999999",
            Room.video())
        let limits = try #require(line.media?.sentVideo?.limits)
        #expect(limits.macroblocksPerSecond == 40_500)
        #expect(limits.frameMacroblocks == H264Level.level1point3.limits.frameMacroblocks)
        #expect(limits.bitsPerSecond == H264Level.level1point3.limits.bitsPerSecond)
    }

    @Test("Flags that RFC 6184 does not list count as the widest profile of their kind")
    func unlistedFlags() throws {
        let (baseline, _) = try answer("profile-level-id=42811f;packetization-mode=1", Room.video())
        #expect(baseline.media?.sentVideo?.profile == .baseline)
        let (high, fmtp) = try answer("profile-level-id=64801f;packetization-mode=1", Room.video())
        #expect(high.media?.sentVideo?.profile == .high)
        #expect(fmtp == "99 profile-level-id=64801f;packetization-mode=1")
    }

    @Test("Broken parameter sets are left out")
    func parameterSets() throws {
        let (line, _) = try answer(
            "profile-level-id=42e01f;packetization-mode=1;sprop-parameter-sets=Z0LgH9oBQBbk,!!,,aM48gA", Room.video())
        #expect(line.media?.receivedVideo?.parameterSets.map(\.count) == [9, 4])
        #expect(line.media?.sentVideo?.parameterSets == [])
    }
}
