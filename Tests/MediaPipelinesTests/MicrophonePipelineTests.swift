import LinuxSystem
import MediaTypes
import RTP
import RealtimeSupport
import Testing

@testable import MediaPipelines

/// An encoder that sends the highest sample of each block.
private final class PeakEncoder: AudioEncoder {
    let name = "peak"
    let timestampTicksPerBlock: UInt32 = 480

    func encode(_ block: UnsafeBufferPointer<Int16>, into output: UnsafeMutableRawBufferPointer) -> Int {
        let peak = block.reduce(0) { max($0, Int($1).magnitude) }
        output.storeBytes(of: UInt32(peak), as: UInt32.self)
        return 4
    }

    func setExpectedLoss(percent: Int) {}
}

/// A microphone pipeline with a scripted microphone and one call that sends its sound.
private final class MicrophoneStage: Sendable {
    let script: DeviceScript
    let log = ReportLog()
    let pipeline: MicrophonePipeline
    let call: AudioSendPipeline
    let transport: FakeTransport

    init(start: Bool = true) throws {
        let log = log
        script = try DeviceScript()
        transport = try FakeTransport()
        pipeline = try MicrophonePipeline(report: { log.add($0) })
        call = AudioSendPipeline(
            payloadType: PayloadType(headerByte: 96), telephoneEvent: nil, clockRate: .opus, encoder: PeakEncoder(),
            transport: transport)
        pipeline.attach(call)
        if start { try pipeline.start() }
    }

    func open(hasVolume: Bool = false) {
        pipeline.open { [script] () throws(DeviceError) in try ScriptedMicrophone(script, hasVolume: hasVolume) }
    }

    /// The highest sample of each block that was sent.
    var peaks: [Int] {
        transport.packets.map { Int($0.payload.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }) }
    }
}

@Suite("Microphone", .ownThread)
struct MicrophonePipelineTests {
    @Test("Sound reaches the call, in numbers and timestamps without a gap")
    func sound() throws {
        let stage = try MicrophoneStage()
        defer { stage.pipeline.stop() }
        stage.open()
        try eventually("it is open") { !stage.log.all.isEmpty }
        stage.pipeline.setStreaming(true)
        try eventually("ten blocks are sent") { stage.peaks.count { $0 == 1000 } >= 10 }
        #expect(stage.log.all == ["opened microphone scripted", "running"])
        #expect(stage.pipeline.statistics.peak == 1000)
        let sound = stage.transport.packets.suffix(8)
        for (first, second) in zip(sound, sound.dropFirst()) {
            #expect(first.header.timestamp.distance(to: second.header.timestamp) == 480)
        }
    }

    @Test("Without a microphone silence is sent, one block each 10 ms")
    func silence() throws {
        let stage = try MicrophoneStage()
        defer { stage.pipeline.stop() }
        stage.pipeline.setStreaming(true)
        try eventually("half a second is sent") { stage.peaks.count >= 50 }
        let packets = stage.transport.packets
        #expect(stage.peaks.allSatisfy { $0 == 0 })
        let length = try #require(packets.last).time - (try #require(packets.first)).time
        #expect(abs(Double(length) - Double(packets.count - 1) * 1e7) < 40e6)
        let stamps = packets.map(\.header.timestamp)
        #expect(zip(stamps, stamps.dropFirst()).allSatisfy { $0.distance(to: $1) == 480 })
        #expect(stage.pipeline.statistics.silentBlocks.value >= 50)
    }

    @Test("A microphone that goes away becomes silence without a pause, and comes back")
    func unplugged() throws {
        let stage = try MicrophoneStage()
        defer { stage.pipeline.stop() }
        stage.open()
        stage.pipeline.setStreaming(true)
        for _ in 0..<3 {
            try eventually("sound is sent") { stage.peaks.last == 1000 }
            stage.script.set { $0.mode = .gone }
            try eventually("silence is sent") { stage.peaks.suffix(5) == [0, 0, 0, 0, 0] }
            #expect(stage.log.all.last == "lost gone")
            stage.script.set { $0.mode = .fine }
            stage.open()
        }
        try eventually("sound is sent") { stage.peaks.last == 1000 }
        let packets = stage.transport.packets
        let gaps = zip(packets, packets.dropFirst()).map { $1.time - $0.time }
        #expect((gaps.max() ?? .max) < 250_000_000)
        // Time goes on in the timestamps as on the wall, and never back.
        for (first, second) in zip(packets, packets.dropFirst()) {
            #expect(first.header.timestamp.distance(to: second.header.timestamp) >= 0)
        }
        let length = packets[packets.count - 1].time - packets[0].time
        let ticks = packets[0].header.timestamp.distance(to: packets[packets.count - 1].header.timestamp)
        #expect(abs(Double(ticks) / 48_000 - Double(length) / 1e9) < 0.08)
    }

    @Test("A microphone that gives nothing is lost within 0.8 s, though the thread is woken all the time")
    func stalled() throws {
        let stage = try MicrophoneStage()
        defer { stage.pipeline.stop() }
        stage.open()
        stage.pipeline.setStreaming(true)
        try eventually("it runs") { stage.log.all.last == "running" }
        stage.script.set { $0.mode = .silent }
        let start = MonotonicTime.now
        try eventually("it is lost") {
            stage.pipeline.nudge()
            return stage.log.all.last == "lost stalled"
        }
        #expect(MonotonicTime.now - start < 1_400_000_000)
    }

    @Test("An over-run is no loss: it is told, and the sound goes on with a gap in its timestamps")
    func overrun() throws {
        let stage = try MicrophoneStage()
        defer { stage.pipeline.stop() }
        stage.open()
        stage.pipeline.setStreaming(true)
        try eventually("it runs") { stage.log.all.last == "running" }
        stage.script.set { $0.xrunsToCome = 2 }
        try eventually("both are told") { stage.log.all.count { $0 == "xrun" } == 2 }
        let count = stage.peaks.count
        try eventually("sound goes on") { stage.peaks.count > count + 5 }
        #expect(!stage.log.all.contains { $0.hasPrefix("lost") })
        #expect(stage.pipeline.statistics.xruns.value == 2 && stage.pipeline.statistics.lostFrames.value == 1920)
    }

    @Test("A microphone that over-runs for ever is lost, and does not keep the thread busy")
    func overrunForEver() throws {
        let stage = try MicrophoneStage()
        defer { stage.pipeline.stop() }
        stage.open()
        stage.pipeline.setStreaming(true)
        try eventually("it runs") { stage.log.all.last == "running" }
        stage.script.set { $0.mode = .xruns }
        try eventually("it is lost") { stage.log.all.last == "lost failed" }
        #expect(stage.pipeline.statistics.xruns.value <= 25)
    }

    @Test("Muted, silence is sent; the volume is the card's own, or made by scaling")
    func volume() throws {
        let stage = try MicrophoneStage()
        defer { stage.pipeline.stop() }
        stage.open()
        stage.pipeline.setStreaming(true)
        try eventually("sound is sent") { stage.peaks.last == 1000 }
        stage.pipeline.setMuted(true)
        try eventually("silence is sent") { stage.peaks.last == 0 }
        stage.pipeline.setMuted(false)
        stage.pipeline.setVolume(50)
        try eventually("a tenth is sent") { stage.peaks.last == 1000 * 26 / 256 }
        stage.open(hasVolume: true)
        try eventually("the card does it") { stage.peaks.last == 1000 }
        #expect(stage.script.now.volume == [50, 50])
    }

    @Test("A thread that rests lets go of the call that was detached")
    func detached() throws {
        let stage = try MicrophoneStage()
        defer { stage.pipeline.stop() }
        weak var forgotten: AudioSendPipeline?
        do {
            let call = AudioSendPipeline(
                payloadType: PayloadType(headerByte: 96), telephoneEvent: nil, clockRate: .opus, encoder: PeakEncoder(),
                transport: try FakeTransport())
            forgotten = call
            stage.pipeline.attach(call)
            stage.pipeline.setStreaming(true)
            try eventually("silence is sent") { call.stream.counts.packets > 0 }
            stage.pipeline.setStreaming(false)
            try eventually("it rests") {
                let before = call.stream.counts.packets
                return call.stream.counts.packets == before
            }
            stage.pipeline.detach(call)
        }
        try eventually("nobody holds the call") { forgotten == nil }
    }

    @Test("It stops at once, with and without a microphone", arguments: [false, true])
    func stops(_ hasMicrophone: Bool) throws {
        let stage = try MicrophoneStage()
        if hasMicrophone { stage.open() }
        stage.pipeline.setStreaming(true)
        try eventually("blocks are sent") { stage.peaks.count > 3 }
        if hasMicrophone {
            stage.script.set { $0.mode = .silent }
            pause(.milliseconds(20))
        }
        let start = MonotonicTime.now
        stage.pipeline.stop()
        #expect(MonotonicTime.now - start < 300_000_000)
        #expect(stage.script.now.closed == (hasMicrophone ? 1 : 0))
        #expect(!stage.log.all.contains { $0.hasPrefix("lost") })
    }
}
