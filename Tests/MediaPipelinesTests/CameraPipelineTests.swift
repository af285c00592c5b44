import LinuxSystem
import MediaTypes
import RealtimeSupport
import Testing

@testable import MediaPipelines

/// A camera pipeline with a scripted camera and one inbox.
private final class CameraStage: Sendable {
    let script: DeviceScript
    let log = ReportLog()
    let pipeline: CameraPipeline
    let inbox: FrameInbox

    init() throws {
        let log = log
        script = try DeviceScript()
        pipeline = try CameraPipeline(report: { log.add($0) })
        inbox = FrameInbox(capacity: 4, doorbell: try Doorbell())
        pipeline.attach(inbox)
        try pipeline.start()
    }

    func open() {
        pipeline.open { [script] () throws(DeviceError) in try ScriptedCamera(script) }
    }
}

@Suite("Camera", .ownThread)
struct CameraPipelineTests {
    @Test("It opens, streams to those that are attached, rests and closes")
    func life() throws {
        let stage = try CameraStage()
        defer { stage.pipeline.stop() }
        stage.open()
        stage.pipeline.setStreaming(true)
        try eventually("a picture comes") { stage.inbox.takeNewest() != nil }
        #expect(stage.log.all == ["opened camera scripted", "running"])
        stage.pipeline.setStreaming(false)
        try eventually("it rests") { stage.script.now.stopped == 1 }
        #expect(stage.script.now.closed == 0)
        stage.pipeline.setStreaming(true)
        try eventually("it streams again") { stage.script.now.started == 2 }
        stage.pipeline.close()
        try eventually("it is closed") { stage.log.all.last == "closed" }
        #expect(stage.script.now.closed == 1)
    }

    @Test("A camera that goes away is told, and comes back when it is opened again")
    func unplugged() throws {
        let stage = try CameraStage()
        defer { stage.pipeline.stop() }
        stage.open()
        stage.pipeline.setStreaming(true)
        for round in 1...3 {
            try eventually("it runs") { stage.log.all.last == "running" }
            stage.script.set { $0.mode = .gone }
            try eventually("it is lost") { stage.log.all.last == "lost gone" }
            #expect(stage.script.now.closed == round)
            stage.script.set { $0.isAbsent = true }
            stage.open()
            try eventually("it cannot be opened") { stage.log.all.last == "open failed gone" }
            stage.script.set {
                $0.isAbsent = false
                $0.mode = .fine
            }
            stage.open()
        }
        try eventually("it runs") { stage.log.all.last == "running" }
        #expect(stage.pipeline.statistics.losses.value == 3)
    }

    @Test(
        "A camera that gives nothing, or only broken pictures, is lost within 1.3 s, though the thread is woken all the time",
        arguments: [DeviceScript.Mode.silent, .damaged])
    func stalled(_ mode: DeviceScript.Mode) throws {
        let stage = try CameraStage()
        defer { stage.pipeline.stop() }
        stage.open()
        stage.pipeline.setStreaming(true)
        try eventually("it runs") { stage.log.all.last == "running" }
        stage.script.set { $0.mode = mode }
        let start = MonotonicTime.now
        try eventually("it is lost") {
            stage.pipeline.nudge()
            return stage.log.all.last?.hasPrefix("lost") == true
        }
        let waited = MonotonicTime.now - start
        #expect(waited > 800_000_000 && waited < 2_000_000_000)
        #expect(stage.script.now.closed == 1)
    }

    @Test("A camera that does not start is lost, not taken for a running one")
    func startFails() throws {
        let stage = try CameraStage()
        defer { stage.pipeline.stop() }
        stage.script.set { $0.isFailingToStart = true }
        stage.open()
        stage.pipeline.setStreaming(true)
        try eventually("it is lost") { stage.log.all == ["opened camera scripted", "lost failed"] }
        #expect(stage.script.now.closed == 1)
    }

    @Test("Controls are set on the camera's thread; without a camera the answer says so")
    func controls() throws {
        let stage = try CameraStage()
        let answers = ReportLog()
        let note: @Sendable (DeviceError?) -> Void = { answers.add($0.map { .lost($0) } ?? .running) }
        stage.pipeline.setControl("brightness", to: 7, done: note)
        try eventually("it is refused") { answers.all == ["lost gone"] }
        stage.open()
        stage.pipeline.setControl("brightness", to: 7, done: note)
        stage.pipeline.setControl("smell", to: 7, done: note)
        try eventually("both are answered") { answers.all == ["lost gone", "running", "lost unsupported"] }
        #expect(stage.script.now.controls == ["brightness": 7])
        stage.pipeline.requestKeyFrame()
        try eventually("a key frame is asked for") { stage.script.now.keyFrameRequests == 1 }
        stage.pipeline.stop()
        stage.pipeline.setControl("brightness", to: 8, done: note)
        #expect(answers.all.last == "lost gone" && answers.all.count == 4)
    }

    @Test("A resting camera's thread lets go of what was detached")
    func detached() throws {
        let stage = try CameraStage()
        defer { stage.pipeline.stop() }
        stage.open()
        stage.pipeline.setStreaming(true)
        weak var forgotten: FrameInbox?
        do {
            let inbox = FrameInbox(doorbell: try Doorbell())
            forgotten = inbox
            stage.pipeline.attach(inbox)
            try eventually("a picture comes") { inbox.depth > 0 }
            stage.pipeline.setStreaming(false)
            try eventually("it rests") { stage.script.now.stopped == 1 }
            stage.pipeline.detach(inbox)
        }
        try eventually("nobody holds the inbox") { forgotten == nil }
    }

    @Test("It stops at once, streaming, stalled or resting, and closes the camera", arguments: [0, 1, 2])
    func stops(_ state: Int) throws {
        let stage = try CameraStage()
        stage.open()
        if state > 0 {
            stage.pipeline.setStreaming(true)
            try eventually("it runs") { stage.log.all.last == "running" }
        } else {
            try eventually("it is open") { !stage.log.all.isEmpty }
        }
        if state == 2 {
            stage.script.set { $0.mode = .silent }
            pause(.milliseconds(20))
        }
        let start = MonotonicTime.now
        stage.pipeline.stop()
        #expect(MonotonicTime.now - start < 300_000_000)
        #expect(stage.script.now.closed == 1)
        #expect(!stage.log.all.contains { $0.hasPrefix("lost") })
    }
}
