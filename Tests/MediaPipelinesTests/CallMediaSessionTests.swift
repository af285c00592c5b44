import LinuxSystem
import MediaTypes
import RTCP
import RTP
import RTPPayload
import RealtimeSupport
import Testing

@testable import MediaPipelines

@Suite("Media of a call", .ownThread)
struct CallMediaSessionTests {
    @Test("Two sessions see and hear each other, and know the round trip")
    func both() throws {
        let pair = try CallPair()
        defer { pair.end() }
        try pair.connect()
        let (first, second) = (pair.first, pair.second)
        try eventually("both see each other") {
            first.decoder.now.decoded.count > 10 && second.decoder.now.decoded.count > 10
        }
        try eventually("lip sync is known") {
            first.session.pipelines.videoReceive?.statistics.lipSyncSkew != nil
        }
        try eventually("the round trip is known") {
            guard let network = first.session.pipelines.network else { return false }
            return network.audioFarEnd.load().roundTripNanoseconds >= 0
                && network.videoFarEnd.load().roundTripNanoseconds >= 0 && network.videoReport.isKnown
        }
        let report = try #require(first.session.pipelines.network?.videoFarEnd.load())
        #expect(report.roundTripNanoseconds < 300_000_000 && report.fractionLost == 0)
        #expect(first.log.all.contains { if case .firstAudioPacketReceived = $0 { true } else { false } })
        #expect(first.session.pipelines.audioReceive?.report.latePackets == 0)
    }

    @Test(
        "The first sender report leaves at once, and a goodbye at the end; loss reports and requests are obeyed")
    func reports() throws {
        let party = try CallParty(level: 1000)
        defer { party.end() }
        let peer = try RawPeer()
        // What is measured begins when media flows, not when the devices open.
        try eventually("the devices run") {
            party.camera.statistics.frames.value > 2 && party.microphone.statistics.blocks.value > 2
        }
        let start = MonotonicTime.now
        try party.apply(to: peer)
        var audio: [[UInt8]] = []
        var video: [[UInt8]] = []
        try eventually("both reports come") {
            audio += (try? peer.take(.audioControl)) ?? []
            video += (try? peer.take(.videoControl)) ?? []
            return !audio.isEmpty && !video.isEmpty
        }
        #expect(MonotonicTime.now - start < 400_000_000)
        #expect(words(ofControl: audio[0]) == ["SR", "SDES"] && words(ofControl: video[0]) == ["SR", "SDES"])

        let stream = try #require(party.session.pipelines.videoSend?.stream)
        let target = party.address.videoControl
        try eventually("a first picture is encoded") { party.encoder.now.submitted > 0 }
        let forced = party.encoder.now.forced
        let loss = peer.compound {
            $0.appendReceiverReport(receiver: SSRC(5))
                && $0.append(PictureLossIndication(sender: SSRC(5), mediaSource: stream.ssrc))
        }
        peer.send(loss, from: .videoControl, to: target)
        try eventually("a key frame is made") { party.encoder.now.forced == forced + 1 }
        let command = peer.compound {
            $0.appendReceiverReport(receiver: SSRC(5))
                && $0.append(FullIntraRequest.Entry(mediaSource: stream.ssrc, commandNumber: 9), sender: SSRC(5))
        }
        // The same command again is no other command.
        for _ in 0..<3 { peer.send(command, from: .videoControl, to: target) }
        try eventually("a key frame is made") { party.encoder.now.forced >= forced + 2 }
        pause(.milliseconds(250))
        peer.send(command, from: .videoControl, to: target)
        pause(.milliseconds(150))
        // One more may be the one that is repeated after 1.2 s.
        #expect(party.encoder.now.forced <= forced + 3)

        party.session.stop()
        let last = try peer.take(.videoControl) + peer.take(.audioControl)
        #expect(last.count { words(ofControl: $0).contains("BYE") } == 2)
    }

    @Test("A wrong address in the answer does not matter once the far end's packets come (symmetric RTP)")
    func symmetric() throws {
        let pair = try CallPair()
        defer { pair.end() }
        let (first, second) = (pair.first, pair.second)
        let nowhere = CallParty.local.with(port: 9)
        try first.apply(audio: nowhere, audioControl: nowhere, video: nowhere, videoControl: nowhere)
        try second.apply(to: first)
        try eventually("both hear each other") { first.heard == 2000 && second.heard == 1000 }
        try eventually("both see each other") {
            !first.decoder.now.decoded.isEmpty && !second.decoder.now.decoded.isEmpty
        }
        try eventually("reports find their way") {
            first.session.pipelines.network.map { $0.videoFarEnd.load().isKnown } == true
                && second.session.pipelines.network.map { $0.videoFarEnd.load().isKnown } == true
        }
    }

    @Test("Hold and resume leave the streams as they are")
    func hold() throws {
        let pair = try CallPair()
        defer { pair.end() }
        try pair.connect()
        let (first, second) = (pair.first, pair.second)
        let before = first.session.pipelines
        try first.apply(to: second) { sound, pictures in
            sound.address.sends = false
            pictures.address.sends = false
        }
        try eventually("the second hears nothing") { second.heard == 0 }
        let counts = first.session.pipelines.videoSend?.stream.counts.packets
        pause(.milliseconds(100))
        #expect(first.session.pipelines.videoSend?.stream.counts.packets == counts)
        let decoded = second.decoder.now.decoded.count
        try first.apply(to: second)
        try eventually("the second hears and sees again") {
            second.heard == 1000 && second.decoder.now.decoded.count > decoded + 3
        }
        #expect(first.session.pipelines.videoSend === before.videoSend)
        #expect(first.session.pipelines.network === before.network)
        #expect(first.encoder.now.opened.count == 1 && second.decoder.now.opened == 1)
    }

    @Test("Another codec brings new pipelines, with the source going on, and no goodbye")
    func codecChange() throws {
        let pair = try CallPair()
        defer { pair.end() }
        try pair.connect()
        let (first, second) = (pair.first, pair.second)
        let before = first.session.pipelines
        let change: (inout AudioStreamPlan, inout VideoStreamPlan) -> Void = { sound, _ in
            sound.codec = LevelCodec.choice("narrow", clockRate: .narrowband)
            sound.sendPayloadType = .pcma
            sound.receivePayloadTypes = [.pcma]
        }
        try first.apply(to: second, change: change)
        try second.apply(to: first, change: change)
        let decoded = second.decoder.now.decoded.count
        try eventually("both hear and see each other again") {
            first.session.pipelines.audioReceive.map { $0.report.peak == 2000 } == true
                && second.session.pipelines.audioReceive.map { $0.report.peak == 1000 } == true
                && second.decoder.now.decoded.count > decoded + 3
        }
        #expect(first.session.pipelines.videoSend !== before.videoSend)
        #expect(first.session.pipelines.videoSend?.stream.ssrc == before.videoSend?.stream.ssrc)
        #expect(first.session.pipelines.audioSend?.stream.ssrc != before.audioSend?.stream.ssrc)
        #expect(!second.log.all.contains { if case .remoteGoodbye = $0 { true } else { false } })
    }

    @Test("The bitrate changes without new pipelines")
    func bitrate() throws {
        let party = try CallParty(level: 1)
        defer { party.end() }
        let peer = try RawPeer()
        func apply(_ bitrate: Int) throws {
            try party.apply(to: peer) { $1.send.bitrate = BitsPerSecond(bitrate) }
        }
        try apply(500_000)
        try eventually("a picture is encoded") { party.encoder.now.submitted > 0 }
        try apply(250_000)
        try eventually("the encoder hears of it") { party.encoder.now.bitrates == [250_000] }
        #expect(party.encoder.now.opened.count == 1)
    }

    @Test("A key that was pressed arrives once, and costs no sound")
    func keys() throws {
        let pair = try CallPair()
        defer { pair.end() }
        try pair.connect()
        let (first, second) = (pair.first, pair.second)
        #expect(first.session.pipelines.audioSend?.sendKey("7") == true)
        #expect(first.session.pipelines.audioSend?.sendKey("#") == true)
        let keys = { second.log.all.compactMap { if case .remoteKey(let key) = $0 { key } else { Character?.none } } }
        try eventually("both keys come") { keys().count == 2 }
        try eventually("sound comes again") { second.heard == 1000 }
        #expect(keys() == ["7", "#"])
        #expect(second.session.pipelines.network?.audioReport.malformed == 0)
    }

    @Test("A key's duration is in the clock that was agreed on for events")
    func keyClock() throws {
        let party = try CallParty(level: 1)
        defer { party.end() }
        let peer = try RawPeer()
        try party.apply(to: peer) { sound, _ in sound.telephoneEventClock = .narrowband }
        #expect(party.session.pipelines.audioSend?.sendKey("5") == true)
        var end: TelephoneEventPayload?
        try eventually("the key's end comes") {
            for datagram in try peer.take(.audio) {
                datagram.withUnsafeBytes { bytes in
                    guard let view = RTPPacketView(parsing: bytes), view.header.payloadType.rawValue == 101,
                        let event = TelephoneEventPayload(parsing: view.payload(in: bytes)), event.isEnd
                    else { return }
                    end = event
                }
            }
            return end != nil
        }
        // 160 ms at 8 kHz.
        #expect(end?.duration == 1280)
    }

    @Test("The far end may send each codec that it answered with, and change between them")
    func alternatives() throws {
        let party = try CallParty(level: 1)
        defer { party.end() }
        let peer = try RawPeer()
        try party.apply(to: peer) { sound, _ in
            let double = LevelCodec.choice("double", gain: 2)
            sound.alternatives = [AlternativeAudioCodec(payloadType: PayloadType(headerByte: 98), codec: double)]
        }
        let target = party.address.audio
        let level = withUnsafeBytes(of: Int16(1000)) { Array($0) }
        let steps: [(type: UInt8, heard: Int)] = [(98, 2000), (96, 1000), (98, 2000)]
        var number = 0
        for step in steps {
            try eventually("its sound is heard") {
                let packet = peer.packet(
                    type: step.type, sequence: number, timestamp: UInt32(number * 480), ssrc: 7, payload: level)
                peer.send(packet, from: .audio, to: target)
                number += 1
                pause(.milliseconds(10))
                return party.heard == step.heard
            }
        }
    }

    private static func isTimeout(_ event: MediaEvent) -> Bool {
        if case .mediaTimeout = event { true } else { false }
    }

    @Test("Silence from the far end is told, once")
    func timeout() throws {
        let party = try CallParty(level: 1, mediaTimeout: .milliseconds(200))
        defer { party.end() }
        let peer = try RawPeer()
        try party.apply(to: peer)
        try eventually("it is told") { party.log.all.contains(where: Self.isTimeout) }
        pause(.milliseconds(600))
        #expect(party.log.all.count(where: Self.isTimeout) == 1)
    }

    @Test("A far end that holds the call may be silent, whatever it says that it sends; afterwards it may not")
    func heldTimeout() throws {
        let party = try CallParty(level: 1, mediaTimeout: .milliseconds(400))
        defer { party.end() }
        let peer = try RawPeer()
        // It offered "sendonly" for both.
        try party.apply(to: peer) { sound, pictures in
            sound.address.sends = false
            pictures.address.sends = false
        }
        pause(.milliseconds(1200))
        #expect(!party.log.all.contains(where: Self.isTimeout))
        try party.apply(to: peer)
        try eventually("it is told") { party.log.all.contains(where: Self.isTimeout) }
    }

    @Test("A far end that has no sound to send is there as long as its reports come, and no longer")
    func reportsOfLife() throws {
        let party = try CallParty(level: 1, mediaTimeout: .milliseconds(500))
        defer { party.end() }
        let peer = try RawPeer()
        let report = peer.compound { $0.appendReceiverReport(receiver: SSRC(5)) }
        try party.apply(to: peer)
        for _ in 0..<100 {
            peer.send(report, from: .audioControl, to: party.address.audioControl)
            pause(.milliseconds(15))
        }
        #expect(!party.log.all.contains(where: Self.isTimeout))
        try eventually("their end is told") { party.log.all.contains(where: Self.isTimeout) }
    }

    @Test("After the end nothing of the call is left: no thread, no socket, no codec")
    func end() throws {
        let party = try CallParty(level: 1000)
        defer { party.end() }
        let peer = try RawPeer()
        weak var send: VideoSendPipeline?
        weak var receive: VideoReceivePipeline?
        weak var network: CallNetworkLoop?
        weak var sound: AudioSendPipeline?
        weak var listen: AudioReceivePipeline?
        for _ in 0..<3 {
            try party.apply(to: peer)
            send = party.session.pipelines.videoSend
            receive = party.session.pipelines.videoReceive
            network = party.session.pipelines.network
            sound = party.session.pipelines.audioSend
            listen = party.session.pipelines.audioReceive
            try eventually("pictures are sent") { party.encoder.now.submitted > 0 }
            let start = MonotonicTime.now
            party.session.stop()
            #expect(MonotonicTime.now - start < 400_000_000)
            try eventually("all of it is gone") {
                send == nil && receive == nil && network == nil && sound == nil && listen == nil
            }
            #expect(party.encoder.now.closed == party.encoder.now.opened.count)
            #expect(party.decoder.now.closed == party.decoder.now.opened)
            party.encoder.set { $0.submitted = 0 }
        }
    }

    @Test("Media that cannot be set up leaves nothing running")
    func cannotBeSetUp() throws {
        let party = try CallParty(level: 1)
        defer { party.end() }
        let peer = try RawPeer()
        #expect(throws: MediaSetupError.self) {
            try party.apply(to: peer) { sound, _ in
                sound.codec = AudioCodecChoice(
                    name: "none", clockRate: .opus,
                    makeEncoder: { _ throws(DeviceError) in
                        throw DeviceError(.unsupported, device: "encoder none", detail: "there is none")
                    },
                    makeDecoder: { () throws(DeviceError) in
                        throw DeviceError(.unsupported, device: "decoder none", detail: "there is none")
                    })
            }
        }
        #expect(party.session.pipelines.network == nil && party.session.pipelines.videoSend == nil)
    }
}
