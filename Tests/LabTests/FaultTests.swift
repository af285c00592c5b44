import PeerSupport
import Testing

/// The faults that other tests inject do what they are believed to do.
@Suite("The lab's faults", .inDeviceLab, .serialized)
struct FaultTests {
    private let stream = "--set-fmt-video=width=640,height=360,pixelformat=NV12 --set-parm=30 --stream-mmap"

    @Test(
        "a camera told to refuse its next call refuses it once",
        arguments: [
            ("inject_vidioc_reqbufs_error", "VIDIOC_REQBUFS returned -1"),
            ("inject_vidioc_qbuf_error", "VIDIOC_QBUF returned -1"),
            ("inject_vidioc_streamon_error", "VIDIOC_STREAMON returned -1"),
        ])
    func refusedCall(control: String, message: String) async throws {
        let camera = try Lab.videoNode(named: "vivid-000-vid-cap")
        try await Lab.setControls(camera, "\(control)=1")
        #expect(try await Lab.shell("v4l2-ctl -d \(camera) \(stream) --stream-count=3").contains(message))
        #expect(try await !Lab.shell("v4l2-ctl -d \(camera) \(stream) --stream-count=3").contains("returned -1"))
    }

    @Test("a camera that streams gives one buffer with the error flag when told to")
    func errorFlag() async throws {
        let camera = try Lab.videoNode(named: "vivid-000-vid-cap")
        let folder = try TemporaryFolder()
        let child = try startStream(camera, folder)
        try await child.output(containing: "cap dqbuf")
        try await Lab.setControls(camera, "inject_v4l2_buf_flag_error=1")
        try await child.output(containing: "(error,")
        await child.stop()
    }

    @Test(
        "a camera that streams can be told to fail for good",
        arguments: ["inject_fatal_streaming_error", "disconnect"])
    func failedStream(control: String) async throws {
        let camera = try Lab.videoNode(named: "vivid-000-vid-cap")
        let folder = try TemporaryFolder()
        let child = try startStream(camera, folder)
        try await child.output(containing: "cap dqbuf")
        try await Lab.setControls(camera, "\(control)=1")
        // 600 pictures would take 20 s.
        try await child.wait(within: .seconds(5))
        #expect(try await !Lab.shell("v4l2-ctl -d \(camera) \(stream) --stream-count=3").contains("failed"))
    }

    private func startStream(_ camera: String, _ folder: TemporaryFolder) throws -> ChildProcess {
        let command = "exec v4l2-ctl -d \(camera) \(stream) --stream-count=600 --verbose"
        return try ChildProcess("sh", ["-c", command], logPath: "\(folder.path)/log")
    }

    @Test("the encoder's refusals count down and end")
    func encoderFault() async throws {
        let encoder = try Lab.videoNode(named: "vh264enc")
        try Lab.set("vh264enc", "fault_streamon", "1")
        let encode = "v4l2-ctl -d \(encoder) --stream-mmap --stream-out-mmap --stream-count=3"
        #expect(try await Lab.shell(encode).contains("STREAMON returned -1"))
        #expect(try await !Lab.shell(encode).contains("returned -1"))
    }

    @Test("the loopback sound card that is unplugged ends a recording, and comes back")
    func soundUnplugged() async throws {
        let card = try Lab.soundCard(named: "Loopback")
        let folder = try TemporaryFolder()
        let child = try ChildProcess(
            "arecord", ["-D", "hw:\(card),1", "-f", "S16_LE", "-r", "48000", "-c", "2", "/dev/null"],
            logPath: "\(folder.path)/log")
        try await eventually("the recording runs") {
            try readText("/proc/asound/card\(card)/pcm1c/sub0/status").contains("RUNNING") ? true : nil
        }
        try PluggableDevice.loopbackSound.unplug()
        try await child.output(containing: "read error")
        try PluggableDevice.loopbackSound.plugIn()
        #expect(try Lab.soundCard(named: "Loopback") == card)
    }

    @Test("what is on the screen is read back")
    func screenReadBack() async throws {
        let card = try Lab.card(driver: "vkms")
        let connectors = try await Lab.shell("modetest -M vkms -c")
        let connector = try #require(connectors.firstMatch(of: /(\d+)\s+\d+\s+connected\s+Virtual/)).1
        let folder = try TemporaryFolder()
        let shown = try ChildProcess(
            "modetest", ["-M", "vkms", "-s", "\(connector):1280x720@XR24", "-F", "smpte"],
            logPath: "\(folder.path)/log")
        let screen = try await eventually("the colour bars are on the screen") { try? await ScreenGrab(card: card) }
        await shown.stop()
        #expect(screen.width == 1280 && screen.height == 720)
        // The third bar is cyan, the sixth red.
        #expect(screen.colour(x: 450, y: 100) == (0, 192, 192))
        #expect(screen.colour(x: 1000, y: 100) == (192, 0, 0))
    }
}
