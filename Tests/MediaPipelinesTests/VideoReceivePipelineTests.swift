import FuzzSupport
import LinuxSystem
import MediaTypes
import RTCP
import RTP
import RealtimeSupport
import Testing

@testable import MediaPipelines

@Suite("Pictures from the network", .ownThread)
struct VideoReceivePipelineTests {
    @Test(
        "Pictures whose packets come in order or overtake each other are all decoded, in order",
        arguments: [false, true])
    func all(_ isAsync: Bool) throws {
        let script = DecoderScript(isAsync: isAsync)
        let stage = try VideoReceiveStage([script])
        defer { stage.pipeline.stop() }
        var random = SplitMix64(seed: 8)
        var late: [[UInt8]] = []
        var shown: [UInt64] = []
        for number in 0..<60 {
            var packets = stage.packets(isKeyFrame: number == 0)
            #expect(packets.count >= 3)
            // One packet of some pictures comes after the first one of the next picture.
            let first = packets.removeFirst()
            stage.receive([first])
            stage.receive(late)
            late = Bool.random(using: &random) && number < 59 ? [packets.removeLast()] : []
            packets.shuffle(using: &random)
            stage.receive(packets)
            try eventually("the decoder keeps up") { stage.pipeline.depth < 3 }
            shown += stage.shown()
        }
        try eventually("all are decoded") { script.now.decoded.count == 60 }
        #expect(script.now.decoded == Array(0..<60))
        try eventually("all are shown") {
            shown += stage.shown()
            return shown.count == 60
        }
        #expect(shown == Array(0..<60))
        #expect(stage.asked.isEmpty && stage.pipeline.statistics.damagedUnits.value == 0)
        #expect(stage.pipeline.statistics.pictureSize == (64, 36))
        #expect(stage.pipeline.statistics.receivedToDecoded.summary().count == 60)
    }

    @Test("A lost packet is waited for a short time, then a key frame is asked for and brings the picture back")
    func loss() throws {
        let script = DecoderScript()
        let stage = try VideoReceiveStage([script])
        defer { stage.pipeline.stop() }
        stage.show(isKeyFrame: true)
        var packets = stage.packets()
        packets.remove(at: 1)
        let now = MonotonicTime.now
        stage.receive(packets, at: now)
        #expect(stage.pipeline.statistics.accessUnits.value == 1)
        let due = try #require(stage.pipeline.releaseOverdue(at: now))
        #expect(due - now == 15_000_000)
        #expect(stage.pipeline.releaseOverdue(at: due) == nil)
        stage.show()
        try eventually("a key frame is asked for") { !stage.asked.isEmpty }
        #expect(stage.pipeline.statistics.damagedUnits.value >= 1)
        stage.show(isKeyFrame: true)
        stage.show()
        try eventually("pictures are decoded again") { script.now.decoded.suffix(2) == [3, 4] }
    }

    @Test("While no key frame comes it is asked for every 300 ms, not more often")
    func asks() throws {
        let script = DecoderScript()
        let stage = try VideoReceiveStage([script])
        defer { stage.pipeline.stop() }
        let start = MonotonicTime.now
        while MonotonicTime.now - start < 800_000_000 {
            stage.show()
            pause(.milliseconds(10))
        }
        let asked = stage.asked
        #expect(asked.count >= 2)
        #expect(zip(asked, asked.dropFirst()).allSatisfy { $1 - $0 >= 300_000_000 })
        #expect(script.now.decoded.isEmpty && stage.pipeline.statistics.undecodedUnits.value > UInt64(asked.count))
    }

    @Test("A decoder that has no room gets the unit again: none is lost", arguments: [false, true])
    func full(_ isAsync: Bool) throws {
        let script = DecoderScript(isAsync: isAsync)
        script.set { $0.fullEvery = 4 }
        let stage = try VideoReceiveStage([script])
        defer { stage.pipeline.stop() }
        for number in 0..<30 {
            stage.show(isKeyFrame: number == 0)
            try eventually("the decoder keeps up") { stage.pipeline.depth <= 1 }
            _ = stage.shown()
        }
        // A decoder without a descriptor looks again when the next unit comes.
        stage.show()
        try eventually("all are decoded") { script.now.decoded.count >= 30 }
        #expect(script.now.decoded.prefix(30) == ArraySlice(0..<30))
        #expect(script.now.refused >= 7 && stage.asked.isEmpty)
    }

    @Test("When the decoder is too slow all is dropped up to the next key frame, which is asked for")
    func overflow() throws {
        let script = DecoderScript()
        script.set { $0.delay = .milliseconds(60) }
        let stage = try VideoReceiveStage([script])
        defer { stage.pipeline.stop() }
        stage.show(isKeyFrame: true)
        for _ in 0..<12 { stage.show() }
        #expect(stage.pipeline.statistics.droppedUnits.value >= 6)
        #expect(stage.asked.count == 1)
        script.set { $0.delay = .zero }
        try eventually("the queue is empty") { stage.pipeline.depth == 0 }
        for _ in 0..<3 { stage.show() }
        stage.show(isKeyFrame: true)
        let key = stage.number - 1
        stage.show()
        try eventually("pictures are decoded again") { script.now.decoded.last == key + 1 }
        // Nothing was given to the decoder whose reference had been dropped.
        let decoded = script.now.decoded
        for (first, second) in zip(decoded, decoded.dropFirst()) { #expect(second == first + 1 || second == key) }
    }

    @Test("Parameter sets from SDP go before key frames that come without")
    func parameterSets() throws {
        let script = DecoderScript()
        let stage = try VideoReceiveStage([script], parameterSets: FakeUnit.parameterSets)
        defer { stage.pipeline.stop() }
        stage.withParameterSets = false
        stage.show(isKeyFrame: true)
        stage.show()
        stage.show(isKeyFrame: true)
        stage.withParameterSets = true
        stage.show(isKeyFrame: true)
        try eventually("all are decoded") { script.now.decoded.count == 4 }
        #expect(script.now.withParameterSets == 3 && script.now.keyFrames == 3)
    }

    @Test("A decoder that fails is opened again, and goes on with a key frame")
    func failure() throws {
        let script = DecoderScript()
        let stage = try VideoReceiveStage([script])
        defer { stage.pipeline.stop() }
        stage.show(isKeyFrame: true)
        try eventually("the first picture is decoded") { script.now.decoded.count == 1 }
        script.set { $0.failsNext = true }
        stage.show()
        try eventually("a key frame is asked for") { stage.asked.count == 1 }
        pause(.milliseconds(60))
        stage.show()
        stage.show(isKeyFrame: true)
        stage.show()
        try eventually("pictures are decoded again") { script.now.decoded == [0, 3, 4] }
        #expect(script.now.opened == 2 && script.now.closed == 1)
        #expect(stage.log.decoderFailures.map(\.replacement) == ["fake"])
    }

    @Test("A decoder that stalls is replaced by the next one; one that is given nothing is not")
    func stall() throws {
        let hardware = DecoderScript("hardware", isAsync: true)
        let software = DecoderScript("software")
        let stage = try VideoReceiveStage([hardware, software])
        defer { stage.pipeline.stop() }
        stage.show(isKeyFrame: true)
        try eventually("the first picture is decoded") { hardware.now.decoded.count == 1 }
        hardware.set { $0.isStalled = true }
        stage.show()
        pause(.milliseconds(600))
        #expect(stage.log.decoderFailures.isEmpty)
        let start = MonotonicTime.now
        while software.now.opened == 0, MonotonicTime.now - start < 2_000_000_000 {
            stage.show(isKeyFrame: stage.number % 10 == 0)
            pause(.milliseconds(20))
        }
        #expect(stage.log.decoderFailures.map(\.kind) == [.stalled])
        #expect(hardware.now.closed == 1)
        stage.show(isKeyFrame: true)
        try eventually("the software decoder decodes") { !software.now.decoded.isEmpty }
    }

    @Test("Another source with numbers of its own is shown at once")
    func otherSource() throws {
        let script = DecoderScript()
        let stage = try VideoReceiveStage([script])
        defer { stage.pipeline.stop() }
        stage.show(isKeyFrame: true)
        stage.receive(Array(stage.packets().dropLast()))
        stage.ssrc = SSRC(10)
        stage.sequence = stage.sequence.advanced(by: -3)
        stage.show(isKeyFrame: true)
        stage.show()
        try eventually("it is decoded") { script.now.decoded == [0, 2, 3] }
    }

    @Test("A sender that begins anew with smaller numbers, and then loses packets, is survived")
    func restart() throws {
        let script = DecoderScript()
        let stage = try VideoReceiveStage([script])
        defer { stage.pipeline.stop() }
        stage.sequence = SequenceNumber(5000)
        stage.show(isKeyFrame: true)
        stage.sequence = SequenceNumber(1)
        stage.show(isKeyFrame: true)
        var packets = stage.packets()
        packets.removeFirst()
        let now = MonotonicTime.now
        stage.receive(packets, at: now)
        let due = try #require(stage.pipeline.releaseOverdue(at: now))
        #expect(due - now == 15_000_000)
        _ = stage.pipeline.releaseOverdue(at: due)
        stage.show(isKeyFrame: true)
        try eventually("it is decoded") { script.now.decoded.last == 3 }
    }

    @Test("A picture that is early for its sound is to be shown later")
    func lipSync() throws {
        // The sound is heard 150 ms from now; a machine that is held up for that long gets another try.
        for _ in 0..<20 {
            if let late = try lateness(soundIn: .milliseconds(150)) {
                #expect(late > -40_000_000 && late < 5_000_000)
                return
            }
        }
        Issue.record("no picture was held")
    }

    /// Nanoseconds by which a picture is to be shown later than its sound is heard; nil when it is shown at once.
    private func lateness(soundIn delay: Duration) throws -> Int64? {
        let script = DecoderScript()
        // Half a second of sound is played ahead of time, to be heard 10 ms after it is.
        let sound = SoundPlayer(startingAt: .now + delay + .milliseconds(-500))
        for _ in 0..<50 { sound.step() }
        let stage = try VideoReceiveStage([script], sound: sound.pipeline)
        defer { stage.pipeline.stop() }
        let playout = sound.pipeline.playout
        let wall: Int64 = 1_700_000_000_000_000_000
        func report(_ rtp: RTPTimestamp) -> SenderReport {
            SenderReport(
                sender: SSRC(1), ntpTimestamp: NTPTimestamp(unixNanoseconds: wall), rtpTimestamp: rtp, packetCount: 0,
                octetCount: 0)
        }
        stage.lipSync.setAudio(report(playout.timestamp), rate: .opus)
        stage.lipSync.setVideo(report(RTPTimestamp(0)), rate: .video)
        stage.show(isKeyFrame: true)
        try eventually("it is decoded") { stage.inbox.depth == 1 }
        guard let frame = stage.inbox.takeOldestTimed() else { throw Missing() }
        #expect(stage.pipeline.statistics.lipSyncSkew != nil)
        return frame.notBefore == .zero ? nil : frame.notBefore - playout.time
    }

    @Test("Packets made up by a stranger never trap, and pictures are decoded afterwards")
    func hostile() throws {
        let script = DecoderScript()
        let stage = try VideoReceiveStage([script])
        defer { stage.pipeline.stop() }
        var time = MonotonicTime.now
        let samples = (0..<20).flatMap { stage.packets(isKeyFrame: $0 % 5 == 0) }
        var fuzzer = MutationFuzzer(corpus: samples, seed: 5)
        for round in 0..<20_000 {
            time = time.advanced(byNanoseconds: 200_000)
            stage.receive([fuzzer.mutate()], at: time)
            if round % 10 == 0 { _ = stage.pipeline.releaseOverdue(at: time) }
            if round % 200 == 0 { _ = stage.shown() }
        }
        _ = stage.pipeline.releaseOverdue(at: time + .seconds(1))
        let key = stage.number
        for step in 0..<60 {
            stage.show(isKeyFrame: step % 3 == 0)
            try eventually("the decoder keeps up") { stage.pipeline.depth == 0 }
        }
        try eventually("pictures are decoded") { script.now.decoded.contains { $0 > key } }
    }

    @Test("It stops at once, and gives its pictures back")
    func stops() throws {
        let script = DecoderScript(isAsync: true)
        let stage = try VideoReceiveStage([script])
        stage.show(isKeyFrame: true)
        stage.show()
        let start = MonotonicTime.now
        stage.pipeline.stop()
        #expect(MonotonicTime.now - start < 300_000_000)
        #expect(script.now.closed == script.now.opened)
    }
}
