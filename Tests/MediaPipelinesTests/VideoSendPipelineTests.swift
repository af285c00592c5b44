import LinuxSystem
import MediaPipelines
import MediaTypes
import RTP
import RealtimeSupport
import Testing

@Suite("Pictures to the network", .ownThread)
struct VideoSendPipelineTests {
    @Test(
        "Each picture of the camera leaves at once, the first as key frame with parameter sets",
        arguments: [false, true])
    func pictures(_ isAsync: Bool) throws {
        let script = EncoderScript(isAsync: isAsync)
        let stage = try VideoSendStage([script])
        defer { stage.pipeline.stop() }
        stage.feed(PictureSource(), 30)
        try eventually("pictures are sent") { stage.units.count { $0.luma == 200 } >= 20 }
        let units = stage.units
        #expect(units.map(\.number) == Array(0..<UInt32(units.count)))
        #expect(units[0].isKeyFrame && units[0].hasParameterSets)
        for (first, second) in zip(units, units.dropFirst()) {
            #expect(first.timestamp.distance(to: second.timestamp) > 0)
        }
        let sequence = stage.transport.packets.map(\.header.sequenceNumber)
        #expect(zip(sequence, sequence.dropFirst()).allSatisfy { $0.next == $1 })
        #expect(stage.pipeline.statistics.encodedToSent.summary().median < .milliseconds(10))
        #expect(stage.log.all.contains { if case .firstVideoPacketSent = $0 { true } else { false } })
    }

    @Test("A large picture is cut into packets below the limit, its last one marked")
    func large() throws {
        let script = EncoderScript()
        script.set { $0.frameBytes = 40_000 }
        let stage = try VideoSendStage([script])
        defer { stage.pipeline.stop() }
        let source = PictureSource()
        try eventually("three pictures are sent") {
            stage.feed(source, 1, every: .milliseconds(30))
            return stage.transport.packets.count { $0.header.marker } >= 3
        }
        let packets = stage.transport.packets
        #expect(packets.count >= 100 && packets.allSatisfy { $0.payload.count <= 1200 })
        #expect(stage.units.prefix(3).map(\.number) == [0, 1, 2])
        let first = packets.prefix { !$0.header.marker }
        // A burst is spread over 2 ms; the rest is what this machine takes.
        let spread = try #require(first.last).time - (try #require(first.first)).time
        #expect(spread < 100_000_000)
    }

    @Test("A picture whose beginning is lent first leaves in two parts of one time, marked at its end, and counts once")
    func beginning() throws {
        let script = EncoderScript()
        script.set { $0.lendsBeginning = true }
        let stage = try VideoSendStage([script])
        defer { stage.pipeline.stop() }
        stage.feed(PictureSource(), 5)
        try eventually("pictures are sent") { stage.units.count >= 3 }
        stage.pipeline.stop()
        let first = try #require(stage.units.first)
        #expect(first.isKeyFrame && first.hasParameterSets)
        let packets = stage.transport.packets
        let ofFirst = packets.prefix { $0.header.timestamp == first.timestamp }
        #expect(ofFirst.map(\.header.marker) == [false, true])
        #expect(packets.count { $0.header.marker } == packets.count - 1)
        #expect(stage.pipeline.statistics.encodedFrames.value == UInt64(packets.count - 1))
        #expect(stage.pipeline.statistics.encodedToSent.summary().count == packets.count - 1)
        #expect(stage.log.times { if case .firstVideoPacketSent = $0 { true } else { false } }.count == 1)
    }

    @Test("An encoder that fails after it lent a beginning costs that picture, and the next one has a time of its own")
    func failureWithin() throws {
        let script = EncoderScript()
        script.set {
            $0.lendsBeginning = true
            $0.failsWithin = true
        }
        let stage = try VideoSendStage([script])
        defer { stage.pipeline.stop() }
        let source = PictureSource()
        try eventually("pictures are sent") {
            stage.feed(source, 1, every: .milliseconds(20))
            return stage.units.count >= 2
        }
        let packets = stage.transport.packets
        #expect(packets[0].header.marker == false)
        #expect(packets[0].header.timestamp.distance(to: packets[1].header.timestamp) > 0)
        let first = try #require(stage.units.first)
        #expect(first.isKeyFrame && first.hasParameterSets)
        #expect(stage.log.encoderFailures.map(\.kind) == [.failed])
    }

    @Test("A key frame that is asked for comes with the next picture, however many times it was asked for")
    func keyFrame() throws {
        let script = EncoderScript()
        let stage = try VideoSendStage([script])
        defer { stage.pipeline.stop() }
        let source = PictureSource()
        stage.feed(source, 15)
        try eventually("pictures are sent") { !stage.units.isEmpty }
        let before = stage.units.count
        for _ in 0..<5 { stage.pipeline.requestKeyFrame() }
        stage.feed(source, 25)
        try eventually("pictures are sent") { stage.units.count > before + 15 }
        // Two when the one that is repeated after 1.2 s is among them.
        #expect((1...2).contains(stage.units.dropFirst(before).prefix(15).count { $0.isKeyFrame }))
    }

    @Test("A flood of requests gives ten key frames a second at most")
    func keyFrameFlood() throws {
        let stage = try VideoSendStage([EncoderScript()])
        defer { stage.pipeline.stop() }
        let source = PictureSource()
        for _ in 0..<60 {
            stage.pipeline.requestKeyFrame()
            stage.feed(source, 1)
        }
        try eventually("pictures are sent") { stage.units.count >= 2 }
        let units = stage.units
        let length = Double(try #require(units.last).time - (try #require(units.first)).time) / 1e9
        #expect(units.count { $0.isKeyFrame } <= Int(length * 10) + 2)
    }

    @Test("A camera that falls silent is replaced by the slate, and back within one picture, by the same encoder")
    func slate() throws {
        let script = EncoderScript()
        let stage = try VideoSendStage([script])
        defer { stage.pipeline.stop() }
        let source = PictureSource()
        stage.feed(source, 20)
        let silent = MonotonicTime.now
        try eventually("the slate is told") { stage.log.slates == [true] }
        let shown = stage.log.times { if case .slate(true) = $0 { true } else { false } }[0]
        #expect(shown - silent > 300_000_000 && shown - silent < 1_500_000_000)
        try eventually("two slates are sent") { stage.units.count { $0.luma == VideoSendStage.slateLuma } >= 2 }
        #expect(stage.pipeline.statistics.showsSlate)
        stage.feed(source, 1)
        try eventually("the camera is back") { stage.log.slates.prefix(2) == [true, false] }
        try eventually("its picture is sent") { stage.units.last?.luma == 200 }
        let units = stage.units
        for (first, second) in zip(units, units.dropFirst()) {
            #expect(first.timestamp.distance(to: second.timestamp) > 0)
        }
        #expect(script.now.opened.count == 1)
    }

    @Test("Without a camera the far end soon sees the slate")
    func slateFirst() throws {
        let stage = try VideoSendStage([EncoderScript()])
        defer { stage.pipeline.stop() }
        let start = MonotonicTime.now
        try eventually("a slate is sent") { !stage.units.isEmpty }
        let unit = stage.units[0]
        #expect(unit.luma == VideoSendStage.slateLuma && unit.isKeyFrame)
        #expect(unit.time - start < 800_000_000)
        // It carries the time at which it is sent, not the one at which it was drawn.
        let clock = stage.pipeline.stream.clock
        #expect(abs(unit.timestamp.distance(to: clock.timestamp(nanoseconds: unit.time.nanoseconds))) < 9000)
    }

    @Test("An encoder that fails is opened again and begins with a key frame; the second failure brings the next one")
    func failure() throws {
        let first = EncoderScript("first")
        let second = EncoderScript("second")
        let stage = try VideoSendStage([first, second])
        defer { stage.pipeline.stop() }
        let source = PictureSource()
        stage.feed(source, 10)
        first.set { $0.failsNext = true }
        stage.feed(source, 20)
        #expect(first.now.opened.count == 2 && first.now.closed == 1)
        first.set { $0.failsNext = true }
        stage.feed(source, 10)
        try eventually("the second encoder sends") { second.now.submitted > 2 }
        #expect(first.now.closed == 2)
        #expect(stage.log.encoderFailures.map(\.replacement) == ["first", "second"])
        // Three streams, each from a key frame with the number 0 on.
        #expect(stage.units.filter { $0.number == 0 }.map(\.isKeyFrame) == [true, true, true])
    }

    @Test("An encoder that stalls is replaced by the next one within 1.5 s")
    func stall() throws {
        let hardware = EncoderScript("hardware", isAsync: true)
        let software = EncoderScript("software")
        let stage = try VideoSendStage([hardware, software])
        defer { stage.pipeline.stop() }
        let source = PictureSource(count: 16)
        stage.feed(source, 10)
        hardware.set { $0.isStalled = true }
        let stalled = MonotonicTime.now
        for _ in 0..<60 where software.now.submitted == 0 { stage.feed(source, 1, every: .milliseconds(33)) }
        try eventually("the software encoder sends") { software.now.submitted > 0 }
        #expect(MonotonicTime.now - stalled < 1_500_000_000)
        #expect(stage.log.encoderFailures.map(\.kind) == [.stalled])
        #expect(hardware.now.closed == 1)
        // Its pictures have come back to the camera.
        try eventually("all pictures are back") { source.free >= 15 }
    }

    @Test("An encoder that keeps three pictures is not taken for a stalled one, with the slate nor on hold")
    func latency() throws {
        let script = EncoderScript("slow", isAsync: true)
        script.set { $0.latency = 3 }
        let stage = try VideoSendStage([script])
        defer { stage.pipeline.stop() }
        stage.feed(PictureSource(), 10)
        stage.pipeline.setPaused(true)
        pause(.milliseconds(700))
        stage.pipeline.setPaused(false)
        try eventually("slates are sent") { stage.units.count { $0.luma == VideoSendStage.slateLuma } >= 2 }
        #expect(stage.log.encoderFailures.isEmpty && script.now.opened.count == 1)
    }

    @Test("On hold nothing is sent and the slate does not show; afterwards a key frame comes first")
    func hold() throws {
        let stage = try VideoSendStage([EncoderScript()])
        defer { stage.pipeline.stop() }
        let source = PictureSource()
        stage.feed(source, 15)
        stage.pipeline.setPaused(true)
        pause(.milliseconds(30))
        let count = stage.transport.count
        stage.feed(source, 10)
        pause(.milliseconds(500))
        #expect(stage.transport.count == count && stage.log.slates.isEmpty)
        let units = stage.units.count
        stage.pipeline.setPaused(false)
        stage.feed(source, 3)
        try eventually("pictures are sent again") { stage.units.count > units }
        #expect(stage.units[units].isKeyFrame)
    }

    @Test("The bitrate changes live; an encoder that cannot is opened anew", arguments: [true, false])
    func bitrate(_ live: Bool) throws {
        let script = EncoderScript()
        script.set { $0.changesBitrateLive = live }
        let stage = try VideoSendStage([script], bitrate: 900_000)
        defer { stage.pipeline.stop() }
        let source = PictureSource()
        stage.feed(source, 5)
        stage.pipeline.setBitrate(BitsPerSecond(300_000))
        stage.feed(source, 5)
        try eventually("the encoder heard of it") { script.now.bitrates == [300_000] }
        stage.feed(source, 3)
        let opened = script.now.opened
        #expect(opened.map(\.bitrate.value) == (live ? [900_000] : [900_000, 300_000]))
        #expect(stage.log.encoderFailures.isEmpty)
    }

    @Test("One that cannot do what was agreed is passed over before there is a picture")
    func unsuited() throws {
        let hardware = EncoderScript("hardware")
        hardware.set {
            $0.openFailures = 1000
            $0.openFailure = .unsupported
        }
        let software = EncoderScript("software")
        let stage = try VideoSendStage(
            [hardware, software], expecting: CameraPictures(VideoFormat(.nv12, width: 128, height: 72)))
        defer { stage.pipeline.stop() }
        try eventually("the slate is told") { stage.log.slates == [true] }
        let kinds = stage.log.all.prefix(3).map { event in
            switch event {
            case .encoderFailed(_, let next): "failed, next \(next)"
            case .encoderOpened(let capabilities): "opened \(capabilities.name)"
            case .slate: "slate"
            default: "other"
            }
        }
        #expect(kinds == ["failed, next software", "opened software", "slate"])
        #expect(hardware.now.openFailures == 999)
        #expect(stage.pipeline.statistics.encoderRestarts.value == 0)
    }

    @Test("An encoder that cannot be opened is asked for less and less often")
    func openFailures() throws {
        let script = EncoderScript()
        script.set { $0.openFailures = 1000 }
        let stage = try VideoSendStage([script])
        defer { stage.pipeline.stop() }
        stage.feed(PictureSource(), 60)
        // 50, 100, 200, 400 ms of rest: about four attempts in 0.7 s.
        #expect((2...6).contains(stage.log.encoderFailures.count))
        #expect(stage.pipeline.statistics.skippedFrames.value > 30)
    }

    @Test("A descriptor that is always ready does not keep the thread busy")
    func alwaysReady() throws {
        let script = EncoderScript(isAsync: true)
        script.set { $0.isAlwaysReady = true }
        let stage = try VideoSendStage([script])
        defer { stage.pipeline.stop() }
        stage.feed(PictureSource(), 5)
        let before = stage.pipeline.heartbeat
        pause(.milliseconds(200))
        #expect(stage.pipeline.heartbeat - before < 60)
        try eventually("pictures are sent") { !stage.units.isEmpty }
    }

    @Test("Pictures of another layout are converted, and the slate needs no other encoder")
    func converted() throws {
        let script = EncoderScript()
        let stage = try VideoSendStage([script])
        defer { stage.pipeline.stop() }
        let source = PictureSource(VideoFormat(.yuyv, width: 256, height: 144))
        stage.feed(source, 10)
        try eventually("a slate is sent") { stage.units.contains { $0.luma == VideoSendStage.slateLuma } }
        stage.feed(source, 3)
        #expect(script.now.opened.map(\.format) == [VideoFormat(.nv12, width: 128, height: 72)])
        #expect(stage.pipeline.statistics.copiedFrames.value >= 5)
    }

    @Test("A camera of another size brings an encoder of its size")
    func otherSize() throws {
        let script = EncoderScript()
        let stage = try VideoSendStage([script])
        defer { stage.pipeline.stop() }
        stage.feed(PictureSource(), 5)
        try eventually("an encoder is open") { script.now.opened.count == 1 }
        let small = PictureSource(VideoFormat(.nv12, width: 96, height: 54))
        try eventually("a second encoder is open") {
            stage.feed(small, 1)
            return script.now.opened.count == 2
        }
        #expect(script.now.opened.map(\.format.width) == [128, 96])
        try eventually("its picture is sent") { stage.units.last?.luma == 200 }
    }

    @Test(
        "A camera that encodes by itself is passed through from a key frame on, and asked for one when the far end wants it"
    )
    func passThrough() throws {
        let script = EncoderScript()
        let stage = try VideoSendStage([script])
        defer { stage.pipeline.stop() }
        let source = PictureSource(VideoFormat(.h264, width: 128, height: 72))
        func feed(_ numbers: Range<UInt32>, keyEvery: UInt32?) {
            for number in numbers {
                let isKeyFrame = keyEvery.map { number % $0 == 0 } ?? false
                if let frame = source.encoded(number: number, isKeyFrame: isKeyFrame) {
                    stage.pipeline.inbox.offer(frame)
                }
                pause(.milliseconds(10))
            }
        }
        var passed: [SentUnit] { stage.units.filter { $0.luma == 77 } }
        feed(1..<5, keyEvery: nil)
        #expect(passed.isEmpty && stage.asks >= 1)
        feed(5..<20, keyEvery: 5)
        try eventually("pictures pass") { passed.count >= 5 }
        #expect(passed[0].number % 5 == 0 && passed[0].isKeyFrame)
        let asked = stage.asks
        pause(.milliseconds(310))
        stage.pipeline.requestKeyFrame()
        feed(20..<23, keyEvery: nil)
        #expect(stage.asks > asked)
    }

    @Test("Each picture of a camera that encodes by itself goes out, in order; a gap in its count asks for a key frame")
    func passThroughGaps() throws {
        let camera = VideoFormat(.h264, width: 128, height: 72)
        let stage = try VideoSendStage([EncoderScript()], expecting: CameraPictures(camera))
        defer { stage.pipeline.stop() }
        let source = PictureSource(camera)
        func feed(_ number: UInt32, isKeyFrame: Bool = false) {
            if let frame = source.encoded(number: number, isKeyFrame: isKeyFrame) { stage.pipeline.inbox.offer(frame) }
        }
        feed(1, isKeyFrame: true)
        try eventually("the first has gone out") { stage.units.count == 1 }
        pause(.milliseconds(350))
        let asked = stage.asks
        // Two at once, as after a late turn of the encode thread.
        feed(2)
        feed(3)
        try eventually("both have gone out") { stage.units.count == 3 }
        #expect(stage.units.map(\.number) == [1, 2, 3])
        #expect(stage.asks == asked)
        feed(5)
        try eventually("a key frame was asked for") { stage.asks > asked }
    }

    @Test("It stops at once, whatever the encoder has inside")
    func stops() throws {
        let script = EncoderScript(isAsync: true)
        let stage = try VideoSendStage([script])
        let source = PictureSource()
        script.set { $0.isStalled = true }
        stage.feed(source, 4)
        let start = MonotonicTime.now
        stage.pipeline.stop()
        #expect(MonotonicTime.now - start < 300_000_000)
        #expect(script.now.closed == script.now.opened.count)
    }
}
