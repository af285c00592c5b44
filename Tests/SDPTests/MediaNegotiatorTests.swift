import FuzzSupport
import H264Bitstream
import RTP
import RTPPayload
import SDP
import Testing

struct MediaNegotiatorTests {
    private let streams = [Room.audio(), Room.video()]

    @Test("Our offer names every codec, High and Constrained Baseline, and how to ask for key frames")
    func offer() throws {
        var negotiator = Room.negotiator()
        let offer = try SessionDescription(parsing: negotiator.makeOffer(streams).text)
        #expect(
            offer.text
                == """
                v=0
                o=- 1000 1000 IN IP4 192.0.2.1
                s=-
                c=IN IP4 192.0.2.1
                t=0 0
                m=audio 4000 RTP/AVP 111 9 0 8 110 101
                a=rtpmap:111 opus/48000/2
                a=fmtp:111 minptime=10;useinbandfec=1
                a=rtpmap:9 G722/8000
                a=rtpmap:0 PCMU/8000
                a=rtpmap:8 PCMA/8000
                a=rtpmap:110 telephone-event/48000
                a=fmtp:110 0-15
                a=rtpmap:101 telephone-event/8000
                a=fmtp:101 0-15
                a=ptime:20
                a=sendrecv
                a=rtcp-mux
                a=rtcp-rsize
                m=video 4002 RTP/AVP 96 97 98
                b=AS:2100
                b=TIAS:2000000
                a=rtpmap:96 H264/90000
                a=fmtp:96 profile-level-id=640028;packetization-mode=1;level-asymmetry-allowed=1
                a=rtpmap:97 H264/90000
                a=fmtp:97 profile-level-id=42e028;packetization-mode=1;level-asymmetry-allowed=1
                a=rtpmap:98 H264/90000
                a=fmtp:98 profile-level-id=42e028;packetization-mode=0;level-asymmetry-allowed=1
                a=sendrecv
                a=rtcp-mux
                a=rtcp-rsize
                a=rtcp-fb:* nack pli
                a=rtcp-fb:* ccm fir

                """.replacing("\n", with: "\r\n"))
    }

    @Test("Two rooms agree on the best of everything, in both directions")
    func twoRooms() throws {
        var caller = Room.negotiator()
        var callee = MediaNegotiator(sessionIdentifier: 5, address: "2001:db8::5")
        let (answer, calleeLines) = try callee.answer(to: caller.makeOffer(streams), streams: streams)
        let callerLines = try caller.interpretAnswer(SessionDescription(parsing: answer.text))
        for lines in [callerLines, calleeLines] {
            let audio = try #require(lines[0].media)
            #expect(audio.audioCodec == .opus && audio.direction == .sendReceive)
            #expect(audio.telephoneEvent?.clockRate == .opus)
            #expect(audio.telephoneEvent?.sendPayloadType.rawValue == 110)
            #expect(audio.multiplexesRTCP && audio.allowsReducedSizeRTCP)
            #expect(audio.remote?.rtcpPort == audio.remote?.rtpPort)
            let video = try #require(lines[1].media)
            #expect(video.sentVideo?.profile == .high && video.sentVideo?.level == .level4)
            #expect(video.send.payloadType.rawValue == 96 && video.receive.first?.payloadType.rawValue == 96)
            #expect(video.feedback == [.pictureLossIndication, .fullIntraRequest])
            #expect(video.maximumSendBitrate == 2_000_000)
        }
        #expect(callerLines[0].media?.remote?.address == "2001:db8::5")
        #expect(answer.text.contains("c=IN IP6 2001:db8::5\r\n"))
    }

    @Test("baresip's answer: Constrained Baseline with fragments, and every codec that it may send is known")
    func baresipAnswer() throws {
        var negotiator = Room.negotiator()
        _ = negotiator.makeOffer(streams)
        let lines = try negotiator.interpretAnswer(SessionDescription(parsing: SDPFixtures.baresipAnswer))
        let audio = try #require(lines[0].media)
        #expect(audio.audioCodec == .opus)
        #expect(audio.receive.map(\.payloadType.rawValue) == [111, 0, 8])
        #expect(audio.telephoneEvent?.clockRate == .narrowband)
        #expect(audio.remote?.rtcpPort == 20005 && !audio.multiplexesRTCP)
        let video = try #require(lines[1].media)
        #expect(video.send.payloadType.rawValue == 97)
        #expect(video.sentVideo?.profile == .constrainedBaseline)
        #expect(video.sentVideo?.packetizationMode == .nonInterleaved)
        #expect(video.sentVideo?.level == .level3point1 && video.receivedVideo?.level == .level3point1)
        #expect(video.receive.map(\.payloadType.rawValue) == [97, 98])
    }

    private func interpretVideo(_ line: String) throws -> NegotiatedLine {
        var negotiator = Room.negotiator()
        _ = negotiator.makeOffer(streams)
        let answer = try Room.offer(audio: "m=audio 6002 RTP/AVP 0\n", video: line)
        return try negotiator.interpretAnswer(answer)[1]
    }

    @Test("An answer with a payload type of its own: we send its number and receive ours")
    func ownNumbers() throws {
        let video = try #require(
            interpretVideo(Room.h264("profile-level-id=42e01f;packetization-mode=1")).media)
        #expect(video.send.payloadType.rawValue == 99)
        #expect(video.receive.map(\.payloadType.rawValue) == [97])
    }

    @Test("An answer that forgot the packetization mode is known by its number, and gets single NAL units")
    func forgottenMode() throws {
        let line = "m=video 6000 RTP/AVP 97\na=rtpmap:97 H264/90000\na=fmtp:97 profile-level-id=42e01f\n"
        let video = try #require(interpretVideo(line).media)
        #expect(video.sentVideo?.packetizationMode == .singleNALUnit)
        #expect(video.receive.map(\.payloadType.rawValue) == [97])
    }

    @Test("An answer with another profile gets Constrained Baseline, which every decoder knows")
    func otherProfile() throws {
        let line =
            "m=video 6000 RTP/AVP 96\na=rtpmap:96 H264/90000\n"
            + "a=fmtp:96 profile-level-id=42801f;packetization-mode=1\n"
        let video = try #require(interpretVideo(line).media)
        #expect(video.sentVideo?.profile == .constrainedBaseline)
        #expect(video.receive.map(\.payloadType.rawValue) == [96])
    }

    @Test("An answer with a codec that was not offered is refused")
    func notOffered() throws {
        let line = try interpretVideo("m=video 6000 RTP/AVP 120\na=rtpmap:120 VP8/90000\n")
        #expect(line == .refused(.noCommonCodec))
        #expect(try interpretVideo("m=video 0 RTP/AVP 96\n") == .refused(.refusedByPeer))
        #expect(try interpretVideo("") == .refused(.refusedByPeer))
    }

    @Test("An answer that does not fit its offer is an error")
    func unfittingAnswer() throws {
        var negotiator = Room.negotiator()
        #expect(throws: NegotiationError.noOffer) {
            try negotiator.interpretAnswer(Room.offer(audio: "m=audio 6002 RTP/AVP 0\n"))
        }
        _ = negotiator.makeOffer(streams)
        #expect(throws: NegotiationError.answerDoesNotFit(line: 0)) {
            try negotiator.interpretAnswer(Room.offer(video: Room.h264("profile-level-id=42e01f")))
        }
        #expect(throws: NegotiationError.answerDoesNotFit(line: 2)) {
            try negotiator.interpretAnswer(
                Room.offer(audio: String(repeating: "m=audio 6002 RTP/AVP 0\n", count: 3)))
        }
        #expect(throws: NegotiationError.nothingAcceptable([.refusedByPeer, .refusedByPeer])) {
            try negotiator.interpretAnswer(Room.offer(audio: "m=audio 0 RTP/AVP 0\n"))
        }
        // The offer still stands: a later answer is taken.
        let lines = try negotiator.interpretAnswer(Room.offer(audio: "m=audio 6002 RTP/AVP 8\n"))
        #expect(lines[0].media?.audioCodec == .pcma)
    }

    @Test("An offer without a common codec ends in an error for a 488, and changes nothing")
    func noCommonCodec() throws {
        var negotiator = Room.negotiator()
        let offer = try Room.offer(audio: "m=audio 6002 RTP/AVP 18\n", video: "m=video 6004 RTP/AVP 34\n")
        #expect(throws: NegotiationError.nothingAcceptable([.noCommonCodec, .noCommonCodec])) {
            try negotiator.answer(to: offer, streams: streams)
        }
        #expect(negotiator.localDescription == nil)
    }

    private static let directions: [(MediaDirection, String, String, MediaDirection)] = [
        // our wish, offered, address -> what we do
        (.sendReceive, "sendrecv", "192.0.2.7", .sendReceive),
        (.sendReceive, "sendonly", "192.0.2.7", .receiveOnly),
        (.sendReceive, "recvonly", "192.0.2.7", .sendOnly),
        (.sendReceive, "inactive", "192.0.2.7", .inactive),
        (.sendOnly, "sendrecv", "192.0.2.7", .sendOnly),
        (.sendOnly, "sendonly", "192.0.2.7", .inactive),
        (.inactive, "sendrecv", "192.0.2.7", .inactive),
        (.sendReceive, "sendrecv", "0.0.0.0", .receiveOnly),
        (.sendReceive, "inactive", "0.0.0.0", .inactive),
    ]

    @Test("Hold and resume, as answerer and as offerer", arguments: directions)
    func hold(wish: MediaDirection, stated: String, address: String, expected: MediaDirection) throws {
        var stream = Room.audio()
        stream.direction = wish
        let peer = try Room.offer(audio: "m=audio 6002 RTP/AVP 0\nc=IN IP4 \(address)\na=\(stated)\n")
        var answering = Room.negotiator()
        let (description, lines) = try answering.answer(to: peer, streams: [stream])
        #expect(lines[0].media?.direction == expected)
        #expect(description.media[0].ownDirection == expected)
        #expect((lines[0].media?.remote == nil) == (address == "0.0.0.0"))

        var offering = Room.negotiator()
        _ = offering.makeOffer([stream])
        #expect(try offering.interpretAnswer(peer)[0].media?.direction == expected)
    }

    @Test("The version grows with each change and with nothing else")
    func version() throws {
        var negotiator = Room.negotiator()
        #expect(negotiator.makeOffer(streams).origin.version == "1000")
        #expect(negotiator.makeOffer(streams).origin.version == "1000")
        var held = streams
        held[0].direction = .sendOnly
        #expect(negotiator.makeOffer(held).origin.version == "1001")
        negotiator.address = "192.0.2.99"
        #expect(negotiator.makeOffer(held).origin.version == "1002")
        negotiator.withdrawOffer()
        let (answer, _) = try negotiator.answer(
            to: Room.offer(audio: "m=audio 6002 RTP/AVP 0\n"), streams: held)
        #expect(answer.origin.version == "1003")
        #expect(answer.origin.sessionIdentifier == "1000")
    }

    @Test("A later offer of ours keeps lines and payload types of the peer's first offer")
    func reOffer() throws {
        var negotiator = Room.negotiator()
        _ = try negotiator.answer(to: SessionDescription(parsing: SDPFixtures.polycomOffer), streams: streams)
        let offer = negotiator.makeOffer(streams)
        #expect(offer.media.map(\.port) == [4000, 4002, 0, 0, 0])
        #expect(offer.media.map(\.kind.rawValue) == ["audio", "video", "video", "application", "application"])
        let video = offer.media[1]
        let high = try #require(PayloadType(rawValue: 111))
        #expect(FormatTable(video).parameters(of: high)["profile-level-id"] == "640028")
        #expect(Set(video.formats).count == video.formats.count)
        // A new stream gets a new line at the end.
        var slides = Room.video()
        slides.identifier = "slides"
        slides.content = "slides"
        slides.port = 4004
        let more = negotiator.makeOffer(streams + [slides])
        #expect(more.media.map(\.port) == [4000, 4002, 0, 0, 0, 4004])
        #expect(more.media[5].contents == ["slides"])
    }

    @Test("A stream that ends keeps its line with port 0, and may come back")
    func endedStream() throws {
        var negotiator = Room.negotiator()
        _ = negotiator.makeOffer(streams)
        let without = negotiator.makeOffer([streams[0]])
        #expect(without.media.map(\.port) == [4000, 0])
        #expect(without.media[1].kind == .video && !without.media[1].formats.isEmpty)
        let lines = try negotiator.interpretAnswer(
            Room.offer(audio: "m=audio 6002 RTP/AVP 0\n", video: "m=video 0 RTP/AVP 96\n"))
        #expect(lines[1] == .refused(.notOffered))
        let again = negotiator.makeOffer(streams)
        #expect(again.media.map(\.port) == [4000, 4002])
        #expect(again.media[1].formats == ["96", "97", "98"])
    }

    @Test("A stream that the peer ended comes again on the line that it had, with its payload type")
    func endedByPeer() throws {
        let audio = "m=audio 6002 RTP/AVP 0\n"
        var negotiator = Room.negotiator()
        let both = try Room.offer(
            audio: audio, video: Room.h264("profile-level-id=42e01f;packetization-mode=1"))
        _ = try negotiator.answer(to: both, streams: streams)
        let ended = try Room.offer(audio: audio, video: "m=video 0 RTP/AVP 99\n")
        _ = try negotiator.answer(to: ended, streams: streams)
        #expect(negotiator.makeOffer([streams[0]]).media.map(\.port) == [4000, 0])
        let again = negotiator.makeOffer(streams)
        #expect(again.media.map(\.port) == [4000, 4002])
        #expect(again.media[1].formats.contains("99"))
    }

    @Test("A re-offer of the peer finds the same streams on the same lines")
    func peerReOffer() throws {
        var negotiator = Room.negotiator()
        let first = try SessionDescription(parsing: SDPFixtures.baresipOffer)
        let (before, _) = try negotiator.answer(to: first, streams: streams)
        let (same, _) = try negotiator.answer(to: first, streams: streams)
        #expect(same == before)
        var held = first
        for index in held.media.indices {
            held.media[index].attributes.removeAll { $0.name == "sendrecv" }
            held.media[index].add("sendonly")
        }
        let (after, lines) = try negotiator.answer(to: held, streams: streams)
        #expect(lines.map { $0.media?.identifier } == ["audio", "video"])
        #expect(lines.map { $0.media?.direction } == [.receiveOnly, .receiveOnly])
        #expect(after.origin.version != before.origin.version)
    }

    @Test("A line without any address is refused alone")
    func noAddress() throws {
        let text = "v=0\no=- 1 1 IN IP4 h\ns=-\nt=0 0\nm=audio 1 RTP/AVP 0\nm=audio 3 RTP/AVP 0\nc=IN IP4 192.0.2.9\n"
        var second = Room.audio()
        second.identifier = "second"
        var negotiator = Room.negotiator()
        let (_, lines) = try negotiator.answer(
            to: SessionDescription(parsing: text), streams: [Room.audio(), second])
        #expect(lines[0] == .refused(.noAddress))
        #expect(lines[1].media?.remote?.address == "192.0.2.9")
    }

    @Test("Packets get the length that the peer likes, as far as the codec has it")
    func packetTime() throws {
        for (attributes, opus, pcmu) in [
            ("a=ptime:30\n", 20, 30), ("a=maxptime:10\n", 10, 10), ("a=ptime:5\n", 10, 10), ("a=ptime:200\n", 60, 60),
            ("", 20, 20),
        ] {
            for (type, expected) in [("111", opus), ("0", pcmu)] {
                var negotiator = Room.negotiator()
                let offer = try Room.offer(
                    audio: "m=audio 6002 RTP/AVP \(type)\na=rtpmap:111 opus/48000/2\n" + attributes)
                #expect(try negotiator.answer(to: offer, streams: streams).lines[0].media?.packetTime == expected)
            }
        }
    }

    @Test("RTCP on another local port is told")
    func localRTCPPort() throws {
        var stream = Room.audio()
        stream.rtcpPort = 4999
        stream.multiplexesRTCP = false
        var negotiator = Room.negotiator()
        let line = negotiator.makeOffer([stream]).media[0]
        #expect(line.rtcp?.port == 4999 && !line.multiplexesRTCP)
    }

    @Test("A line of thousands of formats costs one pass")
    func manyFormats() throws {
        let formats = String(repeating: " 96 97", count: 2_500)
        let maps = String(repeating: "a=rtpmap:97 x/1\na=fmtp:96 a=1\n", count: 1_000)
        let offer = try Room.offer(audio: "m=audio 6002 RTP/AVP\(formats) 0\n\(maps)")
        var negotiator = Room.negotiator()
        let (description, lines) = try negotiator.answer(to: offer, streams: streams)
        #expect(lines[0].media?.audioCodec == .pcmu)
        #expect(description.text.utf8.count < 500)
    }

    @Test("Any offer and any answer end in an agreement or an error")
    func fuzz() {
        var fuzzer = MutationFuzzer(corpus: SDPFixtures.corpus, interesting: SDPFixtures.interesting, seed: 3264)
        var agreed = 0
        fuzzer.run(count: 3_000) { raw in
            guard let peer = try? SessionDescription(parsing: raw) else { return }
            var answering = Room.negotiator()
            if let (description, lines) = try? answering.answer(to: peer, streams: streams) {
                agreed += 1
                if lines.count != peer.media.count || description.media.count != peer.media.count {
                    Issue.record("\(description.text)")
                }
                if (try? SessionDescription(parsing: description.text)) == nil { Issue.record("\(description.text)") }
                _ = answering.makeOffer(streams)
                _ = try? answering.interpretAnswer(peer)
            }
            var offering = Room.negotiator()
            _ = offering.makeOffer(streams)
            if (try? offering.interpretAnswer(peer)) != nil { agreed += 1 }
        }
        #expect(agreed > 1_000)
    }
}
