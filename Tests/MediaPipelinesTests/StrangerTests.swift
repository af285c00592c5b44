import FuzzSupport
import LinuxSystem
import RTCP
import RTP
import Testing

@testable import MediaPipelines

@Suite("Strangers and garbage on a call's ports", .ownThread)
struct StrangerTests {
    @Test("A stranger takes over neither the streams nor the addresses")
    func stranger() throws {
        let pair = try CallPair()
        defer { pair.end() }
        try pair.connect()
        let (first, second) = (pair.first, pair.second)
        let peer = try RawPeer()
        let report = peer.compound { $0.appendReceiverReport(receiver: SSRC(5)) }
        for number in 0..<100 {
            let sound = peer.packet(
                type: 96, sequence: number, timestamp: UInt32(number * 480), ssrc: 5, payload: [0x40, 0x1F])
            peer.send(sound, from: .audio, to: first.address.audio)
            peer.send(report, from: .videoControl, to: first.address.videoControl)
            if number % 10 == 9 { pause(.milliseconds(5)) }
        }
        pause(.milliseconds(50))
        #expect(try peer.take(.audio).isEmpty && peer.take(.videoControl).isEmpty)
        try eventually("both still hear each other") { first.heard == 2000 && second.heard == 1000 }
        #expect(first.session.pipelines.audioReceive?.report.peak != 8000)
    }

    @Test("A stranger who knows the stream's source and its numbers neither silences nor diverts it")
    func informed() throws {
        let party = try CallParty(level: 1000)
        defer { party.end() }
        let farEnd = try RawPeer()
        let stranger = try RawPeer(at: RawPeer.elsewhere)
        try party.apply(to: farEnd)
        let target = party.address
        let goodbye = stranger.compound {
            $0.appendReceiverReport(receiver: SSRC(7)) && $0.appendGoodbye(source: SSRC(7))
        }
        var number = 0
        func speak() {
            farEnd.send(
                farEnd.packet(
                    type: 96, sequence: number, timestamp: UInt32(number * 480), ssrc: 7, payload: level(2000)),
                from: .audio, to: target.audio)
            number += 1
        }
        try eventually("the far end is heard") {
            speak()
            pause(.milliseconds(10))
            return number > 40 && party.heard == 2000
        }
        var levels: [Int] = []
        for round in 0..<110 {
            speak()
            // Whoever carries a stream's numbers forward makes each true packet one that comes late.
            stranger.send(
                stranger.packet(
                    type: 96, sequence: number + 600, timestamp: UInt32((number + 600) * 480), ssrc: 7,
                    payload: level(8000)),
                from: .audio, to: target.audio)
            stranger.send(goodbye, from: .audioControl, to: target.audioControl)
            if round > 20 { levels.append(party.heard) }
            pause(.milliseconds(10))
        }
        #expect(levels.count { $0 == 2000 } > levels.count * 8 / 10, "heard: \(levels)")
        #expect(!levels.contains(8000))
        #expect(try stranger.take(.audio).isEmpty && stranger.take(.audioControl).isEmpty)
        #expect(!party.log.all.contains { if case .remoteGoodbye = $0 { true } else { false } })
    }

    @Test("Garbage from elsewhere on all ports neither stops the call nor changes it")
    func garbageFromElsewhere() throws {
        let pair = try CallPair()
        defer { pair.end() }
        try pair.connect()
        let (first, second) = (pair.first, pair.second)
        let peer = try RawPeer()
        let source = try #require(second.session.pipelines.audioSend?.stream.ssrc)
        sendGarbage(6000, of: source, from: peer, to: first)
        let decoded = first.decoder.now.decoded.count
        try eventually("both still hear and see each other") {
            first.heard == 2000 && second.heard == 1000 && first.decoder.now.decoded.count > decoded
        }
        try eventually("strangers are counted") {
            first.session.pipelines.network.map { $0.audioReport.strangers > 100 } == true
        }
    }

    @Test("After garbage from the far end itself its sound and its pictures are taken again")
    func garbageFromFarEnd() throws {
        let party = try CallParty(level: 1000)
        defer { party.end() }
        let peer = try RawPeer()
        try party.apply(to: peer)
        sendGarbage(6000, of: SSRC(7), from: peer, to: party)
        let target = party.address
        let key = FakeUnit()
        key.fill(number: 0, luma: 100, isKeyFrame: true, byteCount: 40)
        var number = 0
        let decoded = party.decoder.now.decoded.count
        try eventually("the far end is heard and seen") {
            number += 1
            peer.send(
                peer.packet(
                    type: 96, sequence: 40_000 + number, timestamp: UInt32(number * 480), ssrc: 7,
                    payload: level(2000)),
                from: .audio, to: target.audio)
            peer.send(
                peer.packet(
                    type: 97, sequence: 40_000 + number, timestamp: UInt32(number * 900), ssrc: 8,
                    payload: Array(key.bytes.dropFirst(FakeUnit.parameterSets.count + 4))),
                from: .video, to: target.video)
            pause(.milliseconds(10))
            return party.heard == 2000 && party.decoder.now.decoded.count > decoded
        }
    }

    /// Mutations of what a far end with the source number `source` might send, on all four ports.
    private func sendGarbage(_ count: Int, of source: SSRC, from peer: RawPeer, to party: CallParty) {
        var fuzzer = MutationFuzzer(
            corpus: [
                peer.compound {
                    $0.append(
                        SenderReport(
                            sender: source, ntpTimestamp: NTPTimestamp(rawValue: .max), rtpTimestamp: RTPTimestamp(1),
                            packetCount: 1, octetCount: 1))
                        && $0.appendSourceDescription(source: source, canonicalName: "x")
                },
                peer.compound {
                    $0.appendReceiverReport(receiver: source)
                        && $0.append(FullIntraRequest.Entry(mediaSource: source, commandNumber: 1), sender: source)
                },
                peer.packet(type: 96, sequence: 3, timestamp: 77, ssrc: source.rawValue, payload: [1, 2]),
                peer.packet(type: 97, sequence: 3, timestamp: 77, ssrc: 9, payload: [0x7C, 0x85, 1, 2, 3]),
                peer.packet(type: 101, sequence: 3, timestamp: 77, ssrc: 9, payload: [5, 0x80, 1, 2]),
            ], seed: 3)
        let target = party.address
        for number in 0..<count {
            let bytes = fuzzer.mutate()
            switch number % 4 {
            case 0: peer.send(bytes, from: .audio, to: target.audio)
            case 1: peer.send(bytes, from: .audioControl, to: target.audioControl)
            case 2: peer.send(bytes, from: .video, to: target.video)
            default: peer.send(bytes, from: .videoControl, to: target.videoControl)
            }
            if number % 500 == 0 { pause(.milliseconds(5)) }
        }
    }

    private func level(_ sample: Int16) -> [UInt8] { withUnsafeBytes(of: sample) { Array($0) } }
}
