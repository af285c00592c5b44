import LinuxSystem
import MediaTypes
import PeerSupport
import Testing
import V4L2Capture
import V4L2Codec

@Suite("V4L2Encoder and the quirks of real encoders", .inDeviceLab, .serialized)
struct V4L2EncoderQuirkTests {
    @Test("without a force-key control the queues are restarted, for key frames and bitrates", arguments: [1, 2])
    func noForceKey(_ quirk: Int) async throws {
        try await Lab.with("vh264enc", "quirk_no_force_key", "\(quirk)") {
            let camera = try LabCamera.open(.lab())
            try camera.setControl("test_pattern", to: 21)
            defer { try? camera.setControl("test_pattern", to: 0) }
            let lab = try LabEncoder(.lab(bitrate: 3_000_000))
            #expect(!lab.encoder.capabilities.forcesKeyFrames)
            #expect(!lab.encoder.capabilities.changesBitrateLive)
            try camera.start()
            try lab.record(camera, 60, forced: [20])
            #expect(lab.units.indices.filter { lab.units[$0].isKeyFrame } == [0, 20])
            #expect(lab.encoder.restarts == 1)
            #expect(try lab.encoder.setBitrate(BitsPerSecond(600_000)))
            try lab.record(camera, 90)
            let before = lab.units[30..<60].map(\.bytes.count).reduce(0, +)
            let after = lab.units[120..<150].map(\.bytes.count).reduce(0, +)
            print("figure: restarted for a rate: \(before * 8), then \(after * 8) bits in 30 pictures")
            #expect(before * 8 > 1_200_000)
            #expect((480_000...720_000).contains(after * 8), "the new rate is really used")
            try await lab.requireGoodStream(isBars: false)
        }
    }

    @Test(
        "an encoder that keeps pictures and cannot force a key frame loses none at the key frames", arguments: [0, 3])
    func noForceKeyKeepsPictures(_ kept: Int) async throws {
        try await Lab.with("vh264enc", "quirk_no_force_key", "1") {
            try await Lab.with("vh264enc", "latency", "\(kept)") {
                try await Lab.with("vh264enc", "frame_us", "15000") {
                    let camera = try LabCamera.open(.lab())
                    let lab = try LabEncoder(.lab())
                    try camera.start()
                    let forced: Set = [10, 20, 21, 40]
                    try lab.record(camera, 50, forced: forced, patience: 1_000_000)
                    #expect(try lab.encoder.setBitrate(BitsPerSecond(900_000)))
                    try lab.record(camera, 10, patience: 1_000_000)
                    try lab.drain()
                    let keys = lab.units.filter(\.isKeyFrame).count
                    print(
                        "figure: no force-key control, \(kept) pictures kept: \(lab.units.count) of 60 pictures, "
                            + "\(keys) key frames, \(lab.encoder.lostPictures) lost")
                    #expect(lab.encoder.lostPictures == 0)
                    #expect(lab.units.map(\.captureTime) == lab.submitted)
                    // The first, the forced ones (two at once may be one), and the one of the new rate.
                    #expect((5...6).contains(keys))
                    #expect(lab.encoder.configuration.bitrate == BitsPerSecond(900_000))
                    try await lab.requireGoodStream()
                }
            }
        }
    }

    @Test("a bitrate that the driver refuses while streaming is set by a restart")
    func busyBitrate() async throws {
        try await Lab.with("vh264enc", "quirk_no_force_key", "2") {
            let camera = try LabCamera.open(.lab())
            let lab = try LabEncoder(.lab(), options: V4L2EncoderOptions(changesBitrateLive: true))
            try camera.start()
            try lab.record(camera, 5)
            #expect(lab.encoder.capabilities.changesBitrateLive)
            #expect(try lab.encoder.setBitrate(BitsPerSecond(700_000)))
            #expect(!lab.encoder.capabilities.changesBitrateLive)
            #expect(lab.encoder.configuration.bitrate == BitsPerSecond(700_000))
            try lab.record(camera, 5)
            try await lab.requireGoodStream()
        }
    }

    @Test("key frames are found although the driver does not flag them")
    func noKeyFlag() async throws {
        try await Lab.with("vh264enc", "quirk_no_key_flag", "1") {
            let camera = try LabCamera.open(.lab())
            let lab = try LabEncoder(.lab())
            try camera.start()
            try lab.record(camera, 20, forced: [10])
            #expect(lab.units.indices.filter { lab.units[$0].isKeyFrame } == [0, 10])
            try await lab.requireGoodStream()
        }
    }

    @Test("rows that must be longer than the camera's are met by copying")
    func strideAlignment() async throws {
        try await Lab.with("vh264enc", "stride_align", "1024") {
            let camera = try LabCamera.open(.lab())
            let lab = try LabEncoder(.lab())
            try camera.start()
            try lab.record(camera, 20)
            #expect(lab.encoder.capabilities.copiesPerFrame == 1)
            #expect(lab.encoder.capabilities.notes["raw stride"] == "2048")
            #expect(lab.units.count == 20)
            try await lab.requireGoodStream()
        }
    }

    @Test("1080 lines in buffers of 1088 are cropped, and copied where the camera has 1080")
    func heightAlignment() async throws {
        try await Lab.with("vh264enc", "height_align", "16") {
            let camera = try LabCamera.open(.lab(.nv12, 1920, 1080))
            let lab = try LabEncoder(.lab(1920, 1080))
            try camera.start()
            try lab.record(camera, 20, patience: 60_000_000)
            #expect(lab.encoder.capabilities.copiesPerFrame == 1)
            #expect(lab.encoder.capabilities.notes["raw height"] == "1088")
            try await lab.requireGoodStream(1920, 1080)
            camera.close()
            // 720 lines are 45 macroblocks: nothing to align.
            let small = try LabCamera.open(.lab())
            let zeroCopy = try LabEncoder(.lab())
            try small.start()
            try zeroCopy.record(small, 5)
            #expect(zeroCopy.encoder.capabilities.copiesPerFrame == 0)
        }
    }

    @Test("an encoder that keeps pictures gets them, by import where the camera can spare them", arguments: [3, 8])
    func latency(_ kept: Int) async throws {
        try await Lab.with("vh264enc", "latency", "\(kept)") {
            let camera = try LabCamera.open(.lab())
            let lab = try LabEncoder(.lab())
            try camera.start()
            try lab.record(camera, 30, patience: 5_000_000)
            #expect(lab.encoder.capabilities.copiesPerFrame == (kept == 3 ? 0 : 1))
            #expect(lab.units.count == 30 - kept)
            try lab.drain()
            #expect(lab.units.map(\.captureTime) == lab.submitted)
            try await lab.requireGoodStream()
        }
    }

    @Test("a slow encoder is full in time, and nothing is lost of what it took")
    func slow() async throws {
        try await Lab.with("vh264enc", "frame_us", "80000") {
            let pictures = LabPictures()
            let lab = try LabEncoder(.lab())
            var refused = 0
            for _ in 0..<20 {
                let frame = try pictures.next()
                if try !lab.encode(frame, patience: 10_000_000) { refused += 1 }
            }
            #expect(refused > 0)
            #expect(lab.encoder.pending.count <= 6, "the queue is bounded")
            try lab.drain()
            #expect(lab.units.map(\.captureTime) == lab.submitted)
            try await lab.requireGoodStream()
        }
    }
}
