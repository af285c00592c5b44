import CAllocationCount
import LinuxSystem
import MediaTypes
import PeerSupport
import RealtimeSupport
import Testing
import V4L2Capture
import V4L2Codec
import V4L2Device

@Suite("V4L2Encoder on vh264enc", .inDeviceLab, .serialized)
struct V4L2EncoderLabTests {
    @Test(
        "the camera's pictures are encoded where they lie, with every picture and its time in the stream",
        arguments: [(1280, 720), (1920, 1080)])
    func zeroCopy(_ width: Int, _ height: Int) async throws {
        let camera = try LabCamera.open(.lab(.nv12, width, height))
        let lab = try LabEncoder(.lab(width, height))
        try camera.start()
        try lab.record(camera, 60)
        let capabilities = lab.encoder.capabilities
        #expect(capabilities.importsDMABUF)
        #expect(capabilities.copiesPerFrame == 0)
        #expect(capabilities.isHardware && capabilities.forcesKeyFrames && capabilities.changesBitrateLive)
        #expect(capabilities.inputFormats == [.nv12, .i420])
        #expect(lab.encoder.restarts == 0)
        #expect(lab.units.map(\.captureTime) == lab.submitted)
        #expect(lab.units.filter(\.isKeyFrame).count == 1)
        let latency = lab.units.map(\.latency).sorted()[30]
        print("figure: vh264enc \(width)x\(height) by DMABUF, submit to output: \(latency / 1000) us, 0 copies a frame")
        try await lab.requireGoodStream(width, height)
        // The level is what size, rate and bitrate need, and the profile is the wanted one.
        let level = lab.encoder.configuration.profileLevelID & 0xFF
        #expect(level == (height == 720 ? 31 : 40))
        #expect(lab.units[0].bytes[5...7].elementsEqual([66, 0xC0, UInt8(level)]))
    }

    @Test(
        "once it runs, neither camera nor encoder takes memory for a picture, imported or copied",
        arguments: [true, false])
    func allocations(_ isImported: Bool) throws {
        let camera = try LabCamera.open(.lab())
        try camera.start()
        let wake = try EventFD()
        let encoder = try V4L2Encoder.open(
            node: try Lab.videoNode(named: LabEncoder.name), name: LabEncoder.name, configuration: .lab(),
            options: V4L2EncoderOptions(allowsImport: isImported))
        var waits = PollSet(count: 1)
        var bytes = 0
        func one(_ number: Int) throws {
            guard case .frame(let frame) = try camera.nextFrame(wake: wake.borrowed, timeout: 1_000_000_000) else {
                return
            }
            _ = try encoder.submit(frame, forceKeyFrame: number % 20 == 10)
            if let output = encoder.outputDescriptor { waits.watch(0, output.descriptor, for: output.interest) }
            _ = try waits.wait(nanoseconds: 100_000_000)
            while try encoder.takeOutput({ bytes += $0.bytes.count }) {}
        }
        for number in 0..<40 { try one(number) }
        let before = convene_allocation_count()
        let bytesBefore = bytes
        for number in 40..<80 { try one(number) }
        #expect(convene_allocation_count() - before == 0)
        #expect(bytes > bytesBefore)
        #expect(encoder.capabilities.copiesPerFrame == (isImported ? 0 : 1))
    }

    @Test("pictures that are in no DMABUF are copied, whatever their stride")
    func copies() async throws {
        for stride in [1280, 1344] {
            let pictures = LabPictures(1280, 720, stride: stride)
            let lab = try LabEncoder(.lab())
            for _ in 0..<20 { try lab.encode(try pictures.next()) }
            #expect(lab.encoder.capabilities.copiesPerFrame == 1)
            #expect(lab.units.count == 20)
            try await lab.requireGoodStream()
        }
    }

    @Test("a source that changes from camera to slate and back costs a key frame each time, and no picture")
    func sourceChanges() async throws {
        let camera = try LabCamera.open(.lab())
        let pictures = LabPictures()
        let lab = try LabEncoder(.lab())
        try camera.start()
        try lab.record(camera, 5)
        #expect(lab.encoder.capabilities.copiesPerFrame == 0)
        for _ in 0..<5 { try lab.encode(try pictures.next()) }
        #expect(lab.encoder.capabilities.copiesPerFrame == 1)
        try lab.record(camera, 40)
        #expect(lab.encoder.capabilities.copiesPerFrame == 0, "after a second of camera the copies end")
        #expect(lab.units.count == 50)
        #expect(lab.units[5].isKeyFrame)
        try await lab.requireGoodStream()
    }

    @Test("a key frame is made of the very picture that it is asked for")
    func keyFrameOnDemand() async throws {
        let camera = try LabCamera.open(.lab())
        let lab = try LabEncoder(.lab())
        try camera.start()
        try lab.record(camera, 30, forced: [7, 8, 20])
        #expect(lab.units.indices.filter { lab.units[$0].isKeyFrame } == [0, 7, 8, 20])
        #expect(lab.encoder.restarts == 0)
        try await lab.requireGoodStream()
    }

    @Test("a new bitrate takes effect at once and without a key frame")
    func liveBitrate() async throws {
        let camera = try LabCamera.open(.lab())
        try LabCamera.with(camera, "test_pattern", 21) {
            let lab = try LabEncoder(.lab(bitrate: 3_000_000))
            try camera.start()
            try lab.record(camera, 60)
            #expect(try lab.encoder.setBitrate(BitsPerSecond(600_000)))
            #expect(lab.encoder.configuration.bitrate == BitsPerSecond(600_000))
            try lab.record(camera, 90)
            let before = lab.units[30..<60].map(\.bytes.count).reduce(0, +)
            let after = lab.units[120..<150].map(\.bytes.count).reduce(0, +)
            print("figure: vh264enc bitrate: \(before * 8 / 1000) then \(after * 8 / 1000) kbit/s, of 3000 then 600")
            #expect(before * 8 > 1_200_000)
            #expect((480_000...720_000).contains(after * 8))
            #expect(lab.units.filter(\.isKeyFrame).count == 1)
            #expect(lab.encoder.restarts == 0)
        }
    }

    @Test("what is kept inside comes out by a drain, and encoding can go on after it")
    func drain() async throws {
        try Lab.set("vh264enc", "latency", "3")
        defer { try? Lab.set("vh264enc", "latency", "0") }
        let pictures = LabPictures()
        let lab = try LabEncoder(.lab())
        for _ in 0..<10 { try lab.encode(try pictures.next(), patience: 5_000_000) }
        #expect(lab.units.count == 7)
        #expect(lab.encoder.pending.count == 3)
        #expect(lab.encoder.pending.since > .zero)
        try lab.drain()
        #expect(lab.units.map(\.captureTime) == lab.submitted)
        try lab.encoder.resume()
        for _ in 0..<10 { try lab.encode(try pictures.next(), patience: 5_000_000) }
        try lab.drain()
        #expect(lab.units.map(\.captureTime) == lab.submitted)
        #expect(lab.units.indices.filter { lab.units[$0].isKeyFrame } == [0, 10])
        try await lab.requireGoodStream()
    }

    @Test("what the encoder cannot do is refused when it is opened")
    func refusals() throws {
        func kind(_ configuration: VideoEncoderConfiguration, _ options: V4L2EncoderOptions = .init()) -> DeviceError
            .Kind?
        {
            do {
                _ = try LabEncoder(configuration, options: options)
                return nil
            } catch {
                return (error as? DeviceError)?.kind
            }
        }
        #expect(kind(.lab(format: .yuyv)) == .unsupported)
        #expect(kind(.lab(8192, 4320)) == .unsupported)
        #expect(kind(.lab(), V4L2EncoderOptions(codedFormat: .mjpeg)) == .unsupported)
        var sliced = VideoEncoderConfiguration.lab()
        sliced.maximumSliceBytes = 1200
        #expect(kind(sliced) == .unsupported)
        let camera = try Lab.videoNode(named: LabCamera.name)
        #expect(throws: DeviceError.self) {
            try V4L2Encoder.open(node: camera, name: "x", configuration: .lab())
        }
    }

    @Test("30 encoders one after the other leave no descriptor behind, and the camera gets its frames back")
    func noLeak() throws {
        let camera = try LabCamera.open(.lab())
        try camera.start()
        let before = LabCamera.openDescriptors
        for _ in 0..<30 {
            let lab = try LabEncoder(.lab())
            try lab.record(camera, 2)
        }
        #expect(LabCamera.openDescriptors == before)
    }
}
