import LinuxSystem
import MediaTypes
import PeerSupport
import RealtimeSupport
import Testing
import V4L2Capture
import V4L2Device

@Suite("V4L2Camera on vivid", .inDeviceLab, .serialized)
struct V4L2CameraLabTests {
    @Test(
        "a camera delivers the wanted format, size and rate, with the driver's times and as DMABUFs",
        arguments: [
            (PixelFormat.nv12, 1280, 720), (.yuyv, 1280, 720), (.nv12, 1920, 1080), (.yuyv, 1920, 1080),
        ])
    func rates(_ pixelFormat: PixelFormat, _ width: Int, _ height: Int) throws {
        let camera = try LabCamera.open(CaptureRequest.lab(pixelFormat, width, height))
        #expect(camera.format == VideoFormat(pixelFormat, width: width, height: height))
        #expect(camera.frameRate.perSecond == 30)
        #expect(camera.exportsDMABUF)
        try camera.start()
        let wake = try EventFD()
        var times: [MonotonicTime] = []
        var sequences: [UInt64] = []
        while times.count < 61 {
            guard case .frame(let frame) = try camera.nextFrame(wake: wake.borrowed, timeout: 1_000_000_000) else {
                Issue.record("no frame within a second")
                return
            }
            let picture = frame.value
            times.append(picture.captureTime)
            sequences.append(picture.sequence)
            #expect(picture.readyTime >= picture.captureTime)
            #expect(LabCamera.levels(of: picture) > 4, "the colour bars have eight levels of luma")
        }
        let span = Double(try #require(times.last) - times[0]) / 1e9
        let rate = Double(times.count - 1) / span
        print(
            "figure: camera \(pixelFormat.rawValue) \(width)x\(height): \((rate * 100).rounded() / 100) frames a second"
        )
        #expect((29...31).contains(rate))
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
        #expect(zip(sequences, sequences.dropFirst()).allSatisfy { $0 < $1 })
        #expect(camera.damagedFrames == 0)
    }

    @Test("the same by the multi-planar API, which vivid's second camera speaks")
    func multiplanar() throws {
        let node = try Lab.videoNode(named: "vivid-001-vid-cap")
        #expect(try V4L2Node(opening: node).capabilities.isMultiplanar)
        let camera = try V4L2Camera.open(node: node, name: "second", request: .lab())
        #expect(camera.format == VideoFormat(.nv12, width: 1280, height: 720))
        #expect(camera.exportsDMABUF)
        try camera.start()
        let wake = try EventFD()
        for _ in 0..<30 { #expect(LabCamera.levels(of: try LabCamera.frame(camera, wake.borrowed).value) > 4) }
    }

    @Test("the wake-up and the time-out end the wait for a frame")
    func wakeAndTimeout() throws {
        let camera = try LabCamera.open(.lab())
        let wake = try EventFD()
        // Not streaming yet: no frame can come.
        try camera.start()
        camera.stop()
        try camera.start()
        wake.signal()
        guard case .woken = try camera.nextFrame(wake: wake.borrowed, timeout: 5_000_000_000) else {
            Issue.record("the wake-up was not told")
            return
        }
        wake.drain()
        // A frame may have come meanwhile; once those are taken there is none for a while.
        for _ in 0..<10 {
            if case .timedOut = try camera.nextFrame(wake: wake.borrowed, timeout: 0) { return }
        }
        Issue.record("a time-out of nothing must not wait")
    }

    @Test("capture goes on when consumers give all frames back from another thread")
    func starvation() throws {
        let camera = try LabCamera.open(.lab())
        try camera.start()
        let wake = try EventFD()
        let held = SPSCRing<FrameHandle>(minimumCapacity: 32)
        var count = 0
        while case .frame(let frame) = try camera.nextFrame(wake: wake.borrowed, timeout: 300_000_000) {
            count += 1
            if let refused = held.push(frame) {
                _ = consume refused
                Issue.record("more frames than buffers")
            }
        }
        #expect(count >= 4, "all buffers are held now, so that none can come")
        let consumer = try MediaThread(name: "consumer")
        try consumer.start { _ in while let frame = held.pop() { _ = consume frame } }
        // Returned while the camera thread waits: nothing but the pool's doorbell can tell it.
        guard case .frame = try camera.nextFrame(wake: wake.borrowed, timeout: 2_000_000_000) else {
            Issue.record("the camera did not go on")
            return
        }
        consumer.stopAndJoin()
    }

    @Test("stop and start again; frames that are held stay as they were")
    func restart() throws {
        let camera = try LabCamera.open(.lab())
        let wake = try EventFD()
        for _ in 0..<5 {
            try camera.start()
            let frame = try LabCamera.frame(camera, wake.borrowed)
            let before = LabCamera.levels(of: frame.value)
            camera.stop()
            #expect(LabCamera.levels(of: frame.value) == before)
        }
        try camera.start()
        _ = try LabCamera.frame(camera, wake.borrowed)
    }

    @Test("controls are listed under stable names with their menus, set, and read back")
    func controls() throws {
        let camera = try LabCamera.open(.lab())
        let controls = camera.controls()
        let named = Dictionary(controls.map { ($0.identifier, $0) }) { first, _ in first }
        #expect(named.count == controls.count, "no name twice")
        for name in ["brightness", "contrast", "saturation", "hue", "gain", "gain_auto", "flip_horizontal"] {
            #expect(named[name] != nil, "\(name)")
        }
        #expect(named["brightness"]?.maximum == 255)
        #expect(named["test_pattern"]?.menu[5] == "100% Black")
        #expect(named["read_only_integer_32_bits"]?.isReadOnly == true)
        try camera.setControl("brightness", to: 77)
        #expect(camera.controls().first { $0.identifier == "brightness" }?.value == 77)
        try camera.setControl("brightness", to: 128)
        #expect(throws: DeviceError.self) { try camera.setControl("brightness", to: 256) }
        #expect(throws: DeviceError.self) { try camera.setControl("no_such_control", to: 1) }
        // What is set is what is seen.
        try camera.start()
        let wake = try EventFD()
        try camera.setControl("test_pattern", to: 5)
        try camera.setControl("osd_text_mode", to: 2)
        var levels = 99
        for _ in 0..<12 where levels > 1 {
            levels = LabCamera.levels(of: try LabCamera.frame(camera, wake.borrowed).value)
        }
        #expect(levels == 1, "a black picture has one level")
        try camera.setControl("test_pattern", to: 0)
        try camera.setControl("osd_text_mode", to: 0)
    }

    @Test("the HDMI input's size is that of its signal, and the webcam is the one that is chosen without a name")
    func inputs() throws {
        var request = CaptureRequest.lab()
        request.input = "HDMI 000-0"
        do {
            let camera = try LabCamera.open(request)
            // vivid's generator has 1280x720p60 on HDMI at start, and makes every size of it.
            #expect(camera.format.width > 0)
            try camera.start()
            let wake = try EventFD()
            _ = try LabCamera.frame(camera, wake.borrowed)
        }
        let webcam = try LabCamera.open(.lab(.nv12, 640, 360))
        #expect(webcam.format == VideoFormat(.nv12, width: 640, height: 360))
        request.input = "SCART"
        #expect(throws: DeviceError.self) { try LabCamera.open(request) }
    }

    @Test("what is no camera, or has none of the formats, or is in use is refused with its reason")
    func refusals() throws {
        let encoder = try Lab.videoNode(named: "vh264enc")
        #expect(kind { try V4L2Camera.open(node: encoder, name: "x", request: .lab()) } == .unsupported)
        #expect(kind { try V4L2Camera.open(node: "/dev/video99", name: "x", request: .lab()) } == .gone)
        #expect(kind { try LabCamera.open(.lab(.h264)) } == .unsupported)
        let first = try LabCamera.open(.lab())
        try first.start()
        #expect(kind { try LabCamera.open(.lab()) } == .busy)
    }

    private func kind(_ body: () throws -> V4L2Camera) -> DeviceError.Kind? {
        do {
            _ = try body()
            return nil
        } catch {
            return (error as? DeviceError)?.kind
        }
    }
}
