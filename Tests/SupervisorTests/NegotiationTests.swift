import MediaPipelines
import MediaTypes
import RTP
import RealtimeSupport
import Testing

@testable import Supervisor

@Suite("What a call's offers and answers settle")
struct NegotiationTests {
    private static let audio = "m=audio 6000 RTP/AVP 111\na=rtpmap:111 opus/48000/2\n"
    private static let video =
        "m=video 6002 RTP/AVP 97\na=rtpmap:97 H264/90000\n"
        + "a=fmtp:97 profile-level-id=42e01f;packetization-mode=1\n"

    private func negotiation() -> Negotiation {
        Negotiation(
            local: LocalMedia(address: "192.0.2.1", audioPort: 4000, videoPort: 4002),
            audioCodecs: [codec("opus", .opus), codec("PCMU", .narrowband), codec("PCMA", .narrowband)],
            videoSize: (width: 1280, height: 720), frameRate: FrameRate(30), bitrate: BitsPerSecond(2_000_000),
            encodeScheduling: ThreadScheduling())
    }

    /// A codec that is never made.
    private func codec(_ name: String, _ clockRate: ClockRate) -> AudioCodecChoice {
        AudioCodecChoice(
            name: name, clockRate: clockRate,
            makeEncoder: { _ throws(DeviceError) in
                throw DeviceError(.unsupported, device: name, detail: "there is none")
            },
            makeDecoder: { () throws(DeviceError) in
                throw DeviceError(.unsupported, device: name, detail: "there is none")
            })
    }

    private func description(_ media: String, address: String = "192.0.2.7") -> String {
        "v=0\no=- 1 1 IN IP4 192.0.2.7\ns=-\nc=IN IP4 \(address)\nt=0 0\n" + media
    }

    /// Kind and port of each line.
    private func lines(_ description: String) -> [String] {
        description.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("m=") }
            .map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
    }

    // MARK: - Hold by the far end

    private static let holds: [(String, String, String, Bool)] = [
        // audio, video, address -> held
        ("sendrecv", "sendrecv", "192.0.2.7", false),
        // It may go on sending, or not (RFC 3264 §8.4).
        ("sendonly", "sendonly", "192.0.2.7", true),
        ("inactive", "inactive", "192.0.2.7", true),
        ("sendrecv", "sendrecv", "0.0.0.0", true),
        ("sendonly", "inactive", "192.0.2.7", true),
        // It listens or looks on.
        ("recvonly", "recvonly", "192.0.2.7", false),
        ("sendonly", "sendrecv", "192.0.2.7", false),
    ]

    @Test("A far end that takes none of our media holds the call, in an offer as in an answer", arguments: holds)
    func remoteHold(audio: String, video: String, address: String, isHeld: Bool) throws {
        let peer = description(
            Self.audio + "a=\(audio)\n" + Self.video + "a=\(video)\n", address: address)
        let (_, answered) = try negotiation().answer(to: peer)
        #expect(answered.isHeldRemotely == isHeld)

        let offering = negotiation()
        _ = offering.makeOffer()
        let agreement = try offering.interpret(answer: peer)
        #expect(agreement.isHeldRemotely == isHeld)
        let sends = agreement.audio?.address.sends == true || agreement.video?.address.sends == true
        #expect(sends == !isHeld)
    }

    @Test("While we hold the call, the far end does not")
    func bothHold() throws {
        let negotiation = negotiation()
        _ = negotiation.makeOffer()
        _ = try negotiation.interpret(answer: description(Self.audio + Self.video))
        negotiation.isHeld = true
        let (_, agreement) = try negotiation.answer(to: description(Self.audio + "a=sendonly\n" + Self.video))
        #expect(!agreement.isHeldRemotely)
    }

    @Test("The answer to a resumption tells whether the far end holds the call still")
    func resumption() throws {
        let negotiation = negotiation()
        let held = description(Self.audio + "a=sendonly\n" + Self.video + "a=sendonly\n")
        let (_, before) = try negotiation.answer(to: held)
        #expect(before.isHeldRemotely)
        // A re-INVITE without an offer; ours is answered in the ACK.
        _ = negotiation.makeRequestedOffer()
        let after = try negotiation.interpret(answer: description(Self.audio + Self.video))
        #expect(!after.isHeldRemotely)
    }

    // MARK: - Answers of no use

    @Test(
        "An answer that is missing, refuses all, or knows none of our codecs ends the call with a sentence",
        arguments: [nil, "", "m=audio 0 RTP/AVP 111\nm=video 0 RTP/AVP 97\n", "m=audio 6000 RTP/AVP 18\n"] as [String?])
    func uselessAnswer(media: String?) throws {
        let negotiation = negotiation()
        _ = negotiation.makeOffer()
        let answer = media.map { description($0) }
        let failure = try #require(throws: NegotiationFailure.self) { try negotiation.interpret(answer: answer) }
        #expect(failure.sentence.hasSuffix("."))
    }

    // MARK: - Streams

    @Test("Hold and resumption of a call with sound alone bring up no pictures")
    func soundAlone() throws {
        let negotiation = negotiation()
        _ = try negotiation.answer(to: description(Self.audio))
        negotiation.isHeld = true
        #expect(lines(negotiation.makeOffer()) == ["m=audio 4000"])
        _ = try negotiation.interpret(answer: description(Self.audio + "a=inactive\n"))
        negotiation.isHeld = false
        #expect(lines(negotiation.makeOffer()) == ["m=audio 4000"])
        _ = try negotiation.interpret(answer: description(Self.audio))
        #expect(lines(negotiation.makeRequestedOffer()) == ["m=audio 4000"])
        #expect(lines(self.negotiation().makeOffer()) == ["m=audio 4000", "m=video 4002"])
    }

    @Test("Pictures that the far end has ended are offered again only when it asks, and on their line")
    func endedPictures() throws {
        let negotiation = negotiation()
        _ = try negotiation.answer(to: description(Self.audio + Self.video))
        _ = try negotiation.answer(to: description(Self.audio + "m=video 0 RTP/AVP 97\n"))
        for isHeld in [true, false, true] {
            negotiation.isHeld = isHeld
            #expect(lines(negotiation.makeOffer()) == ["m=audio 4000", "m=video 0"])
            _ = try negotiation.interpret(answer: description(Self.audio + "m=video 0 RTP/AVP 97\n"))
        }
        #expect(lines(negotiation.makeRequestedOffer()) == ["m=audio 4000", "m=video 4002"])
    }

    @Test("Pictures that the far end refuses while we hold the call come back")
    func refusedWhileHeld() throws {
        let negotiation = negotiation()
        _ = negotiation.makeOffer()
        _ = try negotiation.interpret(answer: description(Self.audio + Self.video))
        negotiation.isHeld = true
        _ = negotiation.makeOffer()
        _ = try negotiation.interpret(answer: description(Self.audio + "a=inactive\nm=video 0 RTP/AVP 97\n"))
        negotiation.isHeld = false
        #expect(lines(negotiation.makeOffer()) == ["m=audio 4000", "m=video 4002"])
    }

    // MARK: - Hold, one offer at a time

    @Test("While the offer of a hold is out no other is made; refused, the call is held no longer than before")
    func oneOffer() throws {
        let negotiation = negotiation()
        _ = try negotiation.answer(to: description(Self.audio))
        #expect(negotiation.beginHold(false) == nil)
        #expect(negotiation.beginHold(true)?.contains("a=inactive") == true)
        #expect(negotiation.beginHold(false) == nil)
        let agreement = try negotiation.interpret(answer: description(Self.audio + "a=inactive\n"))
        #expect(!agreement.isHeldRemotely)
        #expect(negotiation.beginHold(true) == nil)
        #expect(negotiation.beginHold(false) != nil)
        negotiation.withdrawOffer()
        #expect(negotiation.isHeld)
        #expect(negotiation.beginHold(false) != nil)
    }

    @Test("A hold waits for the answer to the offer that the far end asked for, and does not take its place")
    func requestedOfferStands() throws {
        let negotiation = negotiation()
        _ = try negotiation.answer(to: description(Self.audio))
        _ = negotiation.makeRequestedOffer()
        #expect(negotiation.beginHold(true) == nil)
        #expect(try negotiation.interpret(answer: description(Self.audio)).audio != nil)
        #expect(negotiation.beginHold(true) != nil)
    }

    // MARK: - Sound

    @Test("Each codec of the answer may come, as far as it has the clock of the first")
    func alternatives() throws {
        let offering = negotiation()
        _ = offering.makeOffer()
        let narrow = try #require(
            offering.interpret(answer: description("m=audio 6000 RTP/AVP 0 8 101\n")).audio)
        #expect(narrow.codec.name == "PCMU" && narrow.receivePayloadTypes == [.pcmu])
        #expect(narrow.alternatives.map(\.codec.name) == ["PCMA"])
        #expect(narrow.alternatives.map(\.payloadType) == [.pcma])

        let wide = "m=audio 6000 RTP/AVP 111 0 8\na=rtpmap:111 opus/48000/2\n"
        _ = offering.makeOffer()
        let opus = try #require(offering.interpret(answer: description(wide)).audio)
        #expect(opus.codec.name == "opus" && opus.alternatives.isEmpty)
    }

    private static let clocks: [(String, String, ClockRate?)] = [
        ("101", "a=rtpmap:101 telephone-event/8000\n", .narrowband),
        ("101 110", "a=rtpmap:101 telephone-event/8000\na=rtpmap:110 telephone-event/48000\n", .opus), ("", "", nil),
    ]

    @Test("Keys have the clock of their own payload type, the codec's before any other", arguments: clocks)
    func keyClock(types: String, maps: String, clock: ClockRate?) throws {
        let peer = description(
            "m=audio 6000 RTP/AVP 111 \(types)\na=rtpmap:111 opus/48000/2\n" + maps)
        let (_, agreement) = try negotiation().answer(to: peer)
        let plan = try #require(agreement.audio)
        #expect(plan.telephoneEventClock == clock)
        #expect((plan.sendTelephoneEvent != nil) == (clock != nil))
    }
}
