import H264Bitstream
import RTP
import RTPPayload
import SDP
import Testing

/// Offers of real kinds of peers, answered.
struct PeerOfferTests {
    private func answer(
        _ text: String, streams: [LocalStream] = [Room.audio(), Room.video()]
    ) throws -> (description: SessionDescription, lines: [NegotiatedLine]) {
        var negotiator = Room.negotiator()
        return try negotiator.answer(to: SessionDescription(parsing: text), streams: streams)
    }

    @Test("baresip: Opus, and Constrained Baseline in single NAL unit mode")
    func baresip() throws {
        let (description, lines) = try answer(SDPFixtures.baresipOffer)
        let audio = try #require(lines[0].media)
        #expect(audio.audioCodec == .opus)
        #expect(audio.send.payloadType.rawValue == 96)
        #expect(audio.telephoneEvent?.sendPayloadType.rawValue == 101)
        #expect(audio.remote?.address == "192.0.2.2")
        #expect(audio.remote?.rtpPort == 20090 && audio.remote?.rtcpPort == 20091)
        #expect(audio.packetTime == 20)
        if case .audio(_, let wanted) = audio.send.coding {
            #expect(wanted?.prefersStereo == true && wanted?.usesInBandFEC == false)
        }
        let video = try #require(lines[1].media)
        #expect(video.sentVideo?.profile == .constrainedBaseline)
        #expect(video.sentVideo?.packetizationMode == .singleNALUnit)
        #expect(video.sentVideo?.level == .level3point1)
        #expect(video.feedback == [.pictureLossIndication])
        #expect(video.allowsReducedSizeRTCP && !video.multiplexesRTCP)
        let line = description.media[1]
        #expect(line.formats == ["96"])
        #expect(line.value(of: "fmtp") == "96 profile-level-id=42e01f;packetization-mode=0")
        #expect(line.values(of: "rtcp-fb") == ["* nack pli"])
    }

    @Test("A Polycom: Baseline 2.0 that its own max- parameters widen to 1080p")
    func polycom() throws {
        let baselineOnly = Room.video([.constrainedBaseline, .baseline])
        let (description, lines) = try answer(SDPFixtures.polycomOffer, streams: [Room.audio(), baselineOnly])
        let video = try #require(lines[1].media)
        #expect(video.send.payloadType.rawValue == 110)
        let sent = try #require(video.sentVideo)
        #expect(sent.profile == .baseline && sent.packetizationMode == .nonInterleaved)
        #expect(sent.level == .level2)
        #expect(sent.limits.frameMacroblocks == 8160 && sent.limits.macroblocksPerSecond == 244_800)
        #expect(sent.limits.allow(width: 1280, height: 720, frameRate: 30, bitrate: 1_500_000))
        #expect(sent.limits.allow(width: 1920, height: 1080, frameRate: 30))
        #expect(video.maximumSendBitrate == 1_920_000)
        // The answer keeps the spelling of the profile, and the level that was offered.
        #expect(description.media[1].value(of: "fmtp") == "110 profile-level-id=428014;packetization-mode=1")
        // Audio without Opus, and all lines keep their places.
        #expect(lines[0].media?.audioCodec == .g722)
        #expect(description.media.map(\.port) == [4000, 4002, 0, 0, 0])
        #expect(
            lines.dropFirst(2).map { $0 } == [
                .refused(.noLocalStream), .refused(.noLocalStream), .refused(.noLocalStream),
            ])
        #expect(description.media[3].transport == "TCP/BFCP" && description.media[3].formats == ["*"])
    }

    @Test("A Polycom and High: the better profile is taken")
    func polycomHigh() throws {
        let (description, lines) = try answer(SDPFixtures.polycomOffer)
        #expect(lines[1].media?.sentVideo?.profile == .high)
        #expect(description.media[1].value(of: "fmtp") == "111 profile-level-id=640014;packetization-mode=1")
    }

    @Test("A Cisco: the payload type of our profile and mode among many, with a level for each direction")
    func cisco() throws {
        let (description, lines) = try answer(SDPFixtures.ciscoOffer)
        let video = try #require(lines[1].media)
        #expect(video.send.payloadType.rawValue == 99)
        #expect(video.sentVideo?.profile == .high)
        #expect(video.sentVideo?.level == .level4)
        #expect(video.feedback == [.pictureLossIndication, .fullIntraRequest])
        let fmtp = description.media[1].value(of: "fmtp")
        #expect(fmtp == "99 profile-level-id=640028;packetization-mode=1;level-asymmetry-allowed=1")

        let (_, baseline) = try answer(
            SDPFixtures.ciscoOffer, streams: [Room.audio(), Room.video([.baseline], level: .level3point1)])
        let format = try #require(baseline[1].media)
        #expect(format.send.payloadType.rawValue == 126)
        #expect(format.sentVideo?.level == .level2point2)
        #expect(format.receivedVideo?.level == .level3point1)
        #expect(format.sentVideo?.limits.bitsPerSecond == 5_000_000)
        #expect(baseline[3] == .refused(.noLocalStream))
    }

    @Test("A Cisco with slides: a stream for slides takes their line and nothing else does")
    func ciscoSlides() throws {
        var slides = Room.video([.baseline])
        slides.identifier = "slides"
        slides.port = 4004
        slides.content = "slides"
        let (description, lines) = try answer(
            SDPFixtures.ciscoOffer, streams: [Room.audio(), slides, Room.video()])
        #expect(lines[1].media?.identifier == "video")
        #expect(lines[3].media?.identifier == "slides")
        #expect(description.media[3].value(of: "content") == "slides")
        #expect(description.media[2].port == 0)
    }

    @Test("linphone: AVPF, IPv6, Baseline's spelling, RTCP elsewhere, events at the clock of Opus")
    func linphone() throws {
        let (description, lines) = try answer(SDPFixtures.linphoneOffer)
        let audio = try #require(lines[0].media)
        #expect(audio.audioCodec == .opus)
        #expect(audio.telephoneEvent?.clockRate == .opus)
        #expect(audio.telephoneEvent?.sendPayloadType.rawValue == 101)
        if case .audio(_, let wanted) = audio.send.coding { #expect(wanted?.maximumAverageBitrate == 96_000) }
        let video = try #require(lines[1].media)
        #expect(video.sentVideo?.profile == .baseline)
        #expect(video.remote?.address == "2001:db8::17")
        #expect(video.remote?.rtcpPort == 9079 && video.remote?.rtcpAddress == "2001:db8::18")
        #expect(video.feedback == [.pictureLossIndication, .fullIntraRequest])
        #expect(video.maximumSendBitrate == 380_000)
        #expect(description.media[0].transport == "RTP/AVPF")
        #expect(description.media[1].formats == ["97"])
    }

    @Test("A conference connector: parameter sets come out of the offer")
    func conference() throws {
        let (_, lines) = try answer(
            SDPFixtures.conferenceOffer, streams: [Room.audio(), Room.video([.constrainedBaseline])])
        let video = try #require(lines[1].media)
        let sets = try #require(video.receivedVideo?.parameterSets)
        #expect(sets.map(\.count) == [9, 4])
        let sps = try #require(sets.first)
        let parsed = try sps.withUnsafeBytes { try SequenceParameterSet(nalUnit: $0) }
        #expect(parsed.width == 1280 && parsed.height == 720)
        #expect(video.maximumSendBitrate == 1_536_000)
        #expect(lines[0].media?.maximumSendBitrate == 2_048_000)
        #expect(lines[2] == .refused(.notOffered))
    }

    @Test("A browser is refused as a whole while there is no encryption: 488")
    func browser() throws {
        let error = try #require(throws: NegotiationError.self) { try answer(SDPFixtures.browserOffer) }
        #expect(error == .nothingAcceptable([.unsupportedTransport, .unsupportedTransport]))
    }
}
