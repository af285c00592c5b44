import LinuxSystem
import MediaTypes
import RTP
import RealtimeSupport
import Testing

@testable import MediaPipelines

/// A speaker pipeline with a scripted loudspeaker, and one call whose sound comes in.
private final class SpeakerStage: Sendable {
    let script: DeviceScript
    let log = ReportLog()
    let pipeline: SpeakerPipeline
    let call = AudioReceivePipeline(decoder: ToneDecoder())
    private let feeder: MediaThread

    init() throws {
        let log = log
        script = try DeviceScript()
        pipeline = try SpeakerPipeline(report: { log.add($0) })
        pipeline.attach(call)
        try pipeline.start()
        feeder = try MediaThread(name: "feeder")
    }

    func open() {
        pipeline.open { [script] () throws(DeviceError) in try ScriptedSpeaker(script) }
    }

    /// A packet of the tone each 20 ms, as the network thread hands them over.
    func feed() throws {
        try feeder.start { [call] thread in
            var set = PollSet(count: 1)
            set.watch(0, thread.stopDescriptor, for: .readable)
            var number = 0
            let start = MonotonicTime.now
            while !thread.isStopping {
                let due = start.advanced(byNanoseconds: Int64(number) * 20_000_000)
                _ = try? set.wait(nanoseconds: max(due - .now, 0))
                if MonotonicTime.now < due { continue }
                ToneDecoder.payload(start: number * 960, frames: 960).withUnsafeBytes {
                    call.receive(
                        $0,
                        header: RTPHeader(
                            marker: false, payloadType: .pcmu, sequenceNumber: SequenceNumber(0).advanced(by: number),
                            timestamp: RTPTimestamp(UInt32(truncatingIfNeeded: number * 960)), ssrc: SSRC(1)),
                        jitterNanoseconds: 0, at: .now)
                }
                number += 1
            }
        }
    }

    func stop() {
        feeder.stopAndJoin()
        pipeline.stop()
    }
}

@Suite("Loudspeaker", .ownThread)
struct SpeakerPipelineTests {
    @Test("The sound of the call is played, and scaled where the card cannot do it")
    func plays() throws {
        let stage = try SpeakerStage()
        defer { stage.stop() }
        try stage.feed()
        stage.open()
        stage.pipeline.setStreaming(true)
        try eventually("the tone is played") {
            stage.script.now.peaks.suffix(10).allSatisfy { $0 > 7900 } && stage.script.now.peaks.count > 10
        }
        #expect(stage.log.all == ["opened speaker scripted", "running"])
        #expect(stage.pipeline.statistics.peak > 7900 && stage.pipeline.statistics.delayFrames == 960)
        stage.pipeline.setVolume(50)
        try eventually("a tenth is played") { stage.script.now.peaks.last.map { $0 > 700 && $0 < 900 } == true }
        stage.pipeline.setVolume(0)
        try eventually("nothing is heard") { stage.script.now.peaks.last == 0 }
    }

    @Test("Without a loudspeaker the sound is used up at the same pace, so that none is late when it comes back")
    func unplugged() throws {
        let stage = try SpeakerStage()
        defer { stage.stop() }
        try stage.feed()
        stage.pipeline.setStreaming(true)
        for _ in 0..<2 {
            stage.open()
            try eventually("the tone is played") { stage.script.now.peaks.last.map { $0 > 7900 } == true }
            stage.script.set { $0.mode = .gone }
            try eventually("it is lost") { stage.log.all.last == "lost gone" }
            let start = MonotonicTime.now
            let used = stage.pipeline.statistics.silentBlocks.value
            try eventually("blocks are used up") { stage.pipeline.statistics.silentBlocks.value >= used + 25 }
            let blocks = stage.pipeline.statistics.silentBlocks.value - used
            #expect(Int64(blocks) <= (MonotonicTime.now - start) / 10_000_000 + 5)
            try eventually("little waits") { stage.call.report.queuedFrames < 48 * 80 }
            stage.script.set {
                $0.mode = .fine
                $0.peaks = []
            }
        }
    }

    @Test("An under-run is no loss")
    func underrun() throws {
        let stage = try SpeakerStage()
        defer { stage.stop() }
        stage.open()
        stage.pipeline.setStreaming(true)
        try eventually("it runs") { stage.log.all.last == "running" }
        stage.script.set { $0.xrunsToCome = 3 }
        try eventually("all are told") { stage.log.all.count { $0 == "xrun" } == 3 }
        let played = stage.script.now.peaks.count
        try eventually("it goes on") { stage.script.now.peaks.count > played + 5 }
        #expect(!stage.log.all.contains { $0.hasPrefix("lost") })
    }

    @Test("A loudspeaker that under-runs for ever is lost")
    func underrunForEver() throws {
        let stage = try SpeakerStage()
        defer { stage.stop() }
        stage.open()
        stage.pipeline.setStreaming(true)
        try eventually("it runs") { stage.log.all.last == "running" }
        stage.script.set { $0.mode = .xruns }
        try eventually("it is lost") { stage.log.all.last == "lost failed" }
        #expect(stage.pipeline.statistics.xruns.value <= 60)
    }

    @Test("A loudspeaker that takes nothing is lost within 0.8 s, though the thread is woken all the time")
    func stalled() throws {
        let stage = try SpeakerStage()
        defer { stage.stop() }
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

    @Test("It stops at once and closes the loudspeaker")
    func stops() throws {
        let stage = try SpeakerStage()
        stage.open()
        stage.pipeline.setStreaming(true)
        try eventually("it runs") { stage.log.all.last == "running" }
        stage.script.set { $0.mode = .silent }
        pause(.milliseconds(20))
        let start = MonotonicTime.now
        stage.stop()
        #expect(MonotonicTime.now - start < 300_000_000)
        #expect(stage.script.now.closed == 1)
    }
}
